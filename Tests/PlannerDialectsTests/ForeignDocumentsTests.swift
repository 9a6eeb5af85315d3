import LocatedYAML
import Testing

@testable import PlannerDialects

@Suite("Foreign documents")
struct ForeignDocumentsTests {
  private func roots(_ text: String, _ reading: Reading) -> [Cursor] {
    DocumentFile.roots(
      of: SourceText(file: "t.yaml", bytes: Array(text.utf8), text: text), reading)
  }

  @Test("a document of a kind that is not known is refused at its place, with a fix")
  func unknownKind() throws {
    let reading = Reading()
    let document = "apiVersion: example.org/v1\nkind: Wheel\n"
    #expect(ForeignDocuments.read(roots(document, reading)) == nil)
    let problem = try #require(reading.problems.first)
    #expect(problem.code == .unsupportedKind && problem.line == 1 && !problem.help.isEmpty)
    #expect(problem.message.contains("example.org/Wheel"))
  }

  @Test("an unknown field of a foreign map is a warning, and an inert one is taken down")
  func foreignFields() throws {
    let reading = Reading()
    let spec = MapSpec("Wheel", "A wheel.", isForeign: true, [.inert("paint", "Its colour.")])
    _ = try #require(roots("paint: {a: [1]}\nspokes: 3\n", reading).first).fields(spec)
    #expect(reading.problems.map(\.code) == [.foreignField] && reading.errorCount == 0)
    #expect(reading.problems.first?.line == 2)
    #expect(reading.inertFields.map(\.path.text) == ["paint"])
  }

  @Test("a document's group, version, kind, name and namespace are told apart")
  func identity() throws {
    let text = "apiVersion: a.b/v1beta2\nkind: K\nmetadata: {name: n, namespace: s}\n"
    let document = ForeignDocument(try #require(roots(text, Reading()).first))
    #expect(document.kind == "a.b/K" && document.version == "v1beta2")
    #expect(document.name == "n" && document.namespace == "s")
  }
}
