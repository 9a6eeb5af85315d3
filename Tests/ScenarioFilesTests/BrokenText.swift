import Testing

import LocatedYAML
import ScenarioFiles

/// A scenario with one mistake, whose place is marked in the text.
struct BrokenText: Sendable, CustomTestStringConvertible {
  /// Stands before the place that must be reported; it is taken out of the text.
  static let marker: Character = "⟪"

  let code: ProblemCode
  let title: String
  let file: String
  let line: Int
  let column: Int
  let main: String
  let others: [String: String]

  var testDescription: String { "\(code.rawValue) \(title)" }

  /// A broken main text, or one that names a broken file.
  init(_ code: ProblemCode, _ title: String, _ text: String, _ others: [String: String] = [:]) {
    self.code = code
    self.title = title
    var marked = others
    marked["main.yaml"] = text
    let place = marked.first { $0.value.contains(Self.marker) }
    precondition(place != nil, "\(title): no place is marked")
    file = place?.key ?? ""
    let before = (place?.value ?? "").prefix { $0 != Self.marker }
    let lines = before.split(separator: "\n", omittingEmptySubsequences: false)
    line = lines.count
    column = (lines.last ?? "").unicodeScalars.count + 1
    main = text.filter { $0 != Self.marker }
    self.others = others.mapValues { $0.filter { $0 != Self.marker } }
  }

  /// The small scenario with parts replaced, each of which stands in it once.
  init(
    _ code: ProblemCode, _ title: String, edits: [(part: String, replacement: String)],
    _ others: [String: String] = [:]
  ) {
    var text = SmallScenario.text
    for (part, replacement) in edits {
      text = replacing(part, in: text, with: replacement)
    }
    self.init(code, title, text, others)
  }

  /// The small scenario with one part replaced.
  init(
    _ code: ProblemCode, _ title: String, _ part: String, to replacement: String,
    _ others: [String: String] = [:]
  ) {
    self.init(code, title, edits: [(part, replacement)], others)
  }
}
