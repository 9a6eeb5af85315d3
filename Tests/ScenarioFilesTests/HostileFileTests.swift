import Foundation
import Testing

@testable import LocatedYAML
@testable import ScenarioFiles

@Suite("Hostile texts and files")
struct HostileFileTests {
  /// A text as a scenario file: its first problem, and the time until it was known.
  private func refusal(_ text: String) -> (problem: DocumentProblem?, seconds: Double) {
    let clock = ContinuousClock()
    var found: [DocumentProblem] = []
    let elapsed = clock.measure { found = problems(text) }
    return (
      found.first,
      Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
    )
  }

  static let large: [(name: String, code: ProblemCode, text: String)] = [
    ("an alias bomb", .aliasRefused, bomb),
    ("an alias bomb as a key", .aliasRefused, bomb + "? *j\n: 1\n"),
    ("100,000 open brackets", .tooDeep, String(repeating: "[", count: 100_000)),
    ("100,000 maps in maps", .tooDeep, String(repeating: "{a: ", count: 100_000)),
    ("100,000 dashes", .tooDeep, String(repeating: "- ", count: 100_000)),
    (
      "thousands of indented maps", .tooDeep,
      (0..<5_000 / scale).map { String(repeating: " ", count: $0) + "a:\n" }.joined()
    ),
    ("a scalar of megabytes", .wrongShape, String(repeating: "a", count: 10_000_000 / scale)),
    (
      "a quoted scalar of megabytes", .wrongShape,
      "\"" + String(repeating: "a", count: 10_000_000 / scale) + "\""
    ),
    (
      "a million keys", .tooManyValues,
      (0..<1_000_000).map { "k\($0): 1\n" }.joined()
    ),
    ("a million items", .tooManyValues, "[" + String(repeating: "1,", count: 1_000_001) + "]"),
    (
      "thousands of unknown keys", .unknownField,
      (0..<100_000 / scale).map { "k\($0): 1\n" }.joined()
    ),
    ("17 MB", .fileTooLarge, String(repeating: "# \n", count: 6_000_000)),
  ]

  private static let bomb =
    "a: &a [x,x,x,x,x,x,x,x,x]\n"
    + zip("abcdefghi", "bcdefghij").map { a, b in
      "\(b): &\(b) [*\(a),*\(a),*\(a),*\(a),*\(a),*\(a),*\(a),*\(a),*\(a)]\n"
    }.joined()

  #if DEBUG
    // Without optimization every step takes several times as long.
    private static let secondsMax = 20.0
    private static let scale = 5
  #else
    private static let secondsMax = 2.0
    private static let scale = 1
  #endif

  @Test("a large text is refused in less than two seconds", .serialized, arguments: 0..<large.count)
  func largeText(_ index: Int) {
    let (name, code, text) = Self.large[index]
    let (problem, seconds) = refusal(text)
    #expect(problem?.code == code, "\(name): \(problem?.description.prefix(300) ?? "")")
    #expect(seconds < Self.secondsMax, "\(name) took \(seconds) s")
  }

  static let unclean: [(code: ProblemCode, message: String, bytes: [UInt8])] = [
    (.badText, "UTF-16", [0xFF, 0xFE, 0x61, 0x00]),
    (.badText, "UTF-16", [0xFE, 0xFF, 0x00, 0x61]),
    (.badText, "not valid UTF-8", Array("a: ".utf8) + [0xC3, 0x28]),
    (.badText, "not valid UTF-8", Array("a: ".utf8) + [0xC3]),
    (.badText, "not valid UTF-8", [0xC0, 0x80]),
    (.badText, "not valid UTF-8", [0xED, 0xA0, 0x80]),
    (.badText, "carriage return", Array("a: b\rc: d".utf8)),
    (.wrongDocuments, "no Scenario", []),
    (.wrongDocuments, "no Scenario", Array("# nothing\n---\n---\n".utf8)),
  ]

