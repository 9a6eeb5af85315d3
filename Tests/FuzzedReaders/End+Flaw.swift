import LocatedYAML

extension FuzzedReader.End {
  /// Problems that are of a file as a whole and have no line.
  private static let wholeFile: [ProblemCode] = [
    .fileUnreadable, .notRegularFile, .fileTooLarge, .pathRefused, .wrongDocuments,
  ]

  /// How a reader broke its promise to accept a text or to say what is wrong with it, where, and
  /// what to do about it; nil: it did not.
  package var flaw: String? {
    guard case .refused(let problems) = self else { return nil }
    guard problems.contains(where: { !$0.code.isWarning }) else {
      return "the text is refused without an error"
    }
    return problems.lazy.compactMap(Self.flaw).first
  }

  private static func flaw(of problem: DocumentProblem) -> String? {
    let code = problem.code.rawValue
    if problem.line == nil, !wholeFile.contains(problem.code) {
      return "\(code) has no line: \(problem.message)"
    }
    let texts = [problem.message, problem.help, problem.path].flatMap {
      $0.split(separator: "\n").map(String.init)
    }
    for text in texts where visible(text) != text {
      return "\(code) reaches a terminal as it is: \(text.debugDescription)"
    }
    return problem.message.isEmpty || problem.help.isEmpty ? "\(code) says too little" : nil
  }
}
