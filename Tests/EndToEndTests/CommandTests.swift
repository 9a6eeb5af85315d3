import Foundation
import Testing

/// What people and scripts read.
@Suite("Commands on the shipped scenarios", .serialized)
struct CommandTests {
  private let binaries: Binaries
  private let scratch: Scratch

  init() throws {
    binaries = try Binaries()
    scratch = try Scratch()
    try ShippedScenario.copyAll(into: scratch.folder)
  }

  @Test(
    "validate counts what is in a file, and warns of nothing that is not its story",
    arguments: ShippedScenario.all)
  func validate(_ scenario: ShippedScenario) throws {
    let path = "scenarios/\(scenario.name).yaml"
    let outcome = try rollsim(["validate", path])
    #expect(outcome.status == 0)
    let warnings = outcome.errors.matches(of: #/warning\[(W\d+)\]/#).map { String($0.1) }
    #expect(
      warnings == (scenario.name == "two-coasts-exposure" ? ["W005"] : []), "\(outcome.errors)")
    #expect(outcome.output.hasPrefix("\(path): ok: "))
    #expect(outcome.output.contains("\(scenario.cases.count) cases, \(scenario.arms.count) arms"))
  }

  @Test(
    "a run ends in a comparison, which can be made again from the file",
    arguments: [
      "two-coasts", "six-hubs", "shared-fate", "service-chain", "node-limit", "admin-groups",
      "security-deadline",
    ])
  func comparison(_ name: String) throws {
    let scenario = try ShippedScenario.named(name)
    let run = try rollsim(["run", "scenarios/\(name).yaml", "--runs", "2"])
    try #require(run.status == 0, "\(run.errors)")
    let database = "results/\(name).sqlite"
    let compared = try rollsim(["compare", database])
    #expect(compared.status == 0)
    for output in [run.output, compared.output] {
      #expect(output.contains(name))
      for arm in scenario.arms { #expect(output.contains(arm)) }
      for caseName in scenario.cases { #expect(output.contains(caseName)) }
      // Two runs of each are too few to tell, and that is what is said.
      #expect(output.contains(#/no winner|inconclusive|more runs/#), "\(output)")
      #expect(output.contains("expectations"))
      #expect(!output.contains("nan") && !output.contains("inf "), "\(output)")
    }
    let inconclusive = try rollsim(["compare", database, "--fail-on", "inconclusive"])
    #expect([0, 5].contains(inconclusive.status))
    let json = try object(rollsim(["compare", database, "--json"]).output)
    #expect(json["kind"] as? String == "comparison")
    #expect(json["arms"] as? [String] == scenario.arms)
    #expect(json["baseline"] as? String == scenario.arms.first)
    for arm in scenario.arms {
      for caseName in scenario.cases {
        try expectTimeline(database, arm: arm, case: caseName, of: scenario)
      }
    }
  }

  @Test("the run command's JSON is the comparison and nothing else")
  func runJSON() throws {
    let outcome = try rollsim(["run", "scenarios/two-coasts.yaml", "--runs", "2", "--json"])
    #expect(try object(outcome.output)["kind"] as? String == "comparison")
    #expect(outcome.errors.isEmpty)
  }

  @Test("no command writes escape sequences into a file, whatever the terminal")
  func noEscapes() throws {
    let environment = ["TERM": "xterm-256color", "COLORTERM": "truecolor", "CLICOLOR_FORCE": "1"]
    for arguments in [
      ["run", "scenarios/two-coasts.yaml", "--runs", "1", "--db", "a.sqlite"],
      ["show", "a.sqlite"], ["compare", "a.sqlite"], ["verify", "a.sqlite"], ["--help"],
    ] {
      let outcome = try binaries.run(
        "rollsim", arguments, in: scratch.folder, environment: environment)
      #expect(outcome.status == 0)
      #expect(!outcome.output.contains("\u{1B}") && !outcome.errors.contains("\u{1B}"))
    }
  }

  @Test(
    "every command explains itself",
    arguments: [
      "run", "validate", "show", "compare", "digest", "verify",
    ])
  func help(_ command: String) throws {
    let outcome = try rollsim([command, "--help"])
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("USAGE: rollsim \(command)"))
  }

  private func expectTimeline(
    _ database: String, arm: String, case caseName: String, of scenario: ShippedScenario
  ) throws {
    let selection = ["show", database, "--run", "\(arm)/1", "--case", caseName]
    let text = try rollsim(selection)
    #expect(text.status == 0, "\(text.errors)")
    for part in [scenario.name, arm, caseName, "status:", "digests:", "key:"] {
      #expect(text.output.contains(part), "\(arm) \(caseName) lacks \(part)")
    }
    #expect(
      text.output.contains(#/status:\s+(completed|rolled back|halted|paused|unfinished)/#),
      "\(text.output)")
    let json = try object(rollsim(selection + ["--json"]).output)
    #expect(json["arm"] as? String == arm)
    #expect(json["case"] as? String == caseName)
    #expect(json["scenario"] as? String == scenario.name)
    #expect((json["rollouts"] as? [Any])?.isEmpty == false)
  }

  private func rollsim(_ arguments: [String]) throws -> Binaries.Outcome {
    try binaries.run("rollsim", arguments, in: scratch.folder)
  }

  private func object(_ text: String) throws -> [String: Any] {
    try #require(
      try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any], "\(text)")
  }
}
