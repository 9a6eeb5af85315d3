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

  @Option(
    name: .customLong("run"),
    help: """
      ARM/REPLICATION, or the beginning of a key. Without it: the first run that did not complete, \
      else the first.
      """)
  var name: String?

  @Option(name: .customLong("case"), help: "The case. Without it: the first that has such a run.")
  var caseName: String?

  @Option(help: "The scenario, if the file holds several.")
  var scenario: String?

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    try reporting {
      let results = try ResultDatabase.open(path: database, mode: .read)
      defer { try? results.close() }
      let chosen = try choose(from: results)
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

  private func choose(from results: ResultDatabase) throws -> RunSummary {
    var filter = RunFilter(
      scenario: try Comparison.newestScenario(of: results, named: scenario, in: database))
    filter.caseName = caseName
    if let name {
      let parts = name.split(separator: "/", omittingEmptySubsequences: false)
      if parts.count == 2, let replication = Int(parts[1]) {
        filter.arm = String(parts[0])
        filter.replication = replication
      } else {
        filter = RunFilter(keyPrefix: name)
      }
    }
    let runs = try results.runs(filter).filter { name != nil || $0.identity.arm != nil }
    guard let first = runs.first else {
      throw Failure.exit(
        Exit.nothingSelected, "\(database) holds no such run",
        help: "name it as ARM/REPLICATION, with --case, or by the beginning of its key")
    }
    if filter.keyPrefix != nil, runs.count > 1 {
      throw Failure.exit(
        Exit.nothingSelected, "the keys of \(runs.count) runs begin so",
        help: "give more of the key, or name the run as ARM/REPLICATION")
    }
    return name == nil ? runs.first { $0.status != .completed } ?? first : first
  }
}
