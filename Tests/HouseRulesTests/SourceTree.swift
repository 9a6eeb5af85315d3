import Foundation

/// A file of the project as the rules see it.
struct SourceFile {
  /// Its path from the package's folder, with forward slashes.
  var path: String
  /// Its text by lines.
  var lines: [Substring]
  /// Its pieces; empty unless it is Swift.
  var tokens: [Token]
  /// Its pieces without comments.
  var code: [Token]

  /// Reads a file from its text.
  init(_ path: String, _ text: String) {
    self.path = path
    lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    if lines.last?.isEmpty == true { lines.removeLast() }
    tokens = path.hasSuffix(".swift") ? SwiftLexer.tokens(of: text) : []
    code = tokens.filter { $0.kind != .comment }
  }

  /// Whether it is Swift.
  var isSwift: Bool { path.hasSuffix(".swift") }
  /// The last part of its path, without what follows the last dot.
  var stem: String {
    let name = path.split(separator: "/").last ?? ""
    return name.split(separator: ".").dropLast().joined(separator: ".")
  }
  /// The target it belongs to; nil outside of targets.
  var target: String? {
    let parts = path.split(separator: "/")
    return parts.count > 2 && (parts[0] == "Sources" || parts[0] == "Tests")
      ? String(parts[1]) : nil
  }
  /// Whether it belongs to the product and not to its tests.
  var isProduct: Bool { path.hasPrefix("Sources/") }
}

/// The files that the rules are about, in ascending order of their paths.
struct SourceTree {
  /// The files.
  var files: [SourceFile]

  /// The package's own folder, from where this file was when it was compiled.
  static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// The project as it is on disk: everything written by hand, nothing built.
  static let project = SourceTree(
    files: ["Sources", "Tests", "scenarios", ".ci", "README.md", "Package.swift"]
      .flatMap(paths(under:)).sorted().compactMap { path in
        let text = try? String(contentsOf: root.appending(path: path), encoding: .utf8)
        return text.map { SourceFile(path, $0) }
      })

  /// Whether a file or folder is there.
  func contains(_ path: String) -> Bool {
    let folder = path.hasSuffix("/") ? path : path + "/"
    return files.contains { $0.path == path || $0.path.hasPrefix(folder) }
  }

  /// All that lies under a folder, or a file itself; what is not there is left out when read.
  private static func paths(under path: String) -> [String] {
    let place = root.appending(path: path).path
    let below = (try? FileManager.default.subpathsOfDirectory(atPath: place)) ?? []
    return below.isEmpty ? [path] : below.map { "\(path)/\($0)" }
  }
}
