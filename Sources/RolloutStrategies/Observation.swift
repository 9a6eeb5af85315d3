public import Determinism

/// Something a planner comes to know.
public enum Observation: Codable, Equatable, Sendable {
  /// A cluster's report about the service of a rollout, given by its position in the planner.
  case report(rollout: Int, cluster: ClusterID, Observed)
  /// Nothing was heard of a cluster for too long.
  case silent(cluster: ClusterID, since: Instant)
  /// A cluster that was silent is heard again.
  case heard(cluster: ClusterID)
  /// A cluster became a member of the fleet.
  case joined(cluster: ClusterID)
  /// A cluster is no longer a member.
  case left(cluster: ClusterID)
  /// An operator approved that a rollout leaves a stage.
  case approved(rollout: Int, stage: Int)
  /// An operator of a group approved that its clusters start; the rule and the gate are those of
  /// the planner's request.
  case gateOpened(rollout: Int, rule: Int, gate: Int)
  /// A coordinator has granted leases of a budget: how many since the rollout began.
  case granted(rollout: Int, rule: Int, domain: Int, total: Int64)
  /// What whoever planned before has asked of a cluster.
  case asked(rollout: Int, cluster: ClusterID, Asked)
  /// Where a rollout stands that somebody else has begun; what is known of its clusters comes
  /// before it.
  indirect case underWay(rollout: Int, RolloutStatus)
  /// What was counted for a look at a rollout, where its target runs and in its control; clusters
  /// that could not be heard are not in it.
  indirect case measured(rollout: Int, look: Int, cohort: RequestCounts, control: RequestCounts?)
  /// An operator wants a rollout to stand still.
  case paused(rollout: Int)
  /// An operator wants it to go on.
  case resumed(rollout: Int)
  /// An operator wants a rollout that froze to go back; another one does not for that.
  case recalled(rollout: Int)
  /// An operator declares an emergency: limits of its own hold for the rollout from now on.
  case emergency(rollout: Int)

  /// The cluster concerned, if one is.
  public var cluster: ClusterID? {
    switch self {
    case .report(_, let cluster, _), .asked(_, let cluster, _), .silent(let cluster, _),
      .heard(let cluster), .joined(let cluster), .left(let cluster):
      cluster
    case .underWay, .approved, .gateOpened, .granted, .measured, .paused, .resumed, .recalled,
      .emergency:
      nil
    }
  }

  /// The rollout concerned, if it is one only.
  public var rollout: Int? {
    switch self {
    case .report(let rollout, _, _), .asked(let rollout, _, _), .underWay(let rollout, _),
      .approved(let rollout, _), .gateOpened(let rollout, _, _), .granted(let rollout, _, _, _),
      .measured(let rollout, _, _, _), .paused(let rollout), .resumed(let rollout),
      .recalled(let rollout),
      .emergency(let rollout):
      rollout
    case .silent, .heard, .joined, .left: nil
    }
  }

  /// Whether it says that a cluster has fallen silent or is heard again, and nothing else.
  @inline(__always)
  var isAboutReach: Bool {
    switch self {
    case .silent, .heard: true
    default: false
    }
  }

  /// When a cluster sent it; nil: it is no report.
  var reportedAt: Instant? {
    if case .report(_, _, let observed) = self { observed.reportedAt } else { nil }
  }
}
