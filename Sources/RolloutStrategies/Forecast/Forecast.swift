public import Determinism

/// What becomes of a planner's rollouts if all goes well: every cluster that answers does what it
/// is asked, in the time it is given, and nothing breaks.
///
/// It is made by the planner itself, stepped through the observations that would follow; nothing in
/// it is drawn, so that it is the same each time. What is silent stays silent, and what has failed
/// stays failed.
public struct Forecast: Equatable, Sendable {
  /// What is taken to go well, and how fast.
  public struct Assumptions: Equatable, Sendable {
    /// From a directive to the report that its cluster is available.
    public var updateTakes: Microseconds
    /// From a request to an operator's approval.
    public var approvalTakes: Microseconds
    /// How far ahead is looked.
    public var horizon: Microseconds
    /// The most steps of the planner that are made.
    public var stepsMax: Int

    /// States assumptions.
    public init(
      updateTakes: Microseconds = .minutes(5), approvalTakes: Microseconds = .zero,
      horizon: Microseconds = .hours(24 * 365), stepsMax: Int = 1_000_000
    ) {
      self.updateTakes = updateTakes
      self.approvalTakes = approvalTakes
      self.horizon = horizon
      self.stepsMax = stepsMax
    }
  }

  /// Clusters that are started together.
  public struct Wave: Equatable, Sendable {
    /// When.
    public var at: Instant
    /// The stage of the rollout, from 0.
    public var stage: Int
    /// The clusters, in the order of their directives.
    public var clusters: [ClusterID]
    /// When the last of them that answers is available; nil: none answers.
    public var landsAt: Instant?
  }

  /// A guard, a trigger or dependents that keep clusters waiting for a while.
  public struct Hold: Equatable, Sendable {
    /// What keeps them, as it was when it began.
    public var block: Block
    /// When it began.
    public var from: Instant
    /// When it last kept a cluster; nil: it still does in the end.
    public var to: Instant?
    /// The most clusters that waited at one time.
    public var clustersMax: Int
  }

  /// Something that a person is asked for.
  public struct Request: Equatable, Sendable {
    /// When.
    public var at: Instant
    /// What is to be approved: the stage that is left, or the guard and its group.
    public var subject: String
  }

  /// Why clusters will not run the target, whatever time passes.
  public enum Obstacle: String, Sendable, CaseIterable {
    /// They are not heard of.
    case silent
    /// Their update has failed.
    case failed
    /// They are asked to go back.
    case takenBack
    /// They were started, and what they wait for does not come.
    case unfinished
    /// A guard, a trigger or dependents keep them.
    case held
    /// The rollout stops before it comes to them.
    case stopped
    /// The rollout is complete without them: its strategy does not take them.
    case notTaken
    /// The rollout comes to a stand before them.
    case blocked
  }

  /// Clusters that will not run the target for one reason.
  public struct Remainder: Equatable, Sendable {
    /// The reason.
    public var obstacle: Obstacle
    /// The clusters, in the fleet's order.
    public var clusters: [ClusterID]
  }

  /// What becomes of one rollout.
  public struct Course: Equatable, Sendable {
    /// Its position in the planner.
    public var rollout: Int
    /// What its settings amount to in this fleet.
    public var numbers: [ResolvedNumber]
    /// Clusters it is for, by where they stand at the beginning.
    public var standing: StandingCounts
    /// Who is started when, in order.
    public var waves: [Wave] = []
    /// Guards that bind, in the order in which they begin to.
    public var holds: [Hold] = []
    /// What people are asked for, in order.
    public var requests: [Request] = []
    /// The emergency that it comes to; nil: none.
    public var emergency: EmergencyStatus?
    /// Where it stands in the end.
    public var verdict = Verdict.waiting
    /// When it is complete; nil: it never is.
    public var completesAt: Instant?
    /// Who will not run the target, and why.
    public var remainders: [Remainder] = []
  }

  /// Clusters of a rollout by what is known of them.
  public struct StandingCounts: Equatable, Sendable {
    /// They run the target and are available.
    public var updated = 0
    /// They were asked and have not answered finally.
    public var underWay = 0
    /// Their update has failed, or their users fare badly at the target.
    public var failed = 0
    /// They are yet to be asked.
    public var pending = 0
    /// Those of all of them that are not heard of.
    public var silent = 0
  }

  /// When it begins.
  public var startsAt: Instant
  /// What it takes for granted.
  public var assumptions: Assumptions
  /// Its rollouts, in the planner's order.
  public var courses: [Course]
  /// Whether it ends at the horizon, or after too many steps, with something still to come.
  public var isCutOff: Bool
}
