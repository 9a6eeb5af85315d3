import ArgumentParser
import Determinism
import Experiments
import FleetModel
import Reports
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

  @Flag(help: .hidden)
  var spoilsAudit = false

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
        try compare(run, of: results, in: world)
        checked += 1
      }
    }
    try Output.line("\(checked) runs carried out again: same digests")
  }

  private func compare(_ run: RunSummary, of results: ResultDatabase, in world: World) throws {
    let scenario = world.scenario
    guard let stored = try results.run(run.identity.key),
      let caseIndex = scenario.cases.firstIndex(where: { $0.name == run.identity.caseName })
    else { return }
    let armIndex = run.identity.arm.flatMap { name in
      scenario.arms.firstIndex { $0.name == name }
    }
    let random = RandomStream(
      seed: run.identity.seed, replication: UInt32(run.identity.replication))
    let difference = Audit(world: world, isSpoilt: spoilsAudit).difference(
      of: RunRequest(caseIndex: caseIndex, armIndex: armIndex, random: random),
      from: stored.record, carriedOut: RunOptions())
    switch difference {
    // A later version may have more metrics.
    case nil, .outcome: return
    case let difference?:
      throw DifferentRun(
        scenario: scenario.name, identity: run.identity, difference: difference
      ).failure(
        shownBy: "rollsim replay \(Escaping.shell(database)) --run \(run.identity.key)")
    }
  }
}
