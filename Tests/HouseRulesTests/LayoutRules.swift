/// How files look, whatever they say.
enum LayoutRules {
  /// The columns of the longest line.
  static let columnsMax = 100
  /// The lines of the longest file.
  static let linesMax = 600

  static let all = [
    Rule(
      name: "line length", applies: { $0.isSwift }, exceptions: printed,
      check: { file, _ in longLines(in: file) }),
    Rule(
      name: "file length", applies: isWrittenByHand,
      check: { file, _ in length(of: file) }),
    Rule(
      name: "unfinished work", applies: { _ in true },
      check: { file, _ in reminders(in: file) }),
    Rule(
      name: "machine paths", applies: { _ in true }, exceptions: planted,
      check: { file, _ in machinePaths(in: file) }),
  ]

  private static let printed = [
    Rule.Exception(
      path: "Tests/ReportsTests/ComparisonReportTests.swift",
      reason: "quotes reports of 100 columns as they are printed, indented")
  ]
  private static let planted = [
    Rule.Exception(
      path: "Tests/HouseRulesTests/LayoutRulesTests.swift", reason: "plants what is looked for")
  ]

  /// Recorded data of tests may be as long as it has to.
  @Sendable private static func isWrittenByHand(_ file: SourceFile) -> Bool {
    file.isSwift || !file.path.hasPrefix("Tests/")
  }

  private static func longLines(in file: SourceFile) -> [Finding] {
    file.lines.enumerated().filter { $0.element.count > columnsMax }.map { index, line in
      Finding(
        line: index + 1, found: "\(line.count) columns",
        instead: "break it at \(columnsMax), or let `swift format` do it")
    }
  }

  private static func length(of file: SourceFile) -> [Finding] {
    guard file.lines.count > linesMax else { return [] }
    return [
      Finding(
        line: linesMax + 1, found: "\(file.lines.count) lines",
        instead: "divide it by types or topics; \(linesMax) is the most, 250 is a feel")
    ]
  }

  /// Finds words that promise to come back, outside of strings, which may hold them as data.
  private static func reminders(in file: SourceFile) -> [Finding] {
    let words = ["TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK"]
    return prose(of: file).flatMap { line, text in
      text.split { !$0.isLetter }.filter { words.contains(String($0)) }.map { word in
        Finding(line: line, found: "`\(word)`", instead: "do it now, or leave no trace of it")
      }
    }
  }

  /// Everything of a file that is not the content of a string, by line.
  private static func prose(of file: SourceFile) -> [(line: Int, text: String)] {
    guard file.isSwift else {
      return file.lines.enumerated().map { ($0.offset + 1, String($0.element)) }
    }
    return file.tokens.filter { $0.kind != .string }.flatMap { token in
      token.text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        .enumerated().map { (token.line + $0.offset, String($0.element)) }
    }
  }

  private static let machineFolders = [
    "home", "Users", "root", "work", "tmp", "var", "opt", "private", "mnt", "srv", "build",
  ]

  /// Finds absolute paths of places that other machines do not have.
  private static func machinePaths(in file: SourceFile) -> [Finding] {
    file.lines.enumerated().flatMap { index, line in
      line.indices.filter { line[$0] == "/" && opensPath(at: $0, in: line) }.map { start in
        let path = line[start...].prefix { !" \t\"'`),;:".contains($0) }
        return Finding(
          line: index + 1, found: "`\(path)`",
          instead: "use a path relative to the package, or ask the system for a temporary folder")
      }
    }
  }

  private static func opensPath(at slash: Substring.Index, in line: Substring) -> Bool {
    if slash > line.startIndex {
      let before = line[line.index(before: slash)]
      guard !before.isLetter && !before.isNumber && !"./}_-)*>$~".contains(before) else {
        return false
      }
    }
    let rest = line[line.index(after: slash)...]
    let folder = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
    return machineFolders.contains(String(folder)) && rest.dropFirst(folder.count).first == "/"
  }
}
