import LocatedYAML
import Testing

@testable import rollplan

@Suite("Vectors")
struct VectorTests {
  private func value(_ text: String) throws -> SourceValue {
    let source = SourceText(file: "v.json", bytes: Array(text.utf8), text: text)
    return try #require(DocumentFile.roots(of: source, Reading()).first?.value)
  }

  @Test("only what a vector expects is compared, and commentary is not")
  func expectedKeysOnly() throws {
    let expected = try value(#"{"a": 1, "note": "why", "b": {"c": [null, "x", true]}}"#)
    let got: Got = ["a": 1, "b": ["c": [nil, "x", true], "d": 2], "e": false]
    #expect(got.difference(from: expected) == nil)
  }

  @Test(
    "a number is not a text, null is not missing, and lists are compared in order",
    arguments: [
      (#"{"a": 1}"#, ["a": "1"]), (#"{"a": "1"}"#, ["a": 1]), (#"{"a": null}"#, [:]),
      (#"{"a": [1, 2]}"#, ["a": [2, 1]]), (#"{"a": [1]}"#, ["a": [1, 2]]),
      (#"{"a": "null"}"#, ["a": nil]), (#"{"a": {}}"#, ["a": []]),
    ] as [(String, Got)])
  func differences(expected: String, got: Got) throws {
    #expect(got.difference(from: try value(expected)) != nil)
  }
}
