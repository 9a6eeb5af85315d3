import ArgumentParser
import Experiments
import FleetModel
import LocatedYAML
import ScenarioFiles

/// Checks scenario files without running anything.
struct ValidateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate",
    abstract: "Check scenario files: every problem at once, with its place and a fix.")

  @Argument(help: "Scenario files.")
  var scenarios: [String]

  func run() throws {
    var failed: ExitCode?
    for path in scenarios {
      let loaded: LoadedScenario
      do throws(DocumentProblems) {
        loaded = try ScenarioLoader.load(file: path)
      } catch {
        failed = Failure.exit(error)
        continue
      }
      for warning in loaded.warnings { Failure.say("\(warning)\n") }
      try Output.line(Self.summary(of: loaded.experiment.scenario, path: path))
    }
    if let failed { throw failed }
  }

  /// What is in a valid file, in one line.
  private static func summary(of scenario: Scenario, path: String) -> String {
    let clusters = scenario.fleet.clusters.count + (scenario.fleet.generate?.clusters ?? 0)
    let parts = [
      count(clusters, "cluster"), count(scenario.services.count, "service"),
      count(scenario.planners.count, "planner"), count(scenario.rollouts.count, "rollout"),
      count(scenario.cases.count, "case"), count(scenario.arms.count, "arm"),
    ]
    return "\(path): ok: " + parts.joined(separator: ", ")
  }

  private static func count(_ count: Int, _ noun: String) -> String {
    "\(count) \(noun)\(count == 1 ? "" : "s")"
  }
}
