import Foundation
import Testing

/// What the shipped scenarios say is to be expected does happen.
///
/// Unoptimised programs do as many of the hundred replications as they can in a while. `.ci/run`
/// names optimised ones in `ROLLSIM_PROGRAMS`, which do all of them.
@Suite("Expectations of the shipped scenarios")
struct ExpectationTests {
  /// How often a scenario is run.
  struct Effort: CustomTestStringConvertible, Sendable {
    var scenario: ShippedScenario
    var runs: Int

    var testDescription: String { "\(scenario.name), \(runs) replications" }

    /// All scenarios, each as often as the programs can.
    static let all = ShippedScenario.all.compactMap { scenario in
      runs(of: scenario).map { Effort(scenario: scenario, runs: $0) }
    }

    private static func runs(of scenario: ShippedScenario) -> Int? {
      if Binaries.optimised != nil { return 100 }
      switch scenario.name {
      case "two-coasts": return 100
      case "shared-fate", "node-limit": return 40
      case let name where name.hasPrefix("tower-"): return nil
      case let name where name.hasPrefix("which-planner"): return 3
      default: return scenario.isLarge ? 1 : 20
      }
    }
  }

  private let binaries: Binaries
  private let scratch: Scratch

  init() throws {
    binaries = try Binaries()
    scratch = try Scratch()
    try ShippedScenario.copyAll(into: scratch.folder)
    guard Binaries.optimised != nil else { return }
    // What two hundred canaries show, twenty do not always: only the million is made smaller.
    let towers = try ShippedScenario.named("tower-24k")
    try towers.text.write(
      to: scratch.folder.appending(path: "scenarios/tower-24k.yaml"), atomically: true,
      encoding: .utf8)
  }

  @Test("they hold in 95 of 100 replications", arguments: Effort.all)
  func hold(_ effort: Effort) throws {
    try run("scenarios/\(effort.scenario.name).yaml", runs: effort.runs)
    let outcome = try compare()
    #expect(outcome.status == 0, "\(outcome.output)")
    #expect(outcome.output.contains("expectations"))
    #expect(!outcome.output.contains("NOT met"), "\(outcome.output)")
  }

  @Test("exchanging the names of two arms is found", arguments: Effort.all.map(\.scenario))
  func exchanged(_ scenario: ShippedScenario) throws {
    let (first, second) = try scenario.comparedArms()
    let text = try exchanging(first, second, in: scenario)
    try text.write(
      to: scratch.folder.appending(path: "scenarios/exchanged.yaml"), atomically: true,
      encoding: .utf8)
    try run("scenarios/exchanged.yaml", runs: scenario.isLarge ? 1 : 2)
    let outcome = try compare()
    #expect(outcome.status == 10, "\(first) and \(second): \(outcome.output)")
    #expect(outcome.output.contains("NOT met"), "\(outcome.output)")
  }

  private func exchanging(
    _ first: String, _ second: String, in scenario: ShippedScenario
  ) throws -> String {
    let reduced = ShippedScenario(name: scenario.name, text: try scenario.reducedText())
    func arm(_ name: String) throws -> String {
      let lines = ["    - name: \(name)\n", "    - {name: \(name),"]
      return try #require(lines.first { reduced.text.contains($0) }, "no arm \(name)")
    }
    let (firstLine, secondLine) = (try arm(first), try arm(second))
    let exchanged = try reduced.replacing([
      (firstLine, firstLine.replacing(first, with: "exchanged")),
      (secondLine, secondLine.replacing(second, with: first)),
    ])
    return exchanged.replacing(
      firstLine.replacing(first, with: "exchanged"), with: firstLine.replacing(first, with: second))
  }

  private func run(_ scenario: String, runs: Int) throws {
    let outcome = try binaries.run(
      "rollsim", ["run", scenario, "--runs", "\(runs)", "--detail", "metrics", "--db", "a.sqlite"],
      in: scratch.folder)
    try #require(outcome.status == 0, "\(outcome.errors)")
  }

  private func compare() throws -> Binaries.Outcome {
    try binaries.run(
      "rollsim", ["compare", "a.sqlite", "--fail-on", "expectation"], in: scratch.folder)
  }
}
