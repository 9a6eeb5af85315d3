/// One loading of a scenario: what was found wrong, and the names stated and used so far.
final class Reading {
  private(set) var problems: [ScenarioProblem] = []
  private(set) var errorCount = 0
  /// Names and other things that are checked once every document is read.
  var book = ReferenceBook()

  /// Adds a problem with the place of a value.
  func report(_ code: ProblemCode, at origin: Origin, _ message: String, help: String? = nil) {
    add(
      ScenarioProblem(
        code: code, file: origin.source.file, line: origin.mark.line, column: origin.mark.column,
        path: origin.path.text, message: message, help: help,
        excerpt: origin.source.line(origin.mark.line)))
  }

  /// Adds a problem that was found elsewhere; beyond a thousand, they are only counted.
  func add(_ problem: ScenarioProblem) {
    defer { if !problem.code.isWarning { errorCount += 1 } }
    guard problems.count < 1_000 else { return }
    problems.append(problem)
  }

  /// Does something and tells whether it found no error.
  func succeeds(_ body: () -> Void) -> Bool {
    let before = errorCount
    body()
    return errorCount == before
  }
}
