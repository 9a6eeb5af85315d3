/// Breaks sentences into lines that fit a terminal.
enum Paragraph {
  /// The columns of a line of prose.
  static let width = 90

  /// The text in lines; those behind the first begin with so many spaces more than it does.
  static func lines(_ text: String, hanging: Int = 4) -> [String] {
    let margin = String(text.prefix { $0 == " " })
    var lines: [String] = []
    var line = margin
    for word in text.split(separator: " ") {
      // A number and its percent sign stay together.
      let isSign = word.first == "%"
      if !isSign, line.count + word.count + 2 > width, line.contains(where: { $0 != " " }) {
        lines.append(line.trimmed)
        line = margin + String(repeating: " ", count: hanging)
      }
      line += (line.last == " " || line.isEmpty ? "" : " ") + word
    }
    return lines + [line.trimmed]
  }
}
