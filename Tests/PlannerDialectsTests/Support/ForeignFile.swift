import Foundation
import LocatedYAML

@testable import PlannerDialects

/// A document of another planner that lies beside the tests.
struct ForeignFile {
  /// What it amounts to.
  let rollout: ForeignRollout?
  /// What was reported, as `code path`.
  let problems: [String]
  /// The paths of fields that are known and change nothing.
  let inert: [String]

  /// Reads `<system>/Documents/<name>`.
  init(_ system: String, _ name: String) {
    let folder = Self.folder(of: system).appending(path: "Documents")
    let reading = Reading()
    let file = folder.appending(path: name).path()
    let roots = DocumentFile.open(file, with: .disk, reading)?.roots ?? []
    self.init(roots, reading)
  }

  /// Reads a text.
  init(text: String) {
    let reading = Reading()
    let source = SourceText(file: "t.yaml", bytes: Array(text.utf8), text: text)
    self.init(DocumentFile.roots(of: source, reading), reading)
  }

  private init(_ roots: [Cursor], _ reading: Reading) {
    rollout = ForeignDocuments.read(roots)
    problems = reading.problems.map { "\($0.code.rawValue) \($0.path)" }
    inert = reading.inertFields.map(\.path.text)
  }

  /// The folder of a system's tests.
  static func folder(of system: String) -> URL {
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: system)
  }
}
