import LocatedYAML
import Testing

@testable import rollplan

@Suite("Hostile vectors")
struct HostileVectorTests {
  private static let words = [
    "-1", "0", "7", "2147483647", "-2147483648", "9223372036854775807", "1e9", "50%", "~", "x",
  ]

  /// The ways to write something else in one place of a value, or nothing.
  private static func variants(of value: SourceValue) -> [SourceValue] {
    func with(_ content: SourceValue.Content) -> SourceValue {
      SourceValue(content: content, mark: value.mark)
    }
    switch value.content {
    case .scalar:
      return words.map { with(.scalar($0, isPlain: true)) }
    case .list(let items):
      return items.indices.flatMap { index in
        var fewer = items
        fewer.remove(at: index)
        return [with(.list(fewer))]
          + variants(of: items[index]).map { item in
            var changed = items
            changed[index] = item
            return with(.list(changed))
          }
      }
    case .map(let entries):
      return entries.indices.flatMap { index in
        var fewer = entries
        fewer.remove(at: index)
        return [with(.map(fewer))]
          + variants(of: entries[index].value).map { item in
            var changed = entries
            changed[index].value = item
            return with(.map(changed))
          }
      }
    }
  }

  @Test(
    "whatever stands in one place of a vector, it is decided or refused, and nothing traps",
    arguments: ConformanceTests.files)
  func mutated(file: String) throws {
    let (_, roots) = try #require(DocumentFile.open(file, with: .disk, Reading()))
    let vectors = try #require(roots.first.flatMap { VectorFile($0) })
    let suite = try #require(ConformanceSuite.all.first { $0.project == vectors.project })
    var refused = 0
    var decided = 0
    for vector in vectors.vectors {
      let body = try #require(vector.body.value)
      for variant in Self.variants(of: body) {
        let cursor = Cursor(
          reading: Reading(), source: vector.body.source, path: vector.body.path, value: variant)
        let mutant = Vector(id: vector.id, suite: vector.suite, body: cursor, file: vector.file)
        do throws(VectorProblem) {
          _ = try suite.got(mutant)
          decided += 1
        } catch {
          #expect(!error.message.isEmpty)
          refused += 1
        }
      }
    }
    #expect(decided > 0 && refused > 0, "\(decided) decided, \(refused) refused")
  }
}
