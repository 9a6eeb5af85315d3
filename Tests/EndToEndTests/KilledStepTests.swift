import Foundation
import Testing

/// Whoever performs what `rollplan step --out` prints does what it would have done without a crash.
@Suite("A planner that is killed", .serialized)
struct KilledStepTests {
  /// An agent that carries directives out and remembers which it has seen.
  private struct Performer {
    /// What was carried out, in order, each directive once.
    private(set) var performed: [String] = []
    /// How many were told again.
    private(set) var repeats = 0
    private var known: Set<String> = []

    mutating func perform(_ line: String) {
      guard known.insert(line).inserted else {
        repeats += 1
        return
      }
      performed.append(line)
    }
  }

  private static let variable = "KILLED_STEP_SEED"

  private let binaries: Binaries
  private let scratch: Scratch
  private let input: Data
  /// What is performed when nothing happens.
  private let expected: [String]
  /// The state that is left in the end when nothing happens.
  private let state: Data

  init() throws {
    binaries = try Binaries()
    scratch = try Scratch()
    let scenario = ShippedScenario.root.appending(path: "scenarios/service-chain.yaml").path
    let recorded = try binaries.run(
      "rollsim",
      [
        "run", scenario, "--arm", "at-once", "--case", "bad", "--runs", "1", "--db", "r.sqlite",
        "--transcript", "t.jsonl",
      ], in: scratch.folder)
    try #require(recorded.status == 0, "\(recorded.errors)")
    let lines = try scratch.text(named: "t.jsonl").split(separator: "\n").map(String.init)
    let seen = lines.filter { !$0.hasPrefix("{\"decided\"") }
    input = Data(seen.map { $0 + "\n" }.joined().utf8)
    let whole = try binaries.run(
      "rollplan", ["step", "--out", "--state", "whole.jsonl"], in: scratch.folder, input: input)
    try #require(whole.status == 0, "\(whole.errors)")
    expected = whole.output.split(separator: "\n").map(String.init)
    state = try Data(contentsOf: scratch.folder.appending(path: "whole.jsonl"))
    try #require(expected.count > 150 && Set(expected).count == expected.count)
  }

  private static func generator() throws -> (SeededGenerator, Comment) {
    let seed =
      ProcessInfo.processInfo.environment[variable].flatMap(UInt64.init)
      ?? UInt64.random(in: 1...UInt64.max)
    return (
      SeededGenerator(state: seed),
      "seed \(seed); again: \(variable)=\(seed) swift test --filter KilledStepTests"
    )
  }

  @Test("killed at two hundred drawn moments and resumed, it has the same directives performed")
  func killed() throws {
    var (generator, replay) = try Self.generator()
    var kills = 0
    var round = 0
    var repeats = 0
    while kills < 200 {
      round += 1
      var performer = Performer()
      var isDone = false
      while !isDone {
        // Anywhere: before the first line, within a decision's lines, between saving and printing.
        let lines = Int.random(in: 0...60, using: &generator)
        let delay = UInt32.random(in: 0...4_000, using: &generator)
        let program = try start("s\(round).jsonl")
        if try program.wait(forLines: lines) { usleep(delay) }
        if kills < 200, program.isRunning { kills += 1 } else { _ = try program.wait() }
        program.send(SIGKILL)
        let outcome = try program.wait()
        try #require([0, 128 + SIGKILL].contains(outcome.status), "\(outcome.errors) \(replay)")
        isDone = outcome.status == 0
        for line in try program.lines() { performer.perform(line) }
      }
      #expect(performer.performed == expected, replay)
      #expect(try bytes("s\(round).jsonl") == state, replay)
      repeats += performer.repeats
    }
    #expect(repeats > 0, "nothing was ever told again: it was killed at no interesting moment")
  }

  @Test("a state that a crash of the machine cut off at any byte leads to the same directives")
  func cutOff() throws {
    var (generator, replay) = try Self.generator()
    for round in 0..<60 {
      let length = Int.random(in: 0...state.count, using: &generator)
      let file = "c\(round).jsonl"
      try state.prefix(length).write(to: scratch.folder.appending(path: file))
      let outcome = try binaries.run(
        "rollplan", ["step", "--out", "--state", file], in: scratch.folder, input: input)
      try #require(outcome.status == 0, "at byte \(length): \(outcome.errors) \(replay)")
      let told = outcome.output.split(separator: "\n").map(String.init)
      // What was told before the crash is told in an uninterrupted run up to the last whole step.
      #expect(told == Array(expected.suffix(told.count)), "at byte \(length) \(replay)")
      #expect(told.count >= expected.count - directives(in: state.prefix(length)), replay)
      #expect(try bytes(file) == state, "at byte \(length) \(replay)")
    }
  }

  private func start(_ file: String) throws -> RunningProgram {
    try binaries.start(
      "rollplan", ["step", "--out", "--state", file], in: scratch.folder, input: input)
  }

  private func bytes(_ file: String) throws -> Data {
    try Data(contentsOf: scratch.folder.appending(path: file))
  }

  /// Directives in the whole lines of a state.
  private func directives(in state: Data) -> Int {
    String(decoding: state, as: UTF8.self).components(separatedBy: "\"isPaused\":").count - 1
  }
}
