import Determinism
import RolloutStrategies

/// A class of clusters as the handlers need it.
struct ClassModel {
  /// People or devices that depend on a cluster.
  let users: Int64
  let downWhileUpdating: Bool
  let poll: ClassPlan.Poll
  let podsPerNode: Int
  let podLimit: Int
  let nodeLimit: Int
  let nodeStart: Microseconds
  /// How a cluster's own link comes and goes; nil: it is always there.
  let link: Alternation?
  /// How a cluster's own health comes and goes; nil: it is always well.
  let health: Alternation?

  init(_ plan: ClassPlan) {
    users = Int64(plan.users)
    downWhileUpdating = plan.downWhileUpdating
    poll = plan.poll
    podsPerNode = plan.podsPerNode
    podLimit = plan.podLimit
    nodeLimit = plan.nodeLimit
    nodeStart = plan.nodeStart
    link = plan.link.map { Alternation(up: $0.up, down: $0.down, purpose: .link) }
    health = plan.background.map { Alternation(up: $0.up, down: $0.down, purpose: .background) }
  }
}
