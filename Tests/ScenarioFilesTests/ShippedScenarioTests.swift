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

  /// Warnings that are a scenario's story.
  private static let told: [(file: String, code: ProblemCode)] = [
    ("two-coasts-exposure.yaml", .nearestShare)
  ]

  @Test("each loads from disk without warnings but those it tells of", arguments: files)
  func loads(_ file: String) {
    do throws(DocumentProblems) {
      let loaded = try ScenarioLoader.load(file: file)
      let told = Self.told.filter { file.hasSuffix("/\($0.file)") }.map(\.code)
      #expect(loaded.warnings.map(\.code) == told)
    } catch {
      Issue.record("\(error.problems.map(\.description).joined())")
    }
  }
}
