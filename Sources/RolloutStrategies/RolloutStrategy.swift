public import Determinism

/// A rollout strategy as a pure, restartable state machine.
///
/// A strategy is told the time, what changed and what the fleet looks like, and answers with a
/// decision. It reads no clock, draws from no shared generator and sees nothing that its planner
/// could not see. Its laws:
///
/// - encoding and decoding it between two steps changes no decision;
/// - a step without a change at the same instant asks for nothing more;
/// - reporting more as changed than did change, even everything, changes no decision;
/// - one that takes over from the statuses decides as the one that kept running;
/// - its limits hold on what was asked or observed, however late the reports are;
/// - it asks no cluster for the same revision twice, except again where a retry is stated: only
///   after its update was reported failed or its deadline has passed and the wait after that is
///   over, and at most as often as the limit says;
/// - its wake-up lies ahead, and an early or doubled one is harmless;
/// - once every cluster has answered it completes, halts or says what it waits for.
public protocol RolloutStrategy: Codable, Equatable, Sendable {
  /// Its settings.
  associatedtype Policy: Codable, Equatable, Sendable

  /// Begins a rollout, or takes one over from what is recorded and seen.
  ///
  /// `members` are the clusters the rollout is for.
  init(
    policy: Policy, members: ClusterTest, takingOver fleet: FleetStatus, at now: Instant,
    random: RandomStream)

  /// Looks at what changed since the last step and says what to do next.
  ///
  /// Costs what changed, not the fleet.
  ///
  /// - Parameters:
  ///   - now: the time; never earlier than at the last step.
  ///   - changed: clusters whose status may have changed, ascending, each once.
  ///   - fleet: what is known now.
  ///   - admit: where each start is asked for.
  /// - Returns: what to do, when to look again, and where the rollout stands.
  mutating func step(
    at now: Instant, changed: [ClusterID], fleet: FleetStatus, admit: inout Admission
  ) -> Decision

  /// The share of a cluster's demand that is to meet the target on a rung of the decision.
  ///
  /// - Parameters:
  ///   - cluster: a cluster of the rollout.
  ///   - rung: the rung, as decided.
  /// - Returns: the share; nil: all of it.
  func share(of cluster: ClusterID, at rung: Int) -> Ratio?

  /// Where a cluster stands in the order in which the strategy takes clusters.
  ///
  /// Clusters that were held back at one instant go back in that order.
  ///
  /// - Parameter cluster: a cluster of the rollout.
  /// - Returns: its rank, from 0.
  func rank(of cluster: ClusterID) -> Int

  /// Whether a cluster is to be started as soon as there is room for it and guards let it.
  ///
  /// Guards keep a place for a cluster that they have let go until it asks again; for one that will
  /// not ask they need not.
  ///
  /// - Parameter cluster: a cluster of the rollout.
  /// - Returns: whether it is a candidate.
  func wantsToStart(_ cluster: ClusterID) -> Bool

  /// Those of some clusters for which it matters that they have just fallen silent or are heard
  /// again.
  ///
  /// A step is not told of the others; O(n) in the clusters.
  ///
  /// - Parameters:
  ///   - clusters: the clusters, of which nothing else has changed.
  ///   - fleet: what is known now.
  ///   - now: the time.
  /// - Returns: those of which a step could make it decide otherwise.
  func whoseReachMatters(
    among clusters: [ClusterID], in fleet: FleetStatus, at now: Instant
  ) -> [ClusterID]
}

extension RolloutStrategy {
  /// All of the demand: most strategies know no rungs.
  public func share(of cluster: ClusterID, at rung: Int) -> Ratio? { nil }

  /// Its place in the fleet's list: other systems name no order for going back.
  public func rank(of cluster: ClusterID) -> Int { cluster.offset }

  /// Always: other systems ask no guards.
  public func wantsToStart(_ cluster: ClusterID) -> Bool { true }

  /// All of them: only who keeps a ledger knows better without a step.
  public func whoseReachMatters(
    among clusters: [ClusterID], in fleet: FleetStatus, at now: Instant
  ) -> [ClusterID] { clusters }
}

/// What a strategy decides at one step.
public struct Decision: Equatable, Sendable {
  /// Clusters to bring to a revision, in the order to do it.
  public var directives: [(cluster: ClusterID, revision: Revision)] = []
  /// When it wants to look again even if nothing changes; replaces the last one.
  public var wakeUp: Instant?
  /// Where the rollout stands.
  public var verdict: Verdict = .rolling
  /// The stage it is in, from 0.
  public var stage = 0
  /// The stage that an operator is asked to approve to leave.
  public var wantsApproval: Int?
  /// The rung of a ladder of exposure up to which the target is to be shown; nil: wholly.
  public var rung: UInt8?
  /// How demand is to be divided among clusters; nil: as it is.
  public var routing: DemandRouting?
  /// Clusters under way to pause where they are, in order; the rollout then stands still until an
  /// operator resumes it; nil: it does not freeze.
  public var freeze: [ClusterID]?
  /// How it goes on after it was frozen; nil: it was not.
  public var thaw: Thaw?
  /// What is to be recorded of the looks at what is counted; nil: nothing is counted.
  public var analysis: Boxed<AnalysisStatus>?
  /// What is to be counted for the next look; nil: nothing more.
  public var lookRequest: LookRequest?
  /// What the last look found; nil: none was judged.
  public var look: LookFinding?

  /// How a frozen rollout goes on.
  public struct Thaw: Equatable, Sendable {
    /// Paused clusters to let go on, in order, unless their windows are closed.
    public var clusters: [ClusterID]
    /// The failures with which it goes on.
    public var tolerated: ToleratedFailures
  }

  /// Nothing to do.
  public init() {}

  /// Whether two decisions are the same.
  public static func == (a: Decision, b: Decision) -> Bool {
    a.wakeUp == b.wakeUp && a.verdict == b.verdict && a.stage == b.stage
      && a.wantsApproval == b.wantsApproval && a.rung == b.rung && a.routing == b.routing
      && a.freeze == b.freeze && a.thaw == b.thaw
      && a.analysis == b.analysis && a.lookRequest == b.lookRequest && a.look == b.look
      && a.directives.elementsEqual(b.directives) { $0 == $1 }
  }
}
