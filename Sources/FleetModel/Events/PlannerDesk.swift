import Determinism
import RolloutStrategies

/// A planner in the simulated world: the planner's own code, and its mail.
struct PlannerDesk {
  var planner: Planner
  var mail: PlannerMail
  /// When it looks next; `never`: nothing is to be looked at.
  var looksAt = Instant.never
  /// Counts looks that were planned; only the last one counts.
  var look: UInt16 = 0
  var directives = 0
  /// The gates that operators were asked to open, in order.
  var requests: [(rollout: Int, request: GateRequest)] = []
  /// How often an operator was called to each rollout because it froze.
  var calls: [Int]
  var hasBegun: [Bool]
  var stages: [Int]
  /// When each rollout came to its verdict; nil: it goes on.
  var decidedAt: [Instant?]
  /// What it has seen and decided at its present look, with a digest of both, until that is carried
  /// out.
  var made: (observations: [Observation], decision: PlannerDecision, digest: UInt64)?

  /// Whether it has looked at all.
  private(set) var hasLooked = false

  /// A planner that has not looked, with rollouts that have not begun.
  init(_ planner: Planner, laneCount: Int, rolloutCount: Int) {
    self.planner = planner
    mail = PlannerMail(laneCount: laneCount)
    calls = Array(repeating: 0, count: rolloutCount)
    hasBegun = Array(repeating: false, count: rolloutCount)
    stages = Array(repeating: 0, count: rolloutCount)
    decidedAt = Array(repeating: nil, count: rolloutCount)
  }

  /// How much there is to look at: messages of clusters that have arrived, and at first every
  /// cluster.
  func load(at now: Instant) -> Int {
    (hasLooked ? 0 : planner.fleet.count) + mail.count(toldBy: now)
  }

  /// Lets the planner look at what has arrived and decide.
  mutating func step(at now: Instant) {
    hasLooked = true
    let seen = mail.take(at: now, keys: planner.fleet.keys)
    let decision = planner.step(at: now, observing: seen.observations)
    let digest = seen.digest &+ decision.digest(keys: planner.fleet.keys)
    made = (seen.observations, decision, digest)
  }
}

extension PlannerDecision {
  /// A digest of what was decided, whatever the order in which the fleet lists clusters.
  fileprivate func digest(keys: Column<ClusterID, UInt64>) -> UInt64 {
    var digest = SummedDigest()
    for made in rollouts {
      for directive in made.directives {
        let tag = DirectiveTag(
          generation: directive.generation, isTarget: directive.revision == .target,
          isPaused: directive.isPaused)
        let share = UInt64(bitPattern: directive.share?.partsPerBillion ?? 0)
        digest.add((keys[directive.cluster], 1 << 32), UInt64(tag.rawValue) | share << 16)
      }
      if case .weights(let weights)? = made.routing {
        for (cluster, weight) in weights.enumerated() {
          digest.add((keys[ClusterID(offset: cluster)], 1 << 33), UInt64(weight))
        }
      }
    }
    return digest.sum
  }
}
