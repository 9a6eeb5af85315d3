import Determinism
import LocatedYAML
import PlannerDialects
import RolloutStrategies

/// Runs the vectors about KubeFleet.
enum KubeFleetConformance {
  static let suite = ConformanceSuite(project: "kubefleet-dev/kubefleet", got: got)

  private static func got(_ vector: Vector) throws(VectorProblem) -> Got {
    switch vector.suite {
    case "max_concurrency": maxConcurrency(vector.input)
    case "stage_computation": stages(vector)
    case "stage_tasks_validation": tasks(vector.input)
    case "stage_status_validation": try stageStatus(vector.input)
    case "delete_stage_validation": try deleteStage(vector.input)
    case "cluster_update_result": try updateResult(vector.input)
    case "execution": try KubeFleetExecution.got(vector)
    case "rolling_update_pick": try KubeFleetRollingConformance.pick(vector.input)
    case "binding_ready": try KubeFleetRollingConformance.ready(vector.input)
    case "wait_for_cleanup": try KubeFleetRollingConformance.cleanup(vector.input)
    default: throw VectorProblem(message: "the suite \(quoted(vector.suite)) is not known")
    }
  }

  private static func maxConcurrency(_ input: Cursor) -> Got {
    let written = input.entry("maxConcurrency")?.value
    guard let amount = KubernetesNumbers.intOrPercent(written),
      let clusters = input.text("clustersInStage").flatMap({ Int($0) })
    else { return ["maxConcurrency": 0, "error": true] }
    let stage = KubeFleetStage(name: "s", clusters: .all, maxConcurrency: amount)
    return ["maxConcurrency": .integer(stage.slots(ofStageWith: clusters)), "error": false]
  }

  // MARK: Initialization

  /// Clusters that stand in the vector, or in the file under a path like `fleet.selected`.
  static func clusters(_ key: String, of vector: Vector) -> [VectorCluster] {
    guard let field = vector.input.given(key) else { return [] }
    guard let path = field.value?.scalar else { return field.items().map { VectorCluster($0) } }
    let list = path.split(separator: ".").reduce(vector.file as Cursor?) { place, name in
      place?.entry(String(name))
    }
    return (list?.items() ?? []).map { VectorCluster($0) }
  }

  private static func stages(_ vector: Vector) -> Got {
    let selected = clusters("selectedClusters", of: vector)
    let leaving = clusters("unselectedClusters", of: vector)
    let fleet = VectorCluster.fleet(of: selected)
    let list = vector.input.entry("stages")?.apart
    let policies = (list?.items() ?? []).map { $0.kubeFleetStage() }
    if let problem = list?.reading.problems.first(where: { !$0.code.isWarning }) {
      return ["initialized": false, "reason": .text(problem.message)]
    }
    do throws(InitializationFailure) {
      let stages = try UpdateRunStages(policies, of: Array(fleet.clusters), in: fleet)
      let listed = policies.indices.map { stage -> Got in
        let names = stages.clusters(of: stage).map { fleet.names[$0.offset] }
        return ["name": .text(policies[stage].name), "clusters": .texts(names)]
      }
      let deleted = VectorCluster.fleet(of: leaving).names
      let names = deleted.order().map { deleted[Int($0)] }
      return ["initialized": true, "stages": .list(listed), "deletionStage": .texts(names)]
    } catch {
      let written = vector.body.entry("expect")?.text("reason")
      let reason = written.map { error.isMeant(by: $0) ? $0 : error.description }
      return ["initialized": false, "reason": .text(reason ?? error.description)]
    }
  }

  private static func tasks(_ input: Cursor) -> Got {
    let before = input.entry("beforeStageTasks")?.apart
    let after = input.entry("afterStageTasks")?.apart
    let (first, last) = (before?.kubeFleetTasks() ?? [], after?.kubeFleetTasks() ?? [])
    var isValid = [before, after].allSatisfy { ($0?.reading.errorCount ?? 0) == 0 }
    do throws(TaskProblem) {
      try KubeFleetStage.check(before: first)
      try KubeFleetStage.check(after: last)
    } catch { isValid = false }
    return ["valid": .boolean(isValid)]
  }

  // MARK: Records

  private static func condition(_ name: String, in map: Cursor?) throws(VectorProblem)
    -> ConditionStatus?
  {
    guard let text = map?.text(name) else { return nil }
    guard let status = ConditionStatus(rawValue: text) else {
      throw VectorProblem(message: "\(quoted(text)) is not the status of a condition")
    }
    return status
  }

  private static func record(
    _ conditions: Cursor?, clusters: [Cursor], slots: Int
  ) throws(VectorProblem) -> StageRecord {
    var succeeded = 0
    var updating = 0
    for cluster in clusters {
      let started = try condition("started", in: cluster)
      let result = try condition("succeeded", in: cluster)
      succeeded += result == .isTrue ? 1 : 0
      updating += started == .isTrue && result != .isTrue && result != .isFalse ? 1 : 0
    }
    return StageRecord(
      clusterCount: clusters.count, slots: slots,
      progressing: try condition("Progressing", in: conditions),
      succeeded: try condition("Succeeded", in: conditions), succeededCount: succeeded,
      updatingCount: updating)
  }

