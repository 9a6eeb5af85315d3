import Determinism
import RolloutStrategies

/// One thing to apply to one cluster: a directive with everything named.
struct ApplyLine: Encodable {
  private enum CodingKeys: String, CodingKey {
    case planner, rollout, service, cluster, version, generation
    case isPaused = "paused"
  }

  var planner: String
  var rollout: String
  var service: String
  var cluster: String
  /// The version that the rollout brings; nil: the one that the cluster ran before.
  var version: String?
  var generation: UInt16
  var isPaused: Bool

  /// The lines for a decision, in the order to apply them.
  static func lines(for decided: Transcript.Decided, by planner: Planner) -> [String] {
    decided.decision.rollouts.flatMap { made in
      made.directives.map { directive in
        let policy = planner.policies[made.rollout]
        let line = ApplyLine(
          planner: planner.name, rollout: policy.name, service: policy.service,
          cluster: planner.fleet.names[directive.cluster.offset],
          version: directive.revision == .target ? policy.target : nil,
          generation: directive.generation, isPaused: directive.isPaused)
        guard let text = try? CanonicalJSON.string(["apply": line]) else {
          preconditionFailure("a directive without a canonical form")
        }
        return text
      }
    }
  }
}
