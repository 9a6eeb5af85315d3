import Foundation
import Testing

/// Wrong documents are refused at once, with place and next step, before anything is written.
@Suite("Broken scenario files")
struct BrokenInputTests {
  /// A change that makes a valid scenario invalid.
  struct Mistake: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var part: String
    var replacement: String

    init(_ what: String, _ part: String, _ replacement: String) {
      testDescription = what
      self.part = part
      self.replacement = replacement
    }
  }

  /// A text whose size is the mistake.
  struct LargeText: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var text: String

    static let all: [LargeText] = [
      .init(
        testDescription: "100,000 brackets", text: String(repeating: "[", count: 100_000)),
      .init(testDescription: "100,000 dashes", text: String(repeating: "- ", count: 100_000)),
      .init(testDescription: "10,000 maps", text: String(repeating: "{a: ", count: 10_000)),
      .init(
        testDescription: "one key 20,000 times",
        text: String(repeating: "k: [1,2,3]\n", count: 20_000)),
      .init(
        testDescription: "30 doublings",
        text: "a: &a [1]\n" + (0..<30).map { "b\($0): [*a, *a]\n" }.joined()),
    ]
  }

  private let binaries: Binaries
  private let scratch: Scratch

  init() throws {
    binaries = try Binaries()
    scratch = try Scratch()
  }

  @Test(
    "one mistake: exit code 3 within two seconds, its place, a fix, and nothing written",
    arguments: Mistake.all)
  func mistake(_ mistake: Mistake) throws {
    let pieces = SmallScenario.text.components(separatedBy: mistake.part)
    try #require(pieces.count == 2, "\(mistake.part) stands \(pieces.count - 1) times")
    try write(Data(pieces.joined(separator: mistake.replacement).utf8))
    let outcome = try refused()
    let place = #/^broken\.yaml:\d+:\d+: error\[E\d{3}\]: \S/#.anchorsMatchLineEndings()
    #expect(outcome.errors.contains(place), "\(outcome.errors)")
  }

  @Test(
    "bytes that are not text",
    arguments: [
      Data([0xFF, 0xFE, 0x61, 0x00]), Data([0xEF, 0xBB, 0xBF, 0x61]), Data([0x00]), Data(),
      Data([0x61, 0x3A, 0x20, 0xC3, 0x28]), Data((0..<4_096).map { UInt8(truncatingIfNeeded: $0) }),
    ])
  func bytes(_ bytes: Data) throws {
    try write(bytes)
    #expect(try refused().errors.contains(#/error\[E\d{3}\]/#))
  }

  @Test("deep and wide texts are refused as fast as short ones", arguments: LargeText.all)
  func largeTexts(_ large: LargeText) throws {
    try write(Data(large.text.utf8))
    #expect(try refused().errors.contains(#/error\[E\d{3}\]/#))
  }

  @Test(
    "what is not a file",
    arguments: [
      "mkdir broken.yaml", "mkfifo broken.yaml", "ln -s /dev/null broken.yaml",
      "ln -s /dev/zero broken.yaml", "ln -s broken.yaml broken.yaml", "true",
      "ln -s nowhere broken.yaml",
    ])
  func notAFile(_ command: String) throws {
    #expect(try binaries.shell(command, in: scratch.folder).status == 0)
    #expect(try refused(exists: false).errors.hasPrefix("broken.yaml: error[E00"))
  }

  @Test(
    "a strategy's path leads out of the tree",
    arguments: [
      "../outside.yaml", "/etc/hostname", "inside/../../outside.yaml", "link.yaml", "inside",
      "nowhere.yaml", "fifo", "https://example.com/a.yaml", "broken.yaml",
    ])
  func paths(_ path: String) throws {
    let tree = scratch.folder.appending(path: "tree")
    let made = try binaries.shell(
      "mkdir -p tree/inside && echo 'kind: Strategy' > outside.yaml"
        + " && ln -s ../outside.yaml tree/link.yaml && mkfifo tree/fifo", in: scratch.folder)
    try #require(made.status == 0)
    let text = SmallScenario.text.replacing("{allAtOnce: {}}", with: "{path: \(path)}")
    try Data(text.utf8).write(to: tree.appending(path: "broken.yaml"))
    let outcome = try refused(in: tree, exists: false)
    #expect(outcome.errors.contains(#/error\[E0\d\d\]/#), "\(outcome.errors)")
  }

  @Test("one of several scenario files is broken: all of it is said and nothing is run")
  func oneOfSeveral() throws {
    try ShippedScenario.copyAll(into: scratch.folder)
    try write(Data(SmallScenario.text.replacing("nodes: 1", with: "nodes: -1").utf8))
    try Data("kind: Nonsense\n".utf8)
      .write(to: scratch.folder.appending(path: "other.yaml"))
    for order in [
      ["scenarios/two-coasts.yaml", "broken.yaml", "other.yaml"],
      ["other.yaml", "broken.yaml", "scenarios/two-coasts.yaml"],
    ] {
      for command in ["run", "validate"] {
        let outcome = try binaries.run("rollsim", [command] + order, in: scratch.folder)
        #expect(outcome.status == 3)
        #expect(outcome.errors.contains("broken.yaml:10:"))
        #expect(outcome.errors.contains("other.yaml"))
      }
    }
    let left = try FileManager.default.contentsOfDirectory(atPath: scratch.folder.path)
    #expect(!left.contains("results"))
  }

  @Test("the scenario that the mistakes are made in is valid")
  func valid() throws {
    try write(Data(SmallScenario.text.utf8))
    let outcome = try binaries.run("rollsim", ["validate", "broken.yaml"], in: scratch.folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.errors.isEmpty)
    #expect(outcome.output.hasPrefix("broken.yaml: ok: 2 clusters"))
  }

  private func write(_ data: Data) throws {
    try data.write(to: scratch.folder.appending(path: "broken.yaml"))
  }

  /// Runs and validates the broken file and expects to be refused.
  private func refused(in folder: URL? = nil, exists: Bool = true) throws -> Binaries.Outcome {
    let folder = folder ?? scratch.folder
    let files = FileManager.default
    let before = try files.contentsOfDirectory(atPath: folder.path).sorted()
    #expect(!exists || before == ["broken.yaml"])
    let validation = try binaries.run("rollsim", ["validate", "broken.yaml"], in: folder)
    let began = ContinuousClock.now
    let outcome = try binaries.run("rollsim", ["run", "broken.yaml"], in: folder)
    #expect(ContinuousClock.now - began < .seconds(2))
    #expect(outcome.status == 3, "\(outcome.errors)")
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.contains("   help: "), "\(outcome.errors)")
    #expect(validation.status == outcome.status)
    #expect(validation.output == outcome.output)
    #expect(validation.errors == outcome.errors)
    #expect(try files.contentsOfDirectory(atPath: folder.path).sorted() == before)
    return outcome
  }
}
