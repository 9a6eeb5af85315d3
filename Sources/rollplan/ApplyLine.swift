import Determinism
import RolloutStrategies

/// One thing to apply to one cluster: a directive with everything named.
struct ApplyLine: Encodable {
  private enum CodingKeys: String, CodingKey {
    case planner, rollout, service, cluster, version, share, generation
    case isPaused = "paused"
  }

  var planner: String
  var rollout: String
  var service: String
  var cluster: String
  /// The version that the rollout brings; nil: the one that the cluster ran before.
  var version: String?
  /// The share of the cluster's demand that is to meet it, in parts per billion; nil: all.
  var share: Ratio?
  var generation: UInt16
  var isPaused: Bool

  /// The lines for a decision, in the order to apply them.
  static func lines(for decided: Transcript.Decided, by planner: Planner) -> [String] {
    decided.decision.rollouts.flatMap { made in
      let policy = planner.policies[made.rollout]
      let applied = made.directives.map { directive in
        line([
          "apply": ApplyLine(
            planner: planner.name, rollout: policy.name, service: policy.service,
            cluster: planner.fleet.names[directive.cluster.offset],
            version: directive.revision == .target ? policy.target : nil,
            share: directive.share, generation: directive.generation,
            isPaused: directive.isPaused)
        ])
      }
      return applied
        + RouteLine.lines(for: made, of: policy, by: planner).map { line(["route": $0]) }
        + CountLine.lines(for: made, of: policy, by: planner).map { line(["count": $0]) }
    }
  }

  private static func line(_ value: some Encodable) -> String {
    guard let text = try? CanonicalJSON.string(value) else {
      preconditionFailure("a directive without a canonical form")
    }
    return text
  }
}

/// What is to be counted for the next look at a rollout, and told as `measured`.
struct CountLine: Encodable {
  var planner: String
  var rollout: String
  var service: String
  var look: Int
  var from: Instant
  var to: Instant
  /// The clusters whose requests are counted together, and those to compare with.
  var cohort: [String]
  var control: [String]

  /// The line for a decision; none if it asks for no look.
  static func lines(
    for made: RolloutDecision, of policy: RolloutPolicy, by planner: Planner
  ) -> [CountLine] {
    guard let request = made.lookRequest else { return [] }
    let names = planner.fleet.names
    return [
      CountLine(
        planner: planner.name, rollout: policy.name, service: policy.service, look: request.look,
        from: request.from, to: request.to, cohort: request.cohort.map { names[$0.offset] },
        control: request.control.map { names[$0.offset] })
    ]
  }
}

/// How demand is to be divided: the weight of one cluster.
struct RouteLine: Encodable {
  var planner: String
  var rollout: String
  var cluster: String
  /// Its weight among those of all clusters; nil: it serves its own demand.
  var weight: Int?

  /// The lines for a decision: one for each cluster, none if the division stays as it is.
  static func lines(
    for made: RolloutDecision, of policy: RolloutPolicy, by planner: Planner
  ) -> [RouteLine] {
    guard let routing = made.routing else { return [] }
    return planner.fleet.clusters.map { cluster in
      var weight: Int?
      if case .weights(let weights) = routing { weight = weights[cluster.offset] }
      return RouteLine(
        planner: planner.name, rollout: policy.name, cluster: planner.fleet.names[cluster.offset],
        weight: weight)
    }
  }
}
