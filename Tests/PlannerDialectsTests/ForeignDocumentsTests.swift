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

  @Test("a field without a value is as good as none to Kubernetes, and a required one is missing")
  func fieldsWithoutValue() throws {
    let spec = MapSpec(
      "Wheel", "A wheel.", isForeign: true,
      [
        .required("hub", "text", "Its hub."),
        .standard("spokes", "count", "36", "Its spokes."),
        .optional("tube", "map", absent: "none", "Its tube."),
      ])
    let reading = Reading()
    let fields = try #require(roots("hub: a\nspokes:\ntube: null\n", reading).first).fields(spec)
    #expect(fields["spokes"].text == "36" && fields.written("tube") == nil)
    #expect(reading.problems.isEmpty)
    _ = try #require(roots("hub:\n", reading).first).fields(spec)
    #expect(reading.problems.map(\.code) == [.missingField])
  }

  private static let deployment =
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a, creationTimestamp: null}\n"
    + "spec: {replicas: 3, selector: {}, template: {}}\n"

  @Test("what people keep beside a document that is read is pointed out, and no error")
  func unreadBeside() throws {
    let reading = Reading()
    let service = "---\napiVersion: v1\nkind: Service\nmetadata: {name: a}\n"
    #expect(ForeignDocuments.read(roots(Self.deployment + service, reading))?.delivery != nil)
    #expect(reading.problems.map(\.code) == [.unused])
    #expect(reading.problems.first?.message.contains("Service") == true)
  }

  @Test("a list's items are documents of the file")
  func list() throws {
    let item = Self.deployment.split(separator: "\n").joined(separator: "\n  ")
    let text = "apiVersion: v1\nkind: List\nitems:\n- \(item)\n"
    let reading = Reading()
    let list = roots(text, reading)
    #expect(list.contains(where: ForeignDocuments.isForeign))
    #expect(ForeignDocuments.read(list)?.delivery != nil && reading.problems.isEmpty)
  }

  @Test("a document's group, version, kind, name and namespace are told apart")
  func identity() throws {
    let text = "apiVersion: a.b/v1beta2\nkind: K\nmetadata: {name: n, namespace: s}\n"
    let document = ForeignDocument(try #require(roots(text, Reading()).first))
    #expect(document.kind == "a.b/K" && document.version == "v1beta2")
    #expect(document.name == "n" && document.namespace == "s")
  }
}
