/// One thing that is wrong with a document, with its place and what to do about it.
public struct DocumentProblem: Error, Equatable, Sendable {
  /// What kind of problem it is.
  public var code: ProblemCode
  /// The file as it was named to the loader.
  public var file: String
  /// The line, from 1; nil: the problem is the file's as a whole.
  public var line: Int?
  /// The column in Unicode scalars, from 1.
  public var column: Int?
  /// The field, as `spec.rollouts[0].to`; empty: outside of any field.
  public var path: String
  /// What is wrong, in one line.
  public var message: String
  /// What to do about it, in one line.
  public var help: String
  /// The text of the line, without its end; nil when there is none.
  public var excerpt: String?

  /// States a problem; without `help`, the code's own is given.
  public init(
    code: ProblemCode, file: String, line: Int? = nil, column: Int? = nil, path: String = "",
    message: String, help: String? = nil, excerpt: String? = nil
  ) {
    self.code = code
    self.file = file
    self.line = line
    self.column = column
    self.path = path
    self.message = message
    self.help = help ?? code.explanation.help
    self.excerpt = excerpt
  }
}

/// Everything that is wrong with a scenario and the files it names.
public struct DocumentProblems: Error, Equatable, Sendable {
  /// The problems, in ascending order of file, line and column; never empty.
  public let problems: [DocumentProblem]

  /// Collects problems in their order.
  public init(_ problems: [DocumentProblem]) {
    precondition(!problems.isEmpty, "no problem to report")
    self.problems = Self.sorted(problems)
  }

  package static func sorted(_ problems: [DocumentProblem]) -> [DocumentProblem] {
    // By position too, since the order of equal places is the order of finding them.
    let numbered = problems.enumerated().sorted { a, b in
      let left = (a.element.file, a.element.line ?? 0, a.element.column ?? 0, a.offset)
      return left < (b.element.file, b.element.line ?? 0, b.element.column ?? 0, b.offset)
    }
    return numbered.map(\.element)
  }
}
