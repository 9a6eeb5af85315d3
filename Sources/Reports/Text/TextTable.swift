/// A table with aligned columns, as text or as Markdown.
struct TextTable {
  /// On which side a column's texts stand.
  enum Alignment {
    case left, right
  }

  var header: [String]
  var alignments: [Alignment]
  var rows: [[String]] = []

  init(_ columns: [(title: String, alignment: Alignment)]) {
    header = columns.map(\.title)
    alignments = columns.map(\.alignment)
  }

  mutating func add(_ row: [String]) {
    precondition(row.count == header.count, "\(row.count) cells for \(header.count) columns")
    rows.append(row)
  }

  /// The lines for a terminal; nothing stands behind a line's last text.
  func lines(indent: Int = 0) -> [String] {
    let cells = ([header] + rows).map { $0.map(Escaping.terminal) }
    let widths = header.indices.map { column in cells.map { $0[column].count }.max() ?? 0 }
    return cells.map { row in
      var line = String(repeating: " ", count: indent)
      for (column, text) in row.enumerated() {
        let space = String(repeating: " ", count: widths[column] - text.count)
        line += (column == 0 ? "" : "  ")
        line += alignments[column] == .left ? text + space : space + text
      }
      return line.trimmed
    }
  }

  /// The lines in Markdown.
  func markdown() -> [String] {
    let rule = alignments.map { $0 == .left ? "---" : "---:" }
    return [Self.row(header.map(Escaping.markdown)), Self.row(rule)]
      + rows.map { Self.row($0.map(Escaping.markdown)) }
  }

  private static func row(_ cells: [String]) -> String {
    "| " + cells.joined(separator: " | ") + " |"
  }
}

extension String {
  /// The text without the spaces at its end.
  var trimmed: String {
    var text = self[...]
    while text.last == " " { text.removeLast() }
    return String(text)
  }

  /// The text made so long, with spaces, or so short, with a mark that something is missing.
  func fitted(to width: Int) -> String {
    count <= width
      ? self + String(repeating: " ", count: width - count)
      : String(prefix(width - 1)) + "~"
  }
}
