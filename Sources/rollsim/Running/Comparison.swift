import ArgumentParser
import Determinism
import Experiments
import FleetModel
import Foundation
import Reports
import ResultStore

/// Compares the arms of a scenario from what is stored.
enum Comparison {
  /// The newest version of the scenario of a name, or of the newest one.
  static func newestScenario(
    of database: ResultDatabase, named name: String?, in path: String
  ) throws -> Digest256 {
    if let hash = try database.newestScenario(named: name) { return hash }
    throw Failure.exit(
      Exit.nothingSelected, "\(path) holds no such scenario",
      help: "it holds: " + (try database.scenarios().map(\.name).joined(separator: ", ")))
  }

  /// The study of one scenario's runs of one seed and one set of options.
  static func study(
    _ database: ResultDatabase, scenario hash: Digest256, in group: RunGroup
  ) throws -> ComparisonStudy {
    guard let stored = try database.scenario(hash), let experiment = stored.experiment() else {
      throw Failure.exit(
        Exit.badDatabase, "the stored scenario can not be read back",
        help: "it was stored by another version of rollsim; use that version")
    }
    let scenario = experiment.scenario
    let runs = try database.runs(RunFilter(scenario: hash, group: group))
    let others = try database.scenarios().filter { $0.name == stored.name && $0.hash != hash }
    var study = ComparisonStudy(
      scenarioName: stored.name, scenarioHash: hash, arms: scenario.arms.map(\.name),
      cases: scenario.cases.map { .init(name: $0.name, weight: $0.weight) },
      metrics: stored.metrics, samples: try database.samples(of: hash, in: group),
      decide: experiment.decide, expect: experiment.expect,
      otherRuns: others.reduce(0) { $0 + $1.runs })
    study.endings = endings(of: runs)
    study.notes = experiment.notes ?? []
    return study
  }

  /// How the runs ended; these come ordered by case and arm.
  private static func endings(of runs: [RunSummary]) -> [ComparisonStudy.Ending] {
    var endings: [ComparisonStudy.Ending] = []
    for run in runs {
      guard let arm = run.identity.arm else { continue }
      if endings.last?.caseName != run.identity.caseName || endings.last?.arm != arm {
        endings.append(.init(caseName: run.identity.caseName, arm: arm, statuses: []))
      }
      endings[endings.count - 1].statuses.append(run.status)
    }
    return endings
  }

  /// Prints the comparison that `run` ends in.
  static func print(
    _ database: ResultDatabase, scenario hash: Digest256, options: String,
    origin: ComparisonStudy.Origin, asJSON: Bool
  ) throws {
    let group = RunGroup(
      seed: origin.seed, engineSemantics: World.semanticsVersion, optionsJSON: options)
    var study = try study(database, scenario: hash, in: group)
    study.origin = origin
    let report = ComparisonReport(study)
    try Output.write(asJSON ? report.json() : report.text())
  }
}
