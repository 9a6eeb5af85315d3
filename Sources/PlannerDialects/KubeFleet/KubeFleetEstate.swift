import Determinism
import LocatedYAML
import RolloutStrategies

/// An estate of KubeFleet: MemberClusters, bindings of a placement, and which snapshot is rolled
/// out.
///
/// - Source: kubefleet v0.3.1-83, `apis/cluster/v1beta1` `MemberCluster` and
///   `apis/placement/v1beta1` bindings, snapshots, update runs and approval requests.
enum KubeFleetEstate {
  private static let group = "placement.kubernetes-fleet.io/"
  private static let versions = ["v1beta1", "v1"]
  private static let member = EstateKind(
    "cluster.kubernetes-fleet.io/MemberCluster", versions,
    mapped: [
      "metadata.labels", "metadata.deletionTimestamp", "status.conditions", "status.agentStatus",
      "status.properties.kubernetes-fleet.io/node-count",
    ])
  private static let bindings = ["ClusterResourceBinding", "ResourceBinding"].map { word in
    EstateKind(
      group + word, versions,
      mapped: [
        "metadata.labels", "spec.state", "spec.targetCluster", "spec.resourceSnapshotName",
        "status.conditions",
      ])
  }
  private static let snapshots = ["ClusterResourceSnapshot", "ResourceSnapshot"].map { word in
    EstateKind(group + word, versions, mapped: ["metadata.labels"])
  }
  private static let runs = ["ClusterStagedUpdateRun", "StagedUpdateRun"]
  private static let requests = ["ClusterApprovalRequest", "ApprovalRequest"].map { word in
    EstateKind(group + word, versions, mapped: ["status.conditions", "spec"])
  }
  private static let documents =
    (runs + [
      "ClusterStagedUpdateStrategy", "StagedUpdateStrategy", "ClusterResourcePlacement",
      "ResourcePlacement",
    ]).map { EstateKind(group + $0, versions, isDocument: true) }

  private static let isLatest = "kubernetes-fleet.io/is-latest-snapshot"
  private static let parent = "kubernetes-fleet.io/parent-CRP"
  /// How long after its last heartbeat a cluster is silent: many times the agents' interval of
  /// fifteen seconds.
  private static let heartbeatTimeout = Microseconds.minutes(5)

  static let system = EstateSystem(
    name: "KubeFleet", kinds: [member] + bindings + snapshots + requests + documents, read: read)

  private static func read(_ objects: EstateObjects, _ draft: inout EstateDraft) {
    draft.silentAfter = heartbeatTimeout
    for object in objects.of(member.kind) { draft.add(cluster(object)) }
    let bound = bindings.flatMap { objects.of($0.kind) }.filter {
      objects.rollout == nil || $0.label(parent) == placement(objects)
    }
    guard let first = bound.first else { return }
    guard let latest = latestSnapshot(objects) else {
      first.report(
        .wrongDocuments, "which snapshot is rolled out can not be told",
        help: "dump the ClusterResourceSnapshots, too, or the ClusterStagedUpdateRun")
      return
    }
    draft.target = latest
    for object in bound {
      draft.choose(object.text("spec.targetCluster"), from: object)
      draft.update(object.text("spec.targetCluster"), from: object) { cluster in
        take(object, latest: latest, into: &cluster)
      }
    }
    takeRun(objects, &draft)
  }

  /// A member cluster; one that has not joined, or leaves, does not belong to the fleet.
  private static func cluster(_ object: EstateObject) -> EstateCluster {
    var cluster = EstateCluster(name: object.name, labels: object.labels, origin: object)
    cluster.isMember =
      object.conditions()["Joined"]?.isTrue == true
      && object.value("metadata.deletionTimestamp") == nil
    let count = object.value("status.properties")?.entry("kubernetes-fleet.io/node-count")
    cluster.nodes = count?.entry("value")?.value?.scalar.flatMap(Int.init).map { max(1, $0) }
    let agents = object.items("status.agentStatus")
    for agent in agents where agent.entry("type")?.value?.scalar == "MemberAgent" {
      let conditions = EstateConditions(agent.entry("conditions")?.items() ?? [])
      cluster.heardAt = agent.entry("lastReceivedHeartbeat")?.estateInstant()
      if let healthy = conditions["Healthy"], !healthy.isTrue {
        cluster.silentSince = cluster.heardAt ?? healthy.since
      }
    }
    return cluster
  }

  // MARK: Which version

  private static func run(_ objects: EstateObjects) -> EstateObject? {
    runs.flatMap { objects.of(group + $0) }.first {
      objects.rollout == nil || $0.name == objects.rollout
    }
  }

  private static func placement(_ objects: EstateObjects) -> String? {
    run(objects)?.text("spec.placementName") ?? objects.rollout
  }

