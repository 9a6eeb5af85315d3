/// Breaks sentences into lines that fit a terminal.
enum Paragraph {
  /// The columns of a line of prose beside tables.
  static let wide = 100
  /// The columns of a line of prose below a chart, which fits the smallest terminal.
  static let narrow = 80

  /// The text in lines; those behind the first begin with so many spaces more than it does.
  static func lines(_ text: String, width: Int = wide, hanging: Int = 4) -> [String] {
    let margin = String(text.prefix { $0 == " " })
    var lines: [String] = []
    var line = margin
    for word in text.split(separator: " ") {
      // A number and its percent sign stay together.
      let isSign = word.first == "%"
      if !isSign, line.count + word.count + 1 > width, line.contains(where: { $0 != " " }) {
        lines.append(line.trimmed)
        line = margin + String(repeating: " ", count: hanging)
      }
      line += (line.last == " " || line.isEmpty ? "" : " ") + word
    }
    return lines + [line.trimmed]
  }
}