  private static func position(_ key: String, of input: Cursor) throws(VectorProblem) -> Int? {
    guard let position = try input.integer(key) else {
      throw VectorProblem(message: "\(key) is missing")
    }
    return position < 0 ? nil : position
  }

  private static func stageStatus(_ input: Cursor) throws(VectorProblem) -> Got {
    let clusters = input.given("clusters")?.items() ?? []
    let limit = KubernetesNumbers.intOrPercent(input.entry("maxConcurrency")?.value) ?? .count(1)
    let stage = KubeFleetStage(name: "s", clusters: .all, maxConcurrency: limit)
    let record = try record(
      input.given("stageConditions"), clusters: clusters,
      slots: stage.slots(ofStageWith: clusters.count))
    var walk = RecordWalk(
      updating: try position("updatingStageIndexSoFar", of: input),
      lastFinished: try position("lastFinishedStageIndexSoFar", of: input))
    let index = try position("stageIndex", of: input) ?? 0
    do throws(InconsistentRecord) {
      try walk.visit(index, record)
    } catch {
      return ["abort": true, "updatingStageIndex": -1, "lastFinishedStageIndex": -1]
    }
    return [
      "abort": false, "updatingStageIndex": .integer(walk.updating ?? -1),
      "lastFinishedStageIndex": .integer(walk.lastFinished ?? -1),
    ]
  }

  private static func deleteStage(_ input: Cursor) throws(VectorProblem) -> Got {
    let walk = RecordWalk(
      updating: try position("updatingStageIndex", of: input),
      lastFinished: try position("lastFinishedStageIndex", of: input))
    let listed = input.given("deleteStage")?.given("clusters")?.items().map(name) ?? []
    let leaving = input.given("bindingsToDelete")?.items().map(name) ?? []
    let deletion: StageRecord? =
      if let stage = input.given("deleteStage") {
        try record(stage.given("conditions"), clusters: [], slots: 1)
      } else { nil }
    let total = try input.integer("totalStages") ?? 0
    do throws(InconsistentRecord) {
      let next = try walk.stageToExecute(
        of: total, deletion: deletion, coversDeletions: leaving.allSatisfy(listed.contains))
      return ["abort": false, "nextStageIndex": .integer(next ?? -1)]
    } catch {
      return ["abort": true, "nextStageIndex": -1]
    }
  }

  private static func name(_ cluster: Cursor) -> String {
    cluster.value?.scalar ?? cluster.text("name") ?? ""
  }

  private static func updateResult(_ input: Cursor) throws(VectorProblem) -> Got {
    let conditions = input.given("bindingConditions")?.items() ?? []
    let generation = try input.integer("bindingGeneration") ?? 0
    let result = try BindingConditions(conditions, generation: generation).updateResult
    return ["succeeded": .boolean(result.hasSucceeded), "error": .boolean(result.hasFailed)]
  }
}

extension BindingConditions {
  /// The instant at which vectors about readiness have their cut-off.
  static let vectorCutoff = Instant(sinceEpoch: 0)

  /// Conditions as a vector lists them; one that states no generation is about the present one.
  init(_ list: [Cursor], generation: Int) throws(VectorProblem) {
    self.init(generation: generation)
    for entry in list {
      guard let status = ConditionStatus(rawValue: entry.text("status") ?? "") else {
        throw VectorProblem(message: "a condition has no status")
      }
      let condition = Condition(
        status, generation: try entry.integer("observedGeneration") ?? generation,
        reason: Condition.Reason(entry.text("reason") ?? ""),
        since: Self.vectorCutoff + (try Self.sinceCutoff(entry)))
      switch entry.text("type") {
      case "Overridden": overridden = condition
      case "WorkSynchronized": workSynchronized = condition
      case "Applied": applied = condition
      case "Available": available = condition
      case "DiffReported": diffReported = condition
      case "Scheduled", "RolloutStarted": break
      case let type:
        throw VectorProblem(message: "the condition \(quoted(type ?? "")) is not known")
      }
    }
  }

  private static func sinceCutoff(_ entry: Cursor) throws(VectorProblem) -> Microseconds {
    guard let text = entry.text("secondsRelativeToCutoff") else { return .zero }
    guard let duration = KubernetesNumbers.duration(text + "s") else {
      throw VectorProblem(message: "\(quoted(text)) is no number of seconds")
    }
    return duration
  }
}

extension InitializationFailure {
  /// Whether a reason, which a vector states in its transcriber's own words, is about this failure.
  fileprivate func isMeant(by reason: String) -> Bool {
    let words =
      switch self {
      case .clusterInSeveralStages: ["more than one stage", "multiple stages", "two stages"]
      case .clusterInNoStage: ["no stage", "any stage", "not placed"]
      case .badSortingLabel: ["sort", "integer"]
      case .badTasks(.waitTimeNotAboveZero), .badTasks(.noWaitTime), .badTasks(.waitTimeOfApproval):
        ["wait time"]
      case .badTasks(.twoOfAKind): ["same type", "of a kind", "of one type"]
      case .badTasks(.tooMany), .badTasks(.timedWaitBefore): ["task"]
      }
    return words.contains { reason.contains($0) }
  }
}
