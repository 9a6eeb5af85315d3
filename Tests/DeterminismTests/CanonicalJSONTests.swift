import Determinism
import Testing

/// Something with every shape that the encoder has to know.
private struct Sample: Codable, Equatable {
  enum Step: Codable, Equatable {
    case pause
    case wait(Microseconds)
    case weight(percent: Int, of: [String])
  }

  class Base: Codable {
    var id = 1
  }

  var zebra = "z"
  var apple: Int? = nil
  var maybe: String? = "here"
  var steps: [Step] = [.pause, .wait(.seconds(2)), .weight(percent: 5, of: ["a", "b"])]
  var nested: [[Int8]] = [[], [-128, 127]]
  var unsigned: [UInt64] = [0, .max]
  var signed: [Int64] = [.min, .max]
  var flags = [true, false]
  var holes: [Int?] = [1, nil]
  var table: [String: Int] = ["é": 1, "a": 2, "B": 3]
  var small: UInt16 = 65_535
}

/// A class whose superclass encodes itself too.
private final class Derived: Codable {
  var own = 2
  var base = Sample.Base()

  init() {}

  enum CodingKeys: CodingKey { case own }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    own = try container.decode(Int.self, forKey: .own)
    base = try Sample.Base(from: try container.superDecoder())
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(own, forKey: .own)
    try base.encode(to: container.superEncoder())
  }
}

@Suite("CanonicalJSON")
struct CanonicalJSONTests {
  @Test("members are sorted, nothing is spaced, absent members are left out")
  func form() throws {
    let text = try CanonicalJSON.string(Sample())
    #expect(
      text == #"{"flags":[true,false],"holes":[1,null],"maybe":"here","nested":[[],[-128,127]],"#
        + #""signed":[-9223372036854775808,9223372036854775807],"small":65535,"#
        + #""steps":[{"pause":{}},{"wait":{"_0":2000000}},"#
        + #"{"weight":{"of":["a","b"],"percent":5}}],"table":{"B":3,"a":2,"é":1},"#
        + #""unsigned":[0,18446744073709551615],"zebra":"z"}"#)
  }

  @Test("what is encoded decodes to an equal value, and encodes to the same bytes again")
  func roundTrip() throws {
    let bytes = try CanonicalJSON.encode(Sample())
    let decoded = try CanonicalJSON.decode(Sample.self, from: bytes)
    #expect(decoded == Sample())
    #expect(try CanonicalJSON.encode(decoded) == bytes)
  }

