import Determinism
import LocatedYAML
import PlannerDialects
import RolloutStrategies

/// Runs the vectors about the RollingUpdate of KubeFleet placements.
enum KubeFleetRollingConformance {
  /// When the picker looks.
  private static let now = Instant(sinceEpoch: 1_772_000_000_000_000)

  static func pick(_ input: Cursor) throws(VectorProblem) -> Got {
    let policy = try policy(input)
    var bindings: [ClusterBinding] = []
    let latest = input.text("latestResourceSnapshot") ?? ""
    for entry in input.entry("bindings")?.items() ?? [] {
      bindings.append(try binding(entry, latest: latest, period: policy.unavailablePeriod))
    }
    var ledger = BindingLedger(policy, count: bindings.count)
    for (position, binding) in bindings.enumerated() { ledger.see(position, binding) }
    let needsRoll = ledger.needsRoll
    let picked = ledger.pick()
    let recheck = BindingLedger.recheck(bindings, unavailablePeriod: policy.unavailablePeriod)
    return [
      "rollNow": positions(picked), "blocked": positions(ledger.blocked),
      "alreadyCurrent": positions(ledger.current), "needRoll": .boolean(needsRoll),
      "recheckAfterSeconds": needsRoll ? .integer(seconds(recheck)) : nil,
    ]
  }

  private static func positions(_ list: [Int]) -> Got { .list(list.map { .integer($0) }) }

  /// Whole seconds, the nearest.
  private static func seconds(_ duration: Microseconds) -> Int {
    Int((duration.count + 500_000) / 1_000_000)
  }

  private static func policy(_ input: Cursor) throws(VectorProblem) -> KubeFleetRollingPolicy {
    let unavailable = KubernetesNumbers.intOrPercent(input.given("maxUnavailable")?.value)
    let surge = KubernetesNumbers.intOrPercent(input.given("maxSurge")?.value)
    let standard = KubeFleetRollingPolicy()
    return KubeFleetRollingPolicy(
      placement: try placement(input), maxUnavailable: unavailable ?? standard.maxUnavailable,
      maxSurge: surge ?? standard.maxSurge,
      unavailablePeriod: try input.integer("unavailablePeriodSeconds").map { .seconds(Int64($0)) }
        ?? standard.unavailablePeriod)
  }

  private static func placement(
    _ input: Cursor
  ) throws(VectorProblem) -> KubeFleetRollingPolicy.Placement {
    let number = try input.integer("numberOfClusters")
    switch input.text("placementType") {
    case "PickAll", nil: return .pickAll
    case "PickN": return .pickNumber(number ?? 0)
    case "PickFixed":
      let names = input.given("clusterNames")?.texts
      return .pickFixed(names ?? Array(repeating: "", count: max(0, number ?? 0)))
    case let type?: throw VectorProblem(message: "the placement \(quoted(type)) is not known")
    }
  }

  private static func binding(
    _ entry: Cursor, latest: String, period: Microseconds
  ) throws(VectorProblem) -> ClusterBinding {
    guard let state = ClusterBinding.State(rawValue: entry.text("state") ?? "") else {
      throw VectorProblem(message: "a binding's state is not known")
    }
    return ClusterBinding(
      state, isCurrent: entry.text("resourceSnapshot") == latest,
      isDeleting: entry.boolean("deleting"), conditions: try conditions(entry),
      cutoff: now - period)
  }

  /// The conditions that a vector's word for them stands for.
  private static func conditions(_ entry: Cursor) throws(VectorProblem) -> BindingConditions {
    var conditions = BindingConditions(generation: 1)
    let applied = BindingConditions.Condition(.isTrue, generation: 1)
    switch entry.text("health") {
    case "unknown", nil: break
    case "applyFailed": conditions.applied = .init(.isFalse, generation: 1)
    case "appliedNotAvailable": conditions.applied = applied
    case "available":
      conditions.applied = applied
      conditions.available = applied
    case "availableUntracked":
      conditions.applied = applied
      let since = now - .seconds(Int64(try entry.integer("availableForSeconds") ?? 0))
      conditions.available = .init(.isTrue, generation: 1, reason: .untracked, since: since)
    case let health?: throw VectorProblem(message: "the health \(quoted(health)) is not known")
    }
    return conditions
  }

  static func ready(_ input: Cursor) throws(VectorProblem) -> Got {
    let conditions = try BindingConditions(
      input.given("conditions")?.items() ?? [],
      generation: try input.integer("bindingGeneration") ?? 0)
    let (isReady, wait) = conditions.readiness(cutoff: BindingConditions.vectorCutoff)
    // A wait that is not known is a negative one in the source.
    let milliseconds = wait.map { Int($0.count / 1_000) } ?? -1
    return ["ready": .boolean(isReady), "waitMilliseconds": .integer(isReady ? 0 : milliseconds)]
  }

  static func cleanup(_ input: Cursor) throws(VectorProblem) -> Got {
    var bindings: [BindingCleanup.Placed] = []
    for entry in input.entry("bindings")?.items() ?? [] {
      guard let state = ClusterBinding.State(rawValue: entry.text("state") ?? "") else {
        throw VectorProblem(message: "a binding's state is not known")
      }
      bindings.append((entry.text("cluster") ?? "", state, entry.boolean("deleting")))
    }
    do throws(BindingCleanup.Conflict) {
      return ["wait": .boolean(try BindingCleanup.mustWait(bindings)), "error": false]
    } catch {
      return ["wait": false, "error": true]
    }
  }
}
