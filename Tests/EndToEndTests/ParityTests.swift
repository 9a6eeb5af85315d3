import Foundation
import Testing

/// What a simulated planner decided, the real planner's shell decides again from what was observed.
///
/// Fleets of thousands are tried in one case an arm, and not a second time to verify; all
/// strategies meet every kind of case in the small ones.
@Suite("Parity of rollsim and rollplan")
struct ParityTests {
  /// One strategy of one shipped scenario.
  struct Arm: CustomTestStringConvertible, Sendable {
    var scenario: ShippedScenario
    var name: String

    var testDescription: String { "\(scenario.name) \(name)" }

    static let all = ShippedScenario.all.flatMap { scenario in
      scenario.arms.map { Arm(scenario: scenario, name: $0) }
    }
  }

  private let binaries: Binaries
  private let scratch: Scratch

  init() throws {
    binaries = try Binaries()
    scratch = try Scratch()
    try ShippedScenario.copyAll(into: scratch.folder)
  }

  @Test("every shipped scenario has arms and cases to try")
  func arms() {
    for scenario in ShippedScenario.all {
      #expect(scenario.arms.count > 1, "\(scenario.name)")
      #expect(scenario.cases.count > 1, "\(scenario.name)")
    }
    #expect(ShippedScenario.all.count >= 7)
  }

  @Test("the same decisions are made from the observations alone", arguments: Arm.all)
  func sameDecisions(_ arm: Arm) throws {
    let cases = arm.scenario.cases
    for caseName in arm.scenario.isLarge ? [cases[1]] : cases {
      let lines = try transcript(of: arm, case: caseName)
      let decided = lines.filter(Self.isDecision)
      #expect(!decided.isEmpty)
      let replay = try step(lines.filter { !Self.isDecision($0) })
      #expect(replay.status == 0, "\(caseName): \(replay.errors)")
      #expect(replay.errors.isEmpty)
      let again = replay.output.split(separator: "\n").map(String.init)
      let difference = zip(again, decided).first { $0 != $1 }
      #expect(difference == nil, "\(caseName)")
      #expect(again.count == decided.count, "\(caseName)")
      guard !arm.scenario.isLarge else { continue }
      let verified = try step(lines, ["--verify"])
      #expect(verified.status == 0, "\(caseName): \(verified.errors)")
      #expect(verified.output.isEmpty && verified.errors.isEmpty)
    }
  }