  @Test("a distribution, which is recursive and has labelled payloads, comes back")
  func distribution() throws {
    let distribution = Distribution.mixture([
      .init(weight: .percent(90), .exponential(mean: .minutes(10))),
      .init(
        weight: .percent(10),
        .empirical(points: [.init(at: .zero, .zero), .init(at: .one, .seconds(1))])),
    ])
    let bytes = try CanonicalJSON.encode(distribution)
    #expect(try CanonicalJSON.decode(Distribution.self, from: bytes) == distribution)
    var heap = Heap<Int>()
    for element in [5, 3, 8, 1] { heap.push(element) }
    #expect(
      try CanonicalJSON.decode(Heap<Int>.self, from: try CanonicalJSON.encode(heap)) == heap)
    #expect(throws: DecodingError.self) {
      try CanonicalJSON.decode(Heap<Int>.self, from: Array("[2,1]".utf8))
    }
  }

  @Test("a superclass has its own member")
  func superclass() throws {
    let bytes = try CanonicalJSON.encode(Derived())
    #expect(String(decoding: bytes, as: UTF8.self) == #"{"own":2,"super":{"id":1}}"#)
    #expect(try CanonicalJSON.decode(Derived.self, from: bytes).base.id == 1)
  }

  @Test("only what JSON demands is escaped, and every string comes back")
  func escapes() throws {
    let text = "\"\\/\u{8}\t\n\u{C}\r\u{0}\u{1F}\u{7F}é😀"
    let json = try CanonicalJSON.string(text)
    #expect(json == #""\"\\/\b\t\n\f\r\u0000\u001f"# + "\u{7F}é😀\"")
    #expect(try CanonicalJSON.decode(String.self, from: Array(json.utf8)) == text)
    let foreign = #""\u00e9\ud83d\ude00\/""#
    #expect(try CanonicalJSON.decode(String.self, from: Array(foreign.utf8)) == "é😀/")
  }

  @Test("a fraction cannot be encoded or decoded")
  func fractions() {
    #expect(throws: EncodingError.self) { try CanonicalJSON.encode([1.5]) }
    #expect(throws: EncodingError.self) { try CanonicalJSON.encode(["a": Float(1)]) }
    #expect(throws: DecodingError.self) {
      try CanonicalJSON.decode([Double].self, from: Array("[1]".utf8))
    }
  }

  @Test("space, other orders of members and unknown members are accepted")
  func lenient() throws {
    struct Pair: Decodable, Equatable {
      var a: Int
      var b: Int
    }
    let text = " {\"b\" : 2,\n\t\"a\":1 , \"c\":[ {} , [ ] ]}\r\n"
    let pair = try CanonicalJSON.decode(Pair.self, from: Array(text.utf8))
    #expect(pair == Pair(a: 1, b: 2))
  }

  /// Texts that are refused, the offset of the error, and a word of the reason.
  static let refused: [(String, Int, String)] = [
    ("", 0, "early"), ("[1,2", 4, "comma"), ("[1,]", 3, "begins"), ("{\"a\":1,}", 7, "name"),
    ("{\"a\" 1}", 5, "colon"), ("{\"a\":1,\"a\":2}", 0, "two"),
    ("{\"b\":{\"a\":1,\"a\":1}}", 5, "two"),
    ("1.5", 0, "integer"), ("[1e3]", 1, "integer"), ("[-]", 2, "digit"), ("[01]", 1, "zero"),
    ("18446744073709551616", 0, "64"), ("-9223372036854775809", 0, "64"), ("1 2", 2, "more"),
    ("nul", 0, "begins"), ("truest", 4, "more"), ("\"a", 2, "within"), ("\"\t\"", 1, "control"),
    ("\"\\x\"", 2, "escape"), ("\"\\u12g4\"", 5, "hexadecimal"), ("\"\\ud83d\"", 7, "surrogate"),
    ("\"\\ud83d\\u0041\"", 13, "surrogate"), ("\"\\udc00\"", 7, "surrogate"),
    ("[1]x", 3, "more"), ("{1:2}", 1, "name"), ("+1", 0, "begins"), ("NaN", 0, "begins"),
  ]

  @Test("what is not JSON of integers is refused at the offending byte")
  func refusals() {
    for (text, offset, word) in Self.refused {
      do {
        _ = try CanonicalJSON.decode([Int].self, from: Array(text.utf8))
        Issue.record("\(text) was accepted")
      } catch let error as CanonicalJSON.SyntaxError {
        #expect(error.offset == offset && error.reason.contains(word), "\(text): \(error)")
      } catch {
        Issue.record("\(text): \(error)")
      }
    }
  }

  @Test("bytes that are not UTF-8 are refused")
  func encoding() {
    #expect(throws: CanonicalJSON.SyntaxError(offset: 0, reason: "the string is not UTF-8")) {
      try CanonicalJSON.decode(String.self, from: [0x22, 0xC3, 0x28, 0x22])
    }
  }

  @Test("64 levels are accepted, 65 are refused in both directions")
  func depth() throws {
    struct Nest: Codable {
      var inner: [Nest]
    }
    let deep = String(repeating: "[", count: 65) + String(repeating: "]", count: 65)
    #expect(throws: CanonicalJSON.SyntaxError(offset: 64, reason: "nested more than 64 deep")) {
      try CanonicalJSON.decode([Int].self, from: Array(deep.utf8))
    }
    var nest = Nest(inner: [])
    for _ in 0..<31 { nest = Nest(inner: [nest]) }
    let bytes = try CanonicalJSON.encode(nest)
    _ = try CanonicalJSON.decode(Nest.self, from: bytes)
    #expect(throws: EncodingError.self) { try CanonicalJSON.encode(Nest(inner: [nest])) }
  }

  @Test("a value of the wrong type or range is named by its path")
  func paths() {
    struct Outer: Decodable {
      var list: [UInt8]
    }
    do {
      _ = try CanonicalJSON.decode(Outer.self, from: Array(#"{"list":[1,256]}"#.utf8))
      Issue.record("256 was accepted as UInt8")
    } catch DecodingError.dataCorrupted(let context) {
      #expect(context.codingPath.map(\.stringValue) == ["list", "Index 1"])
    } catch {
      Issue.record("\(error)")
    }
  }
}