  private static func latestSnapshot(_ objects: EstateObjects) -> String? {
    if let run = run(objects) {
      let index = run.text("spec.resourceSnapshotIndex")
      let used = run.text("status.resourceSnapshotIndexUsed")
      let number = index.isEmpty ? used : index
      if !number.isEmpty { return "\(run.text("spec.placementName"))-\(number)-snapshot" }
    }
    if let target = objects.target { return target }
    let latest = snapshots.flatMap { objects.of($0.kind) }.filter { $0.label(isLatest) == "true" }
    let name = placement(objects)
    return latest.first { name == nil || $0.label(parent) == name }?.name
  }

  // MARK: Bindings

  private static func take(
    _ object: EstateObject, latest: String, into cluster: inout EstateCluster
  ) {
    let conditions = object.conditions()
    let state = object.text("spec.state")
    guard state != "Unscheduled" else {
      cluster.isMember = false
      return
    }
    let known = BindingConditions(conditions, generation: object.generation)
    let isCurrent = state == "Bound" && object.text("spec.resourceSnapshotName") == latest
    let failedSince = known.failedSince
    let available = known.available
    guard isCurrent else {
      if known.hasFailed { cluster.runsPrevious(since: failedSince, phase: .failed) }
      return
    }
    let since = conditions["RolloutStarted"]?.since ?? known.overridden?.since
    if known.updateResult.hasSucceeded {
      cluster.isAskedForTarget(
        since: since, phase: .available,
        changedAt: available?.since ?? known.diffReported?.since)
    } else if known.hasFailed {
      cluster.isAskedForTarget(since: since, phase: .failed, changedAt: failedSince)
    } else {
      let hasAnswered = known.overridden?.generation == object.generation
      cluster.isAskedForTarget(since: since, phase: hasAnswered ? .progressing : nil)
    }
  }

  // MARK: Update runs

  private static func takeRun(_ objects: EstateObjects, _ draft: inout EstateDraft) {
    guard let run = run(objects) else { return }
    let stages = run.items("status.stagesStatus")
    let conditions = run.conditions()
    guard let begun = conditions["Initialized"]?.since ?? conditions["Progressing"]?.since,
      !stages.isEmpty
    else { return }
    var status = RolloutStatus()
    status.startedAt = begun
    let open = stages.firstIndex { stage in
      EstateConditions(stage.entry("conditions")?.items() ?? [])["Succeeded"]?.isTrue != true
    }
    status.stage = open ?? stages.count - 1
    status.stageEnteredAt =
      stages[status.stage].entry("startTime")?.estateInstant() ?? begun
    status.verdict = .rolling
    if let succeeded = conditions["Succeeded"] {
      status.verdict =
        succeeded.isTrue
        ? .complete : .halted(Evidence(failed: 0, budget: 0, stage: nil, causes: []))
    }
    let names = stages.map { $0.entry("stageName")?.value?.scalar ?? "" }
    status.approved = approvals(objects, of: run, stages: names)
    draft.rollout = status
  }

  /// The approvals that were given: after a stage its position, before it that plus the number of
  /// stages.
  private static func approvals(
    _ objects: EstateObjects, of run: EstateObject, stages: [String]
  ) -> [Int] {
    let given = requests.flatMap { objects.of($0.kind) }.filter {
      $0.conditions()["Approved"]?.isTrue == true
    }
    let before = stages.indices.filter { stage in
      given.contains { $0.name == "\(run.name)-before-\(stages[stage])" }
    }
    let after = stages.indices.filter { stage in
      given.contains {
        $0.name == "\(run.name)-after-\(stages[stage])" || $0.name == "\(run.name)-\(stages[stage])"
      }
    }
    return after + before.map { stages.count + $0 }
  }
}

extension BindingConditions {
  /// The conditions of a binding as a dump shows them.
  fileprivate init(_ conditions: EstateConditions, generation: Int) {
    self.init(generation: generation)
    let read = { (type: String) -> Condition? in
      conditions[type].map { condition in
        Condition(
          condition.isTrue ? .isTrue : condition.isFalse ? .isFalse : .unknown,
          generation: condition.generation ?? generation, reason: .init(condition.reason),
          since: condition.since ?? .distantPast)
      }
    }
    overridden = read("Overridden")
    workSynchronized = read("WorkSynchronized")
    applied = read("Applied")
    available = read("Available")
    diffReported = read("DiffReported")
  }

  /// Since when something has gone wrong that is not merely under way; nil: nothing has.
  fileprivate var failedSince: Instant? {
    [overridden, workSynchronized, applied, available].compactMap { $0 }
      .first { $0.status == .isFalse && $0.reason != .inProgress }?.since
  }
}