  @Test("bytes that are no clean text are named as what they are", arguments: 0..<unclean.count)
  func uncleanBytes(_ index: Int) {
    let (code, message, bytes) = Self.unclean[index]
    do throws(DocumentProblems) {
      _ = try ScenarioLoader.load(file: "x", files: .texts(["x": bytes]))
      Issue.record("it was loaded")
    } catch {
      #expect(error.problems.map(\.code) == [code])
      #expect(error.problems.first?.message.contains(message) == true)
    }
  }

  @Test("lines may end as on Windows, and the last one without an end")
  func lineEnds() throws {
    let text = SmallScenario.text.replacingOccurrences(of: "\n", with: "\r\n")
    #expect(try load(text).experiment == load(SmallScenario.text).experiment)
    let cut = String(SmallScenario.text.dropLast())
    #expect(try load(cut).experiment == load(SmallScenario.text).experiment)
    let broken = problems(text.replacingOccurrences(of: "horizon: 12h", with: "horizon: 12"))
    #expect(broken.map(\.line) == [6])
    #expect(broken.first?.excerpt == "  horizon: 12")
  }

  @Test("text in quotes, blocks and comments may contain what is refused elsewhere")
  func harmlessIndicators() throws {
    let text = SmallScenario.with(
      "{name: small}",
      """
      # &anchor *alias !tag
        name: small
        annotations:
          a: "&x *y !z"
          b: 'it''s &x *y'
          c: >-
            *bold* &amp; !important
              deeper: [[[[

            end
          d: a & b * c ! d
      """)
    #expect(try load(text).experiment == load(SmallScenario.text).experiment)
  }

  // MARK: Files

  /// A folder of its own that is removed afterwards.
  private func inFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "rollsim-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(
      atPath: folder + "/scenario/sub", withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
  }

  private func code(_ file: String) -> ProblemCode? {
    do throws(DocumentProblems) {
      _ = try ScenarioLoader.load(file: file)
      return nil
    } catch {
      return error.problems.first?.code
    }
  }

  @Test("what is not a regular file is refused without waiting for it")
  func specialFiles() throws {
    try inFolder { folder in
      #expect(unsafe mkfifo(folder + "/fifo", 0o600) == 0)
      #expect(code(folder + "/fifo") == .notRegularFile)
      #expect(code(folder) == .notRegularFile)
      #expect(code("/dev/null") == .notRegularFile)
      #expect(code(folder + "/none.yaml") == .fileUnreadable)
      #expect(code("a\0b") == .fileUnreadable)
    }
  }

  @Test("a path may lead into the scenario's folder, but by no link out of it")
  func links() throws {
    try inFolder { folder in
      let strategy = BrokenText.document("Strategy", "{allAtOnce: {}}")
      let main = SmallScenario.with(SmallScenario.slow, "{path: sub/s.yaml}")
      let file = folder + "/scenario/main.yaml"
      try main.write(toFile: file, atomically: true, encoding: .utf8)
      try strategy.write(toFile: folder + "/outside.yaml", atomically: true, encoding: .utf8)
      let inside = folder + "/scenario/sub/s.yaml"

      try FileManager.default.createSymbolicLink(
        atPath: inside, withDestinationPath: folder + "/outside.yaml")
      #expect(code(file) == .pathRefused)

      try FileManager.default.removeItem(atPath: inside)
      try strategy.write(toFile: inside, atomically: true, encoding: .utf8)
      #expect(code(file) == nil)
    }
  }

  @Test("a file that is too large is refused before it is read")
  func largeFile() throws {
    try inFolder { folder in
      let file = folder + "/large.yaml"
      #expect(FileManager.default.createFile(atPath: file, contents: nil))
      let handle = try #require(FileHandle(forWritingAtPath: file))
      try handle.truncate(atOffset: 20_000_000_000)
      try handle.close()
      #expect(code(file) == .fileTooLarge)
    }
  }
}
