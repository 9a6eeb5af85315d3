import Foundation
import Testing

@testable import LocatedYAML
@testable import ScenarioFiles

@Suite("Shipped scenarios")
struct ShippedScenarioTests {
  /// The scenarios of the repository.
  static let files: [String] = {
    let root = URL(filePath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let folder = root.appending(path: "scenarios")
    let entries = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
    return (entries ?? []).filter { $0.hasSuffix(".yaml") }.sorted().map { "\(folder.path)/\($0)" }
  }()

  @Test("there are some") func some() { #expect(Self.files.count >= 5) }

  @Test("each loads from disk without warnings", arguments: files)
  func loads(_ file: String) {
    do throws(DocumentProblems) {
      let loaded = try ScenarioLoader.load(file: file)
      #expect(loaded.warnings.map(\.description).joined() == "")
    } catch {
      Issue.record("\(error.problems.map(\.description).joined())")
    }
  }
}
