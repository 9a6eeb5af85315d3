import Foundation
import Testing

/// A planner may be killed at any moment: what it decided before is what it decides again.
@Suite("State files", .serialized)
struct StateFileTests {
  private let binaries: Binaries
  private let scratch: Scratch
  /// A transcript of some hundred steps, without its decisions.
  private let input: Data
  /// The decisions of a planner that nothing interrupts.
  private let decisions: [String]

  init() throws {
    binaries = try Binaries()
    scratch = try Scratch()
    let outcome = try binaries.run(
      "rollsim",
      [
        "run", ShippedScenario.root.appending(path: "scenarios/service-chain.yaml").path, "--arm",
        "at-once", "--case", "bad", "--runs", "1", "--db", "r.sqlite", "--transcript", "t.jsonl",
      ], in: scratch.folder)
    try #require(outcome.status == 0, "\(outcome.errors)")
    let lines = try scratch.text(named: "t.jsonl").split(separator: "\n").map(String.init)
    decisions = lines.filter { $0.hasPrefix("{\"decided\"") }
    let seen = lines.filter { !$0.hasPrefix("{\"decided\"") }
    input = Data(seen.map { $0 + "\n" }.joined().utf8)
    try #require(decisions.count > 250)
  }

  @Test("killed at two hundred drawn moments, what is performed is what would have been")
  func killed() throws {
    var generator = SystemRandomNumberGenerator()
    var kills = 0
    var round = 0
    while kills < 200 {
      round += 1
      var performed: [String] = []
      var isDone = false
      while !isDone {
        let lines = Int.random(in: 0...4, using: &generator)
        let delay = UInt32.random(in: 0...6_000, using: &generator)
        let program = try start(round)
        if try program.wait(forLines: lines) { usleep(delay) }
        if kills < 200, program.isRunning { kills += 1 } else { _ = try program.wait() }
        program.send(SIGKILL)
        let outcome = try program.wait()
        try #require([0, 128 + SIGKILL].contains(outcome.status), "\(outcome.errors)")
        isDone = outcome.status == 0
        for line in try program.lines() where line != performed.last { performed.append(line) }
      }
      #expect(performed == decisions, "round \(round), after \(kills) kills")
      try expectTranscript(round)
    }
  }

  @Test("what to apply names the share of a cluster's demand, and how demand is divided")
  func shares() throws {
    let scenario = ShippedScenario.root.appending(path: "scenarios/two-coasts-exposure.yaml").path
    for (arm, expected) in [("weights", "\"share\":20000000,"), ("routing", "\"weight\":990}}")] {
      let run = try binaries.run(
        "rollsim",
        [
          "run", scenario, "--arm", arm, "--case", "good", "--runs", "1", "--db", "\(arm).sqlite",
          "--transcript", "\(arm).jsonl",
        ], in: scratch.folder)
      try #require(run.status == 0, "\(run.errors)")
      let seen = try scratch.text(named: "\(arm).jsonl").split(separator: "\n")
        .filter { !$0.hasPrefix("{\"decided\"") }.map { $0 + "\n" }.joined()
      let outcome = try step(["--out"], Data(seen.utf8))
      #expect(outcome.status == 0 && outcome.output.contains(expected), "\(outcome.output)")
    }
  }

  @Test("input that is only what is new goes on where the file ends, and a repeated line is known")
  func onlyNew() throws {
    let lines = String(decoding: input, as: UTF8.self).split(separator: "\n")
    let first = Data(lines.prefix(101).map { $0 + "\n" }.joined().utf8)
    let rest = Data(lines.dropFirst(100).map { $0 + "\n" }.joined().utf8)
    let begun = try step(["--state", "s0.jsonl"], first)
    let ended = try step(["--state", "s0.jsonl"], rest)
    #expect(begun.status == 0 && ended.status == 0, "\(begun.errors)\(ended.errors)")
    let resumed = ended.output.split(separator: "\n").map(String.init)
    #expect(resumed.first == decisions[99], "the saved decision is printed once more")
    #expect(begun.output.split(separator: "\n").map(String.init) == Array(decisions[..<100]))
    #expect(Array(resumed.dropFirst()) == Array(decisions[100...]))
    try expectTranscript(0)
  }

