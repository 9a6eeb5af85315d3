import Foundation
import LocatedYAML
import Testing

@testable import rollplan

@Suite("Conformance")
struct ConformanceTests {
  /// The files of vectors: those of other planners' own tests, and ours, worked out by hand.
  static let files: [String] = {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Vectors")
    let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path())
    return (names ?? []).sorted().map { folder.appending(path: $0).path() }
  }()

  @Test("every vector gets the decision that its planner made", arguments: files)
  func vectors(file: String) throws {
    let reading = Reading()
    let (_, roots) = try #require(DocumentFile.open(file, with: .disk, reading))
    let vectors = try #require(roots.first.flatMap { VectorFile($0) })
    for (vector, finding) in vectors.findings() {
      #expect(finding == nil, "\(vector.id)")
    }
    #expect(!vectors.vectors.isEmpty && reading.problems.isEmpty)
  }

  @Test("there are vectors")
  func present() { #expect(!Self.files.isEmpty) }
}
