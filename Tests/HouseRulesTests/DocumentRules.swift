/// What documents promise.
enum DocumentRules {
  static let all = [
    Rule(
      name: "paths in documents", applies: isProse,
      check: { file, tree in missingPaths(in: file, of: tree) }),
    Rule(
      name: "tests in documents", applies: { $0.path.hasSuffix(".md") },
      check: { file, tree in missingTests(in: file, of: tree) }),
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

  private static func missingTests(in file: SourceFile, of tree: SourceTree) -> [Finding] {
    file.lines.enumerated().flatMap { index, line in
      tests(in: line).filter { !isThere($0, in: tree) }.map { test in
        Finding(
          line: index + 1, found: "there is no test `\(test)`",
          instead: "name one as `swift test --filter` takes it: its type, a slash, its function")
      }
    }
  }

  /// What a line names as a filter takes it: a type of tests, with a function of it or without.
  private static func tests(in line: Substring) -> [Substring] {
    line.split { " \t`'\"()[]<>,;:|".contains($0) }.filter { piece in
      let parts = piece.split(separator: "/", omittingEmptySubsequences: false)
      let isName = parts.allSatisfy { !$0.isEmpty && $0.allSatisfy(\.isLetter) }
      return parts.count < 3 && isName && parts[0].hasSuffix("Tests") && parts[0] != "Tests"
    }
  }

  private static func isThere(_ test: Substring, in tree: SourceTree) -> Bool {
    let parts = test.split(separator: "/")
    let isTarget = parts.count == 1 && tree.contains("Tests/\(test)")
    return isTarget
      || tree.files.contains { file in
        guard file.isSwift, file.stem == parts[0], !file.isProduct else { return false }
        guard parts.count == 2 else { return true }
        return file.lines.contains { $0.contains("func \(parts[1])(") }
      }
  }
}
