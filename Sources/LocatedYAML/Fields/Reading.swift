/// One reading of documents that belong together: what was found wrong so far.
open class Reading {
  /// What was found, in the order of finding it.
  package private(set) var problems: [DocumentProblem] = []
  /// How many of the problems keep the documents from being used.
  package private(set) var errorCount = 0
  /// The fields of foreign documents that are known and change nothing here, in the order read.
  package private(set) var inertFields: [Origin] = []

  /// Begins a reading.
  package init() {}

  /// Whether more problems are only counted: nobody reads a thousand.
  package var isFull: Bool { problems.count >= 1_000 }

  /// Adds a problem with the place of a value.
  package func report(
    _ code: ProblemCode, at origin: Origin, _ message: String, help: String? = nil
  ) {
    guard !isFull else {
      errorCount += code.isWarning ? 0 : 1
      return
    }
    add(
      DocumentProblem(
        code: code, file: origin.source.file, line: origin.mark.line, column: origin.mark.column,
        path: origin.path.text, message: message, help: help,
        excerpt: origin.source.excerpt(at: origin.mark)))
  }

  /// Takes down a field that is known and changes nothing here.
  func noteInert(_ origin: Origin) {
    if inertFields.count < 1_000 { inertFields.append(origin) }
  }

  /// Adds a problem that was found elsewhere.
  ///
  /// The same problem twice is one: a value may be opened again to look at its parts.
  package func add(_ problem: DocumentProblem) {
    if !problem.code.isWarning { errorCount += 1 }
    guard !isFull, !problems.contains(problem) else { return }
    problems.append(problem)
  }

  /// Does something and tells whether it found no error.
  package func succeeds(_ body: () -> Void) -> Bool {
    let before = errorCount
    body()
    return errorCount == before
  }
}
