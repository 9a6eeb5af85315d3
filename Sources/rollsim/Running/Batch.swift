import ArgumentParser
import Determinism
import Experiments
import FleetModel
import Foundation
import ResultStore
import RolloutStrategies
import ScenarioFiles

/// The runs that one call of `run` asks of one scenario.
struct Batch {
  let world: World
  let keys: RunKeys
  let stored: StoredScenario
  private let command: RunCommand
  private let caseIndices: [Int]
  private let armIndices: [Int]

  /// The identity of the scenario.
  var hash: Digest256 { stored.hash }

  init(_ loaded: LoadedScenario, _ command: RunCommand) throws {
    let scenario = loaded.experiment.scenario
    self.command = command
    // A transcript is of one run: the first one, where nothing else is said.
    let isOne = command.transcript != nil
    caseIndices = try Self.select(
      command.caseName, among: scenario.cases.map(\.name), "case", onlyFirst: isOne)
    armIndices = try Self.select(
      command.arm, among: scenario.arms.map(\.name), "arm", onlyFirst: isOne)
    keys = RunKeys(scenario, detail: command.detail)
    world = World(scenario)
    stored = StoredScenario(
      loaded.experiment, canonicalJSON: keys.canonicalScenario,
      metrics: world.metrics.definitions, sourceText: loaded.sourceText)
    if isOne, caseIndices.count * armIndices.count * replications.count != 1 {
      throw Failure.exit(
        64, "--transcript records one run, and this command selects several",
        help: "name one --arm and one --case at most, and leave --runs out")
    }
  }

  /// The numbers of the replications.
  private var replications: Range<Int> {
    if command.transcript != nil { return 0..<(command.runs ?? 1) }
    let clusters = world.fleet.count
    return 0..<(command.runs ?? (clusters <= 5_000 ? 100 : clusters <= 50_000 ? 20 : 3))
  }

  /// Finds some names among those known, in the order of these.
  ///
  /// - Parameters:
  ///   - names: what is asked for; none: all, or the first one.
  ///   - known: the names there are.
  ///   - what: what bears them, for whoever asks for another.
  ///   - onlyFirst: whether none means the first one.
  /// - Returns: the positions.
  /// - Throws: a failure for a name that nothing bears.
  static func select(
    _ names: [String], among known: [String], _ what: String, onlyFirst: Bool
  ) throws -> [Int] {
    guard !names.isEmpty else { return onlyFirst ? [0] : Array(known.indices) }
    return try names.map { name in
      guard let index = known.firstIndex(of: name) else {
        throw Failure.exit(
          Exit.nothingSelected, "there is no \(what) \(name)",
          help: "the \(what)s are \(known.joined(separator: ", "))")
      }
      return index
    }.sorted()
  }

  /// Carries out what is not stored yet.
  ///
  /// `acknowledge` is called with the key of each run after it is safely stored.
  func run(
    into database: ResultDatabase, interruption: Interruption,
    acknowledge: (Digest256) throws -> Void
  ) throws -> ExperimentRunner.Summary {
    try database.add(stored)
    let isWhole = command.fresh || command.transcript != nil
    let plan = RunPlan(
      scenario: world.scenario, keys: keys, cases: caseIndices, arms: armIndices,
      seed: command.seed, replications: replications,
      present: isWhole ? [] : try database.existingKeys(of: hash), audit: command.audit)
    let runner = ExperimentRunner(
      world: world, plan: plan,
      options: RunOptions(
        detail: command.detail, wantsTranscript: command.transcript != nil),
      audit: Audit(world: world, isSpoilt: command.spoilsAudit),
      threads: command.threads ?? ProcessInfo.processInfo.activeProcessorCount,
      interruption: interruption)
    var summary = try runner.run { group, finished in
      try expectSame(group, finished)
      let runs = self.runs(of: group, finished)
      try database.record(runs)
      for run in runs { try acknowledge(run.identity.key) }
      return runs.count
    }
    if !summary.wasInterrupted { summary.audited = plan.auditedCount }
    return summary
  }

  /// Throws `DifferentRun` if a run of a group came out differently when it was audited; then
  /// nothing of the group is stored.
  private func expectSame(
    _ group: RunPlan.Group, _ finished: [ExperimentRunner.Finished]
  ) throws {
    for (item, finished) in zip(group.items, finished) {
      guard let difference = finished.difference else { continue }
      throw DifferentRun(
        scenario: world.scenario.name, identity: identity(of: item), difference: difference)
    }
  }

  private func identity(of item: RunPlan.Item) -> RunIdentity {
    RunIdentity(
      key: item.key, caseName: world.scenario.cases[item.caseIndex].name,
      arm: item.armIndex.map { world.scenario.arms[$0].name }, seed: item.random.seed,
      replication: Int(item.random.replication))
  }

  /// The finished runs of a group as they are stored; those that are stored already are left out.
  private func runs(
    of group: RunPlan.Group, _ finished: [ExperimentRunner.Finished]
  ) -> [StoredRun] {
    let baseline = finished[0].result.baseline
    return group.items.indices.filter { group.isMissing[$0] }.map { index in
      let item = group.items[index]
      let result = finished[index].result
      return StoredRun(
        scenario: hash,
        identity: identity(of: item),
        engineSemantics: World.semanticsVersion, optionsJSON: keys.options,
        simulated: world.scenario.horizon,
        record: result.record(relativeTo: baseline, metrics: world.metrics),
        host: host(of: finished[index]))
    }
  }

  private func host(of finished: ExperimentRunner.Finished) -> HostFacts {
    HostFacts(
      toolVersion: Tool.version, platform: Tool.platform,
      startedUTC: finished.startedAt.ISO8601Format(),
      wall: Microseconds(Int64(finished.wallSeconds * 1e6)),
      threads: command.threads ?? ProcessInfo.processInfo.activeProcessorCount)
  }

  /// Writes what the planners saw and decided.
  func write(_ steps: [PlannerStep], to path: String) throws {
    let random = RandomStream(seed: command.seed, replication: 0)
    let arm = world.scenario.arms[armIndices[0]]
    let header = Transcript.Header(
      title: "\(world.scenario.name) \(arm.name)", random: random, startAt: world.startTime,
      planners: world.planners(arm: arm, random: random))
    var writer = Transcript.Writer()
    var bytes = writer.line(header) + [10]
    for step in steps {
      bytes += writer.line(
        Transcript.Observed(
          planner: step.planner, at: step.at, observations: step.observations))
      bytes.append(10)
      bytes += writer.line(
        Transcript.Decided(planner: step.planner, at: step.at, decision: step.decision))
      bytes.append(10)
    }
    do {
      try Data(bytes).write(to: URL(fileURLWithPath: path))
    } catch {
      throw Failure.exit(
        Exit.writeFailure, "\(path) can not be written: \(error.localizedDescription)",
        help: "name a file in a folder that exists and has room")
    }
  }
}

/// What this program is and where it runs.
enum Tool {
  static let version = "0.1.0"

  static var platform: String {
    #if arch(x86_64)
      let processor = "x86_64"
    #elseif arch(arm64)
      let processor = "arm64"
    #else
      let processor = "other"
    #endif
    return "\(processor) \(ProcessInfo.processInfo.operatingSystemVersionString)"
  }
}
