import Determinism
import LocatedYAML
import PlannerDialects
import RolloutStrategies

/// Runs the vectors about Kubernetes Deployments.
enum DeploymentConformance {
  static let suite = ConformanceSuite(project: "kubernetes/kubernetes", got: got)

  private static func got(_ vector: Vector) throws(VectorProblem) -> Got {
    let input = vector.input
    return switch vector.suite {
    case "resolve_fenceposts": try fenceposts(input)
    case "max_unavailable": try maxUnavailable(input)
    case "new_replica_set_size": try newSize(input)
    case "reconcile_new": try reconcileNew(input)
    case "reconcile_old": try reconcileOld(input)
    case "cleanup_unhealthy": try cleanup(input)
    case "scale_down_old": try scaleDown(input)
    case "proportional_scale": try scale(input)
    case "complete": try complete(input)
    case "progressing": try progressing(input)
    case "timed_out": try timedOut(input)
    case "history": try history(input)
    default: throw VectorProblem(message: "the suite \(quoted(vector.suite)) is not known")
    }
  }

  // MARK: Limits

  /// A limit as it is written; one that is not is 0, as in a Go value.
  static func limit(_ input: Cursor, _ key: String) -> Amount? {
    input.given(key).map { KubernetesNumbers.intOrPercent($0.value) } ?? .count(0)
  }

  static func fenceposts(_ input: Cursor) throws(VectorProblem) -> Got {
    guard let surge = limit(input, "maxSurge"), let unavailable = limit(input, "maxUnavailable")
    else { return ["surge": 0, "unavailable": 0, "error": true] }
    let fenceposts = Fenceposts(
      maxSurge: surge, maxUnavailable: unavailable, replicas: try count(input, "desired"))
    return [
      "surge": .integer(fenceposts.surge), "unavailable": .integer(fenceposts.unavailable),
      "error": false,
    ]
  }

  private static func strategy(_ input: Cursor) throws(VectorProblem) -> DeploymentStrategy {
    if input.text("strategy") == "Recreate" { return .recreate }
    guard let surge = limit(input, "maxSurge"), let unavailable = limit(input, "maxUnavailable")
    else { throw VectorProblem(message: "maxSurge or maxUnavailable cannot be read") }
    return .rollingUpdate(maxSurge: surge, maxUnavailable: unavailable)
  }

  static func count(_ input: Cursor, _ key: String) throws(VectorProblem) -> Int {
    try input.integer(key) ?? 0
  }

  private static func maxUnavailable(_ input: Cursor) throws(VectorProblem) -> Got {
    let replicas = try count(input, "replicas")
    return ["maxUnavailable": .integer(try strategy(input).unavailable(of: replicas))]
  }

  // MARK: Sizes

  private static func sizes(_ input: Cursor) throws(VectorProblem) -> ReplicaSetSizes {
    ReplicaSetSizes(
      replicas: try count(input, "deploymentReplicas"), strategy: try strategy(input),
      new: input.given("newReplicas") == nil
        ? nil
        : ReplicaSetSize(
          wanted: try count(input, "newReplicas"), available: try count(input, "newAvailable")),
      old: [
        ReplicaSetSize(
          wanted: try count(input, "oldReplicas"), available: try count(input, "oldAvailable"))
      ])
  }

  private static func newSize(_ input: Cursor) throws(VectorProblem) -> Got {
    let set = ReplicaSetSize(wanted: try count(input, "newRSReplicas"))
    let total = try count(input, "podCountOfAllReplicaSetsPassed")
    return ["newRSReplicas": .integer(try sizes(input).newSize(of: set, total: total))]
  }

  private static func reconcileNew(_ input: Cursor) throws(VectorProblem) -> Got {
    var sizes = try sizes(input)
    let isScaled = sizes.reconcileNew()
    return ["scaled": .boolean(isScaled), "newReplicas": .optional(sizes.new?.wanted)]
  }

  private static func reconcileOld(_ input: Cursor) throws(VectorProblem) -> Got {
    var sizes = try sizes(input)
    let removed = sizes.reconcileOld()
    return ["scaled": .boolean(removed > 0), "oldReplicas": .integer(sizes.old[0].wanted)]
  }

