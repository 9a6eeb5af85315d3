/// What documents promise.
enum DocumentRules {
  static let all = [
    Rule(
      name: "paths in documents", applies: isProse,
      check: { file, tree in missingPaths(in: file, of: tree) })
  ]

  /// Documents, and scenarios, which are documents too.
  @Sendable private static func isProse(_ file: SourceFile) -> Bool {
    file.path.hasSuffix(".md") || file.path.hasPrefix("scenarios/")
  }

  /// What paths begin with: the project's folders, and notes that are not part of it.
  private static let places = ["Sources/", "Tests/", "scenarios/", ".ci/", "knowledge/"]

  private static func missingPaths(in file: SourceFile, of tree: SourceTree) -> [Finding] {
    file.lines.enumerated().flatMap { index, line in
      paths(in: line).filter { !tree.contains($0) }.map { path in
        Finding(
          line: index + 1, found: "`\(path)` is not there",
          instead: "name a file that exists, or leave it out until it does")
      }
    }
  }

  /// The paths that a line names; a trailing full stop belongs to the sentence.
  private static func paths(in line: Substring) -> [String] {
    line.split { " \t`'\"()[]<>,;:".contains($0) }.compactMap { piece in
      let path = piece.last == "." ? piece.dropLast() : piece
      guard places.contains(where: path.hasPrefix), !path.contains(where: { "*{…".contains($0) })
      else { return nil }
      return String(path)
    }
  }
}
