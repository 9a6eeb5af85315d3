import ArgumentParser
import Experiments
import FleetModel
import Reports
import ResultStore

/// Shows one run as a timeline.
struct ShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show one run as a timeline: what happened where and when, and why it ended so.",
    discussion: """
      A run is named by its arm and replication, or by the first letters of its key:

        rollsim show results/two-coasts.sqlite --run staged/7 --case bad
        rollsim show results/two-coasts.sqlite --run 3fb2c1
      """)

  @Argument(help: "The database.")
  var database: String

  @OptionGroup var selection: RunSelection

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    try reporting {
      let results = try ResultDatabase.open(path: database, mode: .read)
      defer { try? results.close() }
      let chosen = try selection.choose(from: results)
      guard let run = try results.run(chosen.identity.key),
        let stored = try results.scenario(chosen.scenario),
        let scenario = stored.experiment()?.scenario
      else {
        throw Failure.exit(
          Exit.badDatabase, "the stored run can not be read back",
          help: "check the file with `rollsim verify \(database)`")
      }
      let report = TimelineReport(run: run, scenarioName: stored.name, startAt: scenario.startAt)
      try Output.write(json ? report.json() : report.text())
    }
  }
}