  @Test("other input than the state was made from is refused, and the file stays as it was")
  func otherInput() throws {
    #expect(try step(["--state", "s0.jsonl"], input).status == 0)
    let before = try scratch.text(named: "s0.jsonl")
    var lines = String(decoding: input, as: UTF8.self).split(separator: "\n").map(String.init)
    lines.remove(at: 40)
    let outcome = try step(
      ["--state", "s0.jsonl"], Data(lines.map { $0 + "\n" }.joined().utf8))
    #expect(outcome.status == 3 && outcome.errors.hasPrefix("<stdin>:41: "), "\(outcome.errors)")
    #expect(try scratch.text(named: "s0.jsonl") == before)
  }

  @Test("a damaged or foreign state file, a folder and a device are refused with a code and a fix")
  func unusable() throws {
    #expect(try step(["--state", "s0.jsonl"], input).status == 0)
    let changed = try scratch.text(named: "s0.jsonl")
      .replacingOccurrences(of: "\"generation\":1", with: "\"generation\":2")
    try Data(changed.utf8).write(to: scratch.folder.appending(path: "s1.jsonl"))
    try Data("{}\n{}\n{}\n".utf8).write(to: scratch.folder.appending(path: "s2.jsonl"))
    for (file, status) in [("s1.jsonl", 11), ("s2.jsonl", 12), (".", 12), ("/dev/full", 12)] {
      let outcome = try step(["--state", file], input)
      #expect(outcome.status == status, "\(file): \(outcome.errors)")
      #expect(outcome.errors.contains("help: ") && outcome.output.isEmpty, "\(file)")
    }
  }

  @Test("a full disk stops it before it acts, and room lets it go on")
  func fullDisk() throws {
    try input.write(to: scratch.folder.appending(path: "in.jsonl"))
    let outcome = try binaries.shell(
      "ulimit -f 64; rollplan step --state s0.jsonl < in.jsonl | cat", in: scratch.folder)
    #expect(outcome.errors.contains("can not be written"), "\(outcome.errors)")
    let performed = outcome.output.split(separator: "\n").map(String.init)
    #expect(!performed.isEmpty && performed == Array(decisions.prefix(performed.count)))
    let resumed = try step(["--state", "s0.jsonl"], input)
    #expect(resumed.status == 0, "\(resumed.errors)")
    let rest = resumed.output.split(separator: "\n").map(String.init)
    let whole = performed + rest.dropFirst(rest.first == performed.last ? 1 : 0)
    #expect(whole == decisions, "\(performed.count) and \(rest.count) lines")
  }

  @Test("two processes do not drive one planner")
  func locked() throws {
    let program = try start(7)
    try #require(try program.wait(forLines: 1))
    let outcome = try step(["--state", "s7.jsonl"], input)
    program.send(SIGKILL)
    _ = try program.wait()
    #expect(outcome.status == 12 && outcome.errors.contains("in use"), "\(outcome.errors)")
  }

  @Test("what to apply is every directive by name, and nothing else")
  func whatToApply() throws {
    let outcome = try step(["--out"], input)
    #expect(outcome.status == 0)
    let lines = outcome.output.split(separator: "\n")
    let directives = decisions.joined().components(separatedBy: "\"isPaused\":").count - 1
    #expect(lines.count == directives && directives > 0)
    let keys = ["cluster", "generation", "paused", "planner", "rollout", "service"]
    for line in lines {
      let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      let apply = try #require(object?["apply"] as? [String: Any], "\(line)")
      #expect(Set(apply.keys).subtracting(["version"]) == Set(keys), "\(line)")
    }
  }

  private func start(_ round: Int) throws -> RunningProgram {
    try binaries.start(
      "rollplan", ["step", "--state", "s\(round).jsonl"], in: scratch.folder, input: input)
  }

  private func step(_ arguments: [String], _ input: Data) throws -> Binaries.Outcome {
    try binaries.run("rollplan", ["step"] + arguments, in: scratch.folder, input: input)
  }

  /// The state is itself a transcript, with the decisions of one that was not interrupted.
  private func expectTranscript(_ round: Int) throws {
    let text = try scratch.text(named: "s\(round).jsonl")
    let verified = try step(["--verify"], Data(text.utf8))
    #expect(verified.status == 0, "\(verified.errors)")
    let lines = text.split(separator: "\n").map(String.init)
    #expect(lines.filter { $0.hasPrefix("{\"decided\"") } == decisions)
  }
}
