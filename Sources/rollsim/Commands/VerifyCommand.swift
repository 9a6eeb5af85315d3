import ArgumentParser
import Determinism
import Experiments
import FleetModel
import ResultStore

/// Checks a database, and that runs come out the same again.
struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Check that a database is whole, and that runs can be made again from it alone.")

  @Argument(help: "The database.")
  var database: String

  @Option(help: "Percent of the runs to carry out again and compare.")
  var rerun = 0

  func validate() throws {
    guard (0...100).contains(rerun) else {
      throw ValidationError("--rerun is a percentage from 0 to 100")
    }
  }

  func run() throws {
    try reporting {
      let results = try ResultDatabase.open(path: database, mode: .read)
      let report = try results.verify()
      guard report.isSound else {
        for problem in report.problems { Failure.say("error: \(database): \(problem)\n") }
        throw Failure.exit(
          Exit.badDatabase, "\(database) does not hold what was stored",
          help: "restore a copy, or run the scenario again into a new file with --db")
      }
      try Output.line("\(database): sound: \(report.scenarios) scenarios, \(report.runs) runs")
      if rerun > 0 { try again(results) }
      try results.close()
    }
  }

  /// Carries out every n-th run again, spread over the whole file.
  private func again(_ results: ResultDatabase) throws {
    var checked = 0
    for summary in try results.scenarios() {
      guard let stored = try results.scenario(summary.hash),
        let scenario = try? CanonicalJSON.decode(
          Scenario.self, from: Array(stored.canonicalJSON.utf8))
      else {
        throw Failure.exit(
          Exit.badDatabase, "the scenario \(summary.name) can not be read back",
          help: "it was stored by another version of rollsim; use that version")
      }
      let world = World(scenario)
      let runs = try results.runs(RunFilter(scenario: summary.hash))
      for (index, run) in runs.enumerated() where (index + 1) * rerun / 100 > index * rerun / 100 {
        guard run.engineSemantics == World.semanticsVersion else { continue }
        try compare(run, in: world)
        checked += 1
      }
    }
    try Output.line("\(checked) runs carried out again: same digests")
  }

  private func compare(_ run: RunSummary, in world: World) throws {
    let scenario = world.scenario
    guard let caseIndex = scenario.cases.firstIndex(where: { $0.name == run.identity.caseName })
    else { return }
    let armIndex = run.identity.arm.flatMap { name in
      scenario.arms.firstIndex { $0.name == name }
    }
    let random = RandomStream(
      seed: run.identity.seed, replication: UInt32(run.identity.replication))
    let result = world.run(
      RunRequest(caseIndex: caseIndex, armIndex: armIndex, random: random),
      options: RunOptions(detail: .metrics))
    let isSame =
      result.record.eventDigest == run.eventDigest && result.record.drawDigest == run.drawDigest
    guard !isSame else { return }
    throw Failure.exit(
      Exit.determinism,
      "run \(run.identity.key) of \(scenario.name) came out differently this time",
      help:
        "keep the database and report it with the output of `rollsim --version` on both machines")
  }
}
