import Determinism
import LocatedYAML
import PlannerDialects
import RolloutStrategies

/// Runs the vectors about Open Cluster Management.
enum OCMConformance {
  static let suite = ConformanceSuite(project: "Open Cluster Management", got: got)

  private static func got(_ vector: Vector) throws(VectorProblem) -> Got {
    switch vector.suite {
    case "getRolloutCluster": try decision(vector.input)
    case "determineRolloutStatus": try classification(vector.input)
    case "minRecheckAfter": try recheck(vector.input)
    case "calculateRolloutSize": try size(vector.input)
    case "parseTimeout": deadline(vector.input)
    case "mandatoryGroupKeys": mandatoryGroups(vector.input)
    default: throw VectorProblem(message: "the kind \(quoted(vector.suite)) is not known")
    }
  }

  private static func decision(_ input: Cursor) throws(VectorProblem) -> Got {
    let groups = input.given("decisionGroups")?.items() ?? []
    let existing = input.given("existing")?.items() ?? []
    let cast = OCMVectorCast(
      groups.flatMap { $0.given("clusters")?.texts ?? [] }
        + existing.compactMap { $0.text("cluster") })
    var decided: [OCMDecisionGroup] = []
    for group in groups {
      let clusters = try (group.given("clusters")?.texts ?? []).map {
        name throws(VectorProblem) in try cast.rank(of: name)
      }
      decided.append(OCMDecisionGroup(try cast.group(group), clusters))
    }
    var known: [OCMClusterRollout] = []
    for entry in existing { known.append(try cast.cluster(entry)) }
    let result = try result(input.given("rolloutStrategy"), decided, known)
    return [
      "toRollout": cast.got(result.toRollOut), "timeOut": cast.got(result.timedOut),
      "removed": cast.got(result.removed), "maxFailureBreach": .boolean(result.isBreached),
      "recheckAfterSeconds": recheck(result),
    ]
  }

  /// What is decided: nothing, where the library refuses the strategy.
  private static func result(
    _ strategy: Cursor?, _ groups: [OCMDecisionGroup], _ known: [OCMClusterRollout]
  ) throws(VectorProblem) -> OCMRolloutResult {
    if let type = strategy?.text("type"), OCMRolloutStrategy.Kind(rawValue: type) == nil {
      return OCMRolloutResult()
    }
    let strategy = strategy?.apart.ocmRolloutStrategy() ?? OCMRolloutStrategy()
    do throws(OCMUnreadable) {
      return try strategy.decide(groups, existing: known, at: OCMVectorCast.now)
    } catch {
      return OCMRolloutResult()
    }
  }

  private static func classification(_ input: Cursor) throws(VectorProblem) -> Got {
    guard let entry = input.given("clusterStatus") else {
      throw VectorProblem(message: "clusterStatus is missing")
    }
    let cast = OCMVectorCast([entry.text("cluster") ?? ""])
    let clock = OCMClock(
      deadline: try OCMVectorCast.seconds(input, "timeoutSeconds"),
      soak: try OCMVectorCast.seconds(input, "minSuccessTimeSeconds") ?? .zero,
      now: OCMVectorCast.now)
    switch clock.classify(try cast.cluster(entry)) {
    case .toRollOut(let cluster): return ["toRollout": cast.got([cluster]), "timeOut": []]
    case .timedOut(let cluster): return ["toRollout": [], "timeOut": cast.got([cluster])]
    case .neither: return ["toRollout": [], "timeOut": []]
    }
  }

  private static func recheck(_ input: Cursor) throws(VectorProblem) -> Got {
    let entries = input.given("rolloutClusters")?.items() ?? []
    let cast = OCMVectorCast(entries.compactMap { $0.text("cluster") })
    var result = OCMRolloutResult()
    for entry in entries { result.toRollOut.append(try cast.cluster(entry)) }
    return ["recheckAfterSeconds": recheck(result)]
  }

  private static func recheck(_ result: OCMRolloutResult) -> Got {
    let next = result.recheckAt(after: OCMVectorCast.now)
    return .optional(next.map(OCMVectorCast.offset))
  }

  private static func size(_ input: Cursor) throws(VectorProblem) -> Got {
    let total = try input.integer("total") ?? 0
    let standard = try input.integer("default") ?? 0
    do throws(OCMUnreadable) {
      let size = try OCMValues.limit(input.given("value")?.value).size(of: total, else: standard)
      return ["size": .integer(size), "error": false]
    } catch {
      return ["size": .integer(standard), "error": true]
    }
  }

  private static func deadline(_ input: Cursor) -> Got {
    let text = input.text("value") ?? ""
    switch OCMValues.deadline(text) {
    case .none: return ["seconds": nil, "unlimited": true, "error": false]
    case .unreadable: return ["seconds": nil, "unlimited": true, "error": true]
    case .after(let length):
      return [
        "seconds": .integer(Int(length.count / 1_000_000)), "unlimited": false, "error": false,
      ]
    }
  }

  private static func mandatoryGroups(_ input: Cursor) -> Got {
    let list = input.given("mandatoryDecisionGroups")?.apart
    return ["keys": .list((list?.ocmMandatoryGroups() ?? []).map { OCMVectorCast.got($0) })]
  }
}
