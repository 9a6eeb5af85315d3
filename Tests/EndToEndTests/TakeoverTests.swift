import Foundation
import Testing

/// From dumps of a hub to a comparison of strategies for the rest of its rollout.
@Suite("Beginning in the midst", .serialized)
struct TakeoverTests {
  private static let scenario = """
    apiVersion: rollsim.dev/v1alpha1
    kind: Scenario
    metadata: {name: rest}
    spec:
      startAt: 2026-01-01T00:00:00Z
      horizon: 12h
      fleet: {path: fleet.yaml}
      services: [{name: base, version: v6, replicas: 3}]
      rollouts: [{name: rest-of-it, service: base, to: v7}]
      cases: [{name: good, weight: 100%}]
      arms:
        - {name: as-is, strategies: {rest-of-it: {path: rings.yaml}}}
        - {name: at-once, strategies: {rest-of-it: {allAtOnce: {}}}}
      decide: {primary: usersHarmed.integral}

    """

  private let binaries: Binaries
  private let scratch: Scratch

  init() throws {
    binaries = try Binaries()
    scratch = try Scratch()
    let tests = ShippedScenario.root.appending(path: "Tests/PlannerDialectsTests/KubeFleet")
    let dumps = ["members", "staged"].map { tests.appending(path: "Dumps/\($0).json").path }
    try write(Self.scenario, "scenario.yaml")
    try FileManager.default.copyItem(
      at: tests.appending(path: "Documents/staged-run.yaml"),
      to: scratch.folder.appending(path: "rings.yaml"))
    let fleet = try run("rollsim", ["import", "fleet", dumps[0], "--level", "ring"])
    try write(fleet.output, "fleet.yaml")
    let observed = try run("rollplan", ["observe"] + dumps)
    try #require(observed.status == 0, "\(observed.errors)")
    try write(observed.output, "now.jsonl")
  }

  @Test("the rest of a rollout is simulated from its own time, and its planner agrees")
  func rest() throws {
    let arguments = ["run", "scenario.yaml", "--from", "now.jsonl", "--runs", "1"]
    let whole = try run("rollsim", arguments + ["--db", "r.sqlite"])
    #expect(whole.status == 0, "\(whole.errors)")
    let shown = try run("rollsim", ["show", "r.sqlite", "--run", "as-is/0"])
    #expect(shown.output.contains("8 of 8 clusters at the target"), "\(shown)")
    #expect(shown.output.contains(#/rest-of-it  broad +0s .* 4 +0\n/#), "\(shown.output)")
    let verified = try run("rollsim", ["verify", "r.sqlite", "--rerun", "100"])
    #expect(verified.status == 0, "\(verified)")
    let recorded = try run(
      "rollsim", arguments + ["--arm", "as-is", "--db", "t.sqlite", "--transcript", "t.jsonl"])
    #expect(recorded.status == 0, "\(recorded.errors)")
    let transcript = try Data(contentsOf: scratch.folder.appending(path: "t.jsonl"))
    let again = try binaries.run(
      "rollplan", ["step", "--verify"], in: scratch.folder, input: transcript)
    #expect(again.status == 0, "\(again.errors)")
  }

  @Test("other beginnings are other runs, in one file")
  func otherRuns() throws {
    let arguments = ["run", "scenario.yaml", "--runs", "1", "--db", "r.sqlite"]
    #expect(try run("rollsim", arguments).output.contains(": 3 new, 0 from before"))
    let rest = try run("rollsim", arguments + ["--from", "now.jsonl"])
    #expect(rest.output.contains(": 3 new, 0 from before"), "\(rest)")
  }

  @Test("a transcript that does not fit is refused with the reason and a fix")
  func refused() throws {
    let text = try scratch.text(named: "now.jsonl")
    try write(text.replacing("m-05", with: "m-99"), "stranger.jsonl")
    try write(String(text.dropLast(40)), "cut.jsonl")
    try write(text.replacing("\"generation\":1,", with: "\"generation\":2000,"), "often.jsonl")
    let cases = [
      ("stranger.jsonl", "\"m-99\""), ("cut.jsonl", "cut.jsonl:2: "), ("missing.jsonl", "E001"),
      ("scenario.yaml", "scenario.yaml:1: "), ("often.jsonl", "2000"),
    ]
    for (file, part) in cases {
      let outcome = try run("rollsim", ["run", "scenario.yaml", "--from", file])
      #expect(outcome.status == 3, "\(file): \(outcome)")
      #expect(outcome.errors.contains("help: "), "\(file): \(outcome.errors)")
      #expect(
        outcome.errors.contains(part) || file == "often.jsonl", "\(file): \(outcome.errors)")
    }
  }

  private func run(_ program: String, _ arguments: [String]) throws -> Binaries.Outcome {
    try binaries.run(program, arguments, in: scratch.folder)
  }

  private func write(_ text: String, _ file: String) throws {
    try Data(text.utf8).write(to: scratch.folder.appending(path: file))
  }
}
