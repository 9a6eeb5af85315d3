import Determinism
import Experiments
import FleetModel
import Reports
import ResultStore

/// A stored run that was carried out again, from its database alone.
struct RemadeRun {
  /// The run as it is stored.
  let stored: StoredRun
  /// The scenario that it is of.
  let scenario: Scenario
  /// The run as it came out this time, with its first events.
  let record: RunRecord

  /// Carries a run out again.
  ///
  /// - Throws: an exit code where the file does not hold what that takes, or another version of the
  ///   engine made it.
  init(_ summary: RunSummary, of results: ResultDatabase) throws {
    guard let run = try results.run(summary.identity.key),
      let text = try results.scenario(summary.scenario)?.canonicalJSON,
      let scenario = try? CanonicalJSON.decode(Scenario.self, from: Array(text.utf8)),
      let caseIndex = scenario.cases.firstIndex(where: { $0.name == run.identity.caseName })
    else {
      throw Failure.exit(
        Exit.badDatabase, "\(results.path): the stored scenario can not be read back",
        help: "it was stored by another version of rollsim; use that version")
    }
    guard summary.engineSemantics == World.semanticsVersion else {
      throw Failure.exit(
        Exit.badDatabase,
        "\(results.path): the run was made by version \(summary.engineSemantics) of the engine",
        help: "this is version \(World.semanticsVersion); use the rollsim that made the run")
    }
    stored = run
    self.scenario = scenario
    let world = World(scenario)
    let arm = run.identity.arm.flatMap { name in scenario.arms.firstIndex { $0.name == name } }
    let random = RandomStream(
      seed: run.identity.seed, replication: UInt32(run.identity.replication))
    let results = [nil, arm].map { arm in
      world.run(
        RunRequest(caseIndex: caseIndex, armIndex: arm, random: random),
        options: RunOptions(detail: .events))
    }
    record = results[1].record(relativeTo: results[0].baseline, metrics: world.metrics)
  }

  /// Whether the same happened as when it was stored; a later version may have more metrics.
  var isSame: Bool {
    record.eventDigest == stored.record.eventDigest
      && record.drawDigest == stored.record.drawDigest
  }

  /// Ends the command where it came out differently.
  func expectSame(as path: String) throws {
    guard !isSame else { return }
    let from = RunDivergence(stored.record, record)?.span.map { span in
      "from \(EventLine.time(span.lowerBound)) on"
    }
    throw Failure.exit(
      Exit.determinism,
      "\(path): run \(stored.identity.key) came out differently this time \(from ?? "")",
      help: "keep the file and report it with the output of `rollsim --version` on both machines")
  }
}
