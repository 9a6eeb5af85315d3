import Determinism
import RolloutStrategies

/// How often a run came to situations that matter for determinism; shows that tests reach them.
public struct Coverage: Equatable, Sendable {
  /// Instants at which events of several entities fell together.
  public var ties = 0
  /// First halts at the very instant at which a timed batch would have started.
  public var haltsAtBatches = 0
  /// Messages between clusters and planners.
  public var messages = 0
  /// Clusters that joined.
  public var joins = 0
  /// Starts in rollouts that wait for others.
  public var triggered = 0
  /// Clusters that were asked again because their update had failed.
  public var retries = 0
  /// Steps of planners that were carried out together with others.
  public var stepsTogether = 0
  /// Times that lanes went on together after each had done a little alone, or at once.
  public var lanesTogether = 0
  /// Lanes that the clusters were divided into.
  public var lanes = 1
  /// Failures that hit a cluster in the midst of an update.
  public var outagesDuringUpdate = 0

  /// Driven deliveries that brought a version in.
  public var deliveriesDone = 0
  /// Driven deliveries that gave up.
  public var deliveriesFailed = 0
  /// Driven deliveries that waited for somebody.
  public var deliveriesWaiting = 0

  /// Decisions that moved replicas of a placed service.
  public var placementMoves = 0
  /// Decisions on a placement that left too few places.
  public var placementsStuck = 0
  /// Replicas that had to wait for room.
  public var placementWaits = 0
  /// Replicas that began to start in a cluster in the midst of an update.
  public var placementsDuringUpdate = 0

  /// Looks at what was counted that passed.
  public var looksPassed = 0
  /// Looks at what was counted that failed.
  public var looksFailed = 0
  /// Looks at what was counted that left open how it is.
  public var looksUndecided = 0

  /// Failures that took a cluster down.
  public var downs = 0
  /// Failures that cut a cluster off.
  public var linkDowns = 0
  /// Failures of a cluster's control plane.
  public var controlPlaneDowns = 0

  /// Counts nothing yet.
  public init() {}

  /// Adds what was counted elsewhere in the run.
  mutating func merge(_ other: Coverage) {
    ties += other.ties
    haltsAtBatches += other.haltsAtBatches
    messages += other.messages
    joins += other.joins
    triggered += other.triggered
    retries += other.retries
    stepsTogether += other.stepsTogether
    lanesTogether += other.lanesTogether
    outagesDuringUpdate += other.outagesDuringUpdate
    deliveriesDone += other.deliveriesDone
    deliveriesFailed += other.deliveriesFailed
    deliveriesWaiting += other.deliveriesWaiting
    placementMoves += other.placementMoves
    placementsStuck += other.placementsStuck
    placementWaits += other.placementWaits
    placementsDuringUpdate += other.placementsDuringUpdate
    looksPassed += other.looksPassed
    looksFailed += other.looksFailed
    looksUndecided += other.looksUndecided
    downs += other.downs
    linkDowns += other.linkDowns
    controlPlaneDowns += other.controlPlaneDowns
  }

  /// Takes in what a look found.
  mutating func note(_ verdict: AnalysisVerdict) {
    switch verdict {
    case .pass: looksPassed += 1
    case .fail: looksFailed += 1
    case .undecided: looksUndecided += 1
    }
  }

  private var lastAt = Instant.distantPast
  private var lastEntity = UInt32.max
  private var isTie = false

  /// Takes in which entity an event belongs to.
  mutating func note(at instant: Instant, entity: UInt32) {
    if instant != lastAt {
      lastAt = instant
      isTie = false
    } else if entity != lastEntity, !isTie {
      isTie = true
      ties += 1
    }
    lastEntity = entity
  }
}
