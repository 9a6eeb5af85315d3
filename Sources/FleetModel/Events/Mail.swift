import Determinism
import RolloutStrategies

/// A message on its way to a planner from somebody who is no cluster, or from whoever planned
/// before.
struct Mail {
  var at: Instant
  /// The cluster that it is about, in the planner's fleet; after all of them if there is none.
  var cluster: ClusterID
  var observation: Observation

  init(
    at instant: Instant, cluster: ClusterID = ClusterID(rawValue: .max), _ observation: Observation
  ) {
    at = instant
    self.cluster = cluster
    self.observation = observation
  }

  /// Whether it is looked at before another message, whoever was handled first.
  func precedes(_ other: Mail) -> Bool {
    if at != other.at { return at < other.at }
    return cluster != other.cluster ? cluster < other.cluster : rank < other.rank
  }

  /// Orders what comes from several others than clusters: operators, and coordinators of budgets.
  private var rank: (kind: Int, rollout: Int, rule: Int, place: Int) {
    switch observation {
    case .approved(let rollout, let stage): (1, rollout, 0, stage)
    case .gateOpened(let rollout, let rule, let gate): (2, rollout, rule, gate)
    case .granted(let rollout, let rule, let domain, _): (3, rollout, rule, domain)
    case .resumed(let rollout), .recalled(let rollout): (4, rollout, 0, 0)
    case .measured(let rollout, let look, _, _): (5, rollout, look, 0)
    default: (0, 0, 0, 0)
    }
  }
}

/// A message of a cluster on its way to its planner.
///
/// Shape: 56 bytes without references, for there are many millions.
struct ClusterMail: BitwiseCopyable {
  /// What a cluster tells.
  enum Content: BitwiseCopyable {
    case report(Observed)
    case silent(since: Instant)
    case heard
    case joined
    case left
  }

  var at: Instant
  /// The cluster, in the planner's fleet.
  var cluster: ClusterID
  /// The rollout that a report is about; 0 for other contents.
  var rollout: Int32 = 0
  /// What identifies the cluster in digests, so that nobody need look it up.
  var key: UInt64
  var content: Content

  /// Whether it is looked at before another message; those of one cluster that arrive together are
  /// looked at in the order in which they were sent.
  @inline(__always)
  func precedes(_ other: ClusterMail) -> Bool {
    at != other.at ? at < other.at : cluster < other.cluster
  }

  /// Whether it is looked at before a message of others.
  func precedes(_ other: Mail) -> Bool {
    at != other.at ? at < other.at : cluster < other.cluster
  }

  /// What the planner sees.
  var observation: Observation {
    switch content {
    case .report(let seen): .report(rollout: Int(rollout), cluster: cluster, seen)
    case .silent(let since): .silent(cluster: cluster, since: since)
    case .heard: .heard(cluster: cluster)
    case .joined: .joined(cluster: cluster)
    case .left: .left(cluster: cluster)
    }
  }
}
