/// One loading of a scenario: what was found wrong, and the names stated and used so far.
final class Reading {
  private(set) var problems: [ScenarioProblem] = []
  private(set) var errorCount = 0
  /// Names and other things that are checked once every document is read.
  var book = ReferenceBook()

  /// Whether more problems are only counted: nobody reads a thousand.
  var isFull: Bool { problems.count >= 1_000 }

  /// Adds a problem with the place of a value.
  func report(_ code: ProblemCode, at origin: Origin, _ message: String, help: String? = nil) {
    guard !isFull else {
      errorCount += code.isWarning ? 0 : 1
      return
    }
    add(
      ScenarioProblem(
        code: code, file: origin.source.file, line: origin.mark.line, column: origin.mark.column,
        path: origin.path.text, message: message, help: help,
        excerpt: origin.source.excerpt(at: origin.mark)))
  }

  /// Adds a problem that was found elsewhere.
  ///
  /// The same problem twice is one: a value may be opened again to look at its parts.
  func add(_ problem: ScenarioProblem) {
    if !problem.code.isWarning { errorCount += 1 }
    guard !isFull, !problems.contains(problem) else { return }
    problems.append(problem)
  }

  /// Does something and tells whether it found no error.
  func succeeds(_ body: () -> Void) -> Bool {
    let before = errorCount
    body()
    return errorCount == before
  }
}