  @Test(
    "a changed line is found and named",
    arguments: [
      ("{\"decided\":", "\"isPaused\":false", "\"isPaused\":true"),
      ("{\"decided\":", "\"generation\":2", "\"generation\":3"),
      ("{\"digest\":", "\"health\":0", "\"health\":1"),
      ("{\"digest\":", "\"phase\":2", "\"phase\":3"),
      ("{\"digest\":", "\"seed\":1", "\"seed\":2"),
    ])
  func plantedChange(start: String, part: String, replacement: String) throws {
    let arm = Arm(scenario: try .named("two-coasts"), name: "one-at-a-time")
    var lines = try transcript(of: arm, case: "bad")
    let changed = try #require(
      lines.firstIndex { $0.hasPrefix(start) && $0.contains(part) }, "no line has \(part)")
    let place = try #require(lines[changed].firstRange(of: part))
    lines[changed].replaceSubrange(place, with: replacement)
    let outcome = try step(lines, ["--verify"])
    #expect(outcome.status == 11, "\(outcome.errors)")
    #expect(outcome.errors.hasPrefix("<stdin>:\(changed + 1): "), "\(outcome.errors)")
    #expect(outcome.errors.contains("help: "))
  }

  @Test("a line left out, doubled or out of order is found", arguments: 1..<6)
  func plantedMove(_ line: Int) throws {
    let arm = Arm(scenario: try .named("two-coasts"), name: "at-once")
    let lines = try transcript(of: arm, case: "bad")
    try #require(lines.count > 7)
    var shorter = lines
    shorter.remove(at: line)
    var longer = lines
    longer.insert(lines[line], at: line)
    var swapped = lines
    swapped.swapAt(line, line + 1)
    for tampered in [shorter, longer, swapped, Array(lines.dropLast())] {
      let outcome = try step(tampered, ["--verify"])
      #expect([3, 11].contains(outcome.status), "\(outcome.status) \(outcome.errors)")
      #expect(outcome.errors.hasPrefix("<stdin>:"), "\(outcome.errors)")
    }
  }

  @Test(
    "what is not a transcript is refused with the line and a next step",
    arguments: [
      "", "\n\n", "{}", "not JSON", "[1,2]",
      "{\"observed\":{\"planner\":0,\"at\":0,\"observations\":[]}}",
      "{\"header\":{\"format\":1}}", "{\"decided\":", "\u{0}\u{1}", "{\"a\":{\"a\":{\"a\":[[[[[[[[",
    ])
  func notATranscript(_ text: String) throws {
    for arguments in [[], ["--verify"]] {
      let outcome = try binaries.run(
        "rollplan", ["step"] + arguments, in: scratch.folder, input: Data(text.utf8))
      #expect(outcome.status == 3, "\(outcome)")
      #expect(outcome.output.isEmpty)
      #expect(outcome.errors.contains("help: "), "\(outcome.errors)")
    }
  }

  @Test("strategies in listed order ignore the seed, and nobody sees the defect")
  func onlyObservationsMatter() throws {
    let scenario = try ShippedScenario.named("two-coasts")
    for arm in scenario.arms.map({ Arm(scenario: scenario, name: $0) }) {
      let lines = try transcript(of: arm, case: "bad")
      #expect(lines[0].contains("\"seed\":1}"))
      let other = [lines[0].replacing("\"seed\":1}", with: "\"seed\":99}")] + lines.dropFirst()
      let replay = try step(other.filter { !Self.isDecision($0) })
      let again = replay.output.split(separator: "\n").map { Self.withoutDigest(String($0)) }
      #expect(again == lines.filter(Self.isDecision).map(Self.withoutDigest))
      // Twice as bad is detected after the same two minutes: the planner can not tell.
      let worse = scratch.folder.appending(path: "scenarios/worse.yaml")
      try scenario.text.replacing("errorRate: 20%", with: "errorRate: 40%")
        .write(to: worse, atomically: true, encoding: .utf8)
      #expect(try transcript(of: arm, case: "bad", file: "worse") == lines)
    }
  }

  @Test("an operator who resumes is in the transcript, and a plan says what waits for one")
  func resumed() throws {
    let text = try ShippedScenario.named("two-coasts").text
    for (planner, verdict) in [
      ("", "never finishes: it ends frozen until it is resumed, 1 cluster failed and 0 tolerated"),
      (", resume: {response: 20m, times: 2}", "earliest finish: 2026-03-02T"),
      (
        ", resume: {response: 20m, then: rollBack}",
        "never finishes: it ends rolledBack, 2 clusters failed and 1 tolerated"
      ),
    ] {
      try text.replacing("{name: hub,", with: "{name: hub\(planner),")
        .replacing("onBreach: rollBackAll", with: "onBreach: freeze")
        .write(
          to: scratch.folder.appending(path: "scenarios/frozen.yaml"), atomically: true,
          encoding: .utf8)
      let arm = Arm(scenario: try .named("two-coasts"), name: "one-at-a-time")
      let lines = try transcript(of: arm, case: "bad", file: "frozen")
      #expect(lines.contains { $0.contains("\"resumed\"") } == !planner.isEmpty)
      let verified = try step(lines, ["--verify"])
      #expect(verified.status == 0 && verified.errors.isEmpty, "\(verified.errors)")
      try Data((lines.joined(separator: "\n") + "\n").utf8)
        .write(to: scratch.folder.appending(path: "end.jsonl"))
      let plan = try binaries.run("rollplan", ["plan", "end.jsonl"], in: scratch.folder)
      #expect(plan.output.contains(verdict), "\(plan)")
    }
  }

  private static func isDecision(_ line: String) -> Bool { line.hasPrefix("{\"decided\":") }

  private static func withoutDigest(_ line: String) -> String {
    line.replacing(#/,"digest":"[0-9a-f]+"/#, with: "")
  }

  /// Records one run.
  private func transcript(
    of arm: Arm, case caseName: String, file: String? = nil
  ) throws -> [String] {
    let outcome = try binaries.run(
      "rollsim",
      [
        "run", "scenarios/\(file ?? arm.scenario.name).yaml", "--arm", arm.name, "--case",
        caseName, "--runs", "1", "--threads", "1", "--detail", "metrics", "--transcript",
        "t.jsonl",
      ],
      in: scratch.folder)
    try #require(outcome.status == 0, "\(outcome.errors)")
    return try scratch.text(named: "t.jsonl").split(separator: "\n").map(String.init)
  }

  private func step(_ lines: [String], _ arguments: [String] = []) throws -> Binaries.Outcome {
    let text = lines.map { $0 + "\n" }.joined()
    return try binaries.run(
      "rollplan", ["step"] + arguments, in: scratch.folder, input: Data(text.utf8))
  }
}