  private static func cleanup(_ input: Cursor) throws(VectorProblem) -> Got {
    var sizes = try sizes(input)
    return [
      "cleaned": .integer(sizes.removeUnhealthy(atMost: try count(input, "maxCleanupCount")))
    ]
  }

  private static func scaleDown(_ input: Cursor) throws(VectorProblem) -> Got {
    var sizes = try sizes(input)
    let removed = sizes.removeHealthy()
    return ["scaled": .boolean(removed > 0), "oldReplicas": .integer(sizes.old[0].wanted)]
  }

  private static func scale(_ input: Cursor) throws(VectorProblem) -> Got {
    var names: [String] = []
    var sets: [ReplicaSetSize] = []
    for item in input.entry("replicaSets")?.items() ?? [] {
      names.append(item.text("name") ?? "")
      sets.append(
        ReplicaSetSize(
          wanted: try count(item, "replicas"), available: try count(item, "available"),
          createdOrder: try count(item, "createdHour"),
          annotatedReplicas: try item.integer("annotatedDesired"),
          annotatedMax: try item.integer("annotatedMax")))
    }
    let current = input.text("newReplicaSet").flatMap { names.firstIndex(of: $0) }
    let old = sets.indices.filter { $0 != current }.sorted {
      (sets[$0].createdOrder, $0) < (sets[$1].createdOrder, $1)
    }
    var sizes = ReplicaSetSizes(
      replicas: try count(input, "deploymentReplicas"), strategy: try strategy(input),
      new: current.map { sets[$0] }, old: old.map { sets[$0] })
    sizes.scale()
    var result: [(key: String, value: Got)] = []
    if let current { result.append((names[current], .optional(sizes.new?.wanted))) }
    for (place, index) in old.enumerated() {
      result.append((names[index], .integer(sizes.old[place].wanted)))
    }
    return ["replicas": .map(result)]
  }

  // MARK: Status

  private static func status(_ input: Cursor?) throws(VectorProblem) -> DeploymentStatus {
    guard let input else { throw VectorProblem(message: "a status is missing") }
    return DeploymentStatus(
      replicas: try count(input, "replicas"), updated: try count(input, "updated"),
      ready: try count(input, "ready"), available: try count(input, "available"))
  }

  private static func complete(_ input: Cursor) throws(VectorProblem) -> Got {
    let status = DeploymentStatus(
      replicas: try count(input, "currentReplicas"), updated: try count(input, "updatedReplicas"),
      ready: 0, available: try count(input, "availableReplicas"))
    return ["complete": .boolean(status.isComplete(replicas: try count(input, "desired")))]
  }

  private static func progressing(_ input: Cursor) throws(VectorProblem) -> Got {
    let before = try status(input.entry("before"))
    return ["progressing": .boolean(try status(input.entry("after")).hasProgressed(since: before))]
  }

  private static func timedOut(_ input: Cursor) throws(VectorProblem) -> Got {
    let now = Instant(sinceEpoch: 0) + .hours(1_000)
    let condition: DeploymentCondition
    switch input.text("progressingConditionReason") {
    case nil: condition = .absent
    case "NewReplicaSetAvailable": condition = .complete
    case "ProgressDeadlineExceeded": condition = .timedOut
    default:
      let ago = try input.integer("secondsSinceLastProgress")
      condition = .progressing(since: ago.map { now - .seconds(Int64($0)) } ?? .distantPast)
    }
    let seconds = try input.integer("progressDeadlineSeconds")
    let deadline = seconds == Int(Int32.max) ? nil : seconds.map { Microseconds.seconds(Int64($0)) }
    return ["timedOut": .boolean(condition.isTimedOut(after: deadline, at: now))]
  }

  private static func history(_ input: Cursor) throws(VectorProblem) -> Got {
    var sets: [PastReplicaSet] = []
    for item in input.entry("oldReplicaSets")?.items() ?? [] {
      sets.append(
        PastReplicaSet(
          wanted: try count(item, "specReplicas"), present: try count(item, "statusReplicas")))
    }
    let limit = try input.integer("revisionHistoryLimit")
    let kept = limit == Int(Int32.max) ? nil : limit
    return ["deletions": .integer(DeploymentHistory.deletions(among: sets, limit: kept).count)]
  }
}
