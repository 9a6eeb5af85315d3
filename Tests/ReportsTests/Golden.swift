import Testing

/// Texts that are compared line by line.
enum Golden {
  /// Expects a text, and shows the first line that differs.
  static func expect(
    _ text: String, _ golden: String, _ location: SourceLocation = #_sourceLocation
  ) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let expected = (golden + "\n").split(separator: "\n", omittingEmptySubsequences: false)
    guard lines != expected else { return }
    let first = zip(lines, expected).enumerated().first { $0.element.0 != $0.element.1 }
    let place = first.map { "line \($0.offset + 1)" } ?? "the number of lines"
    Issue.record("\(place) differs in:\n\(text)", sourceLocation: location)
  }
}
