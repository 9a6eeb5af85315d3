import Determinism
public import DiscreteEvents

/// How a run is carried out; none of it changes its result.
public struct RunOptions: Sendable {
  /// Which event list holds what is to come.
  public enum EventListKind: String, Sendable, CaseIterable {
    /// The block-pooled wheel.
    case wheel
    /// A plain heap, the reference.
    case heap
  }

  /// How much is kept.
  public var detail: RecordingDetail
  /// Which event list is used.
  public var eventList: EventListKind
  /// Whether each step of each planner is kept.
  public var wantsTranscript: Bool
  /// Exchanges the order of entities within an instant; no digest may depend on it.
  ///
  /// Range: below 2²⁸.
  public var entityMask: UInt32
  /// Whether the state of each cluster is looked over after each of its events.
  public var looksForFlaws = false
  /// After how many events of a lane, or of planners and others, a run whose state is looked over
  /// is taken to go on without end, and is broken off.
  public var eventLimit = 2_000_000
  /// Carries out at the same time what can be within a run; nil: all is done in turn.
  public var executor: LaneExecutor?
  /// Clusters are divided into two to the power of this many lanes, which the executor may run at
  /// the same time; a run in which somebody may act at any moment has one.
  ///
  /// Range: 0 to 6.
  public var laneBits = 0
  /// The number of clusters' messages to planners, of their clusters when they first look, or of
  /// clusters' events in all lanes, from which on it pays to wake another thread.
  var leastShared = 128
  /// A violation of the rule that a handler touches only its own cluster, to show that it is
  /// caught.
  var plantsViolation = false

  /// States options.
  public init(
    detail: RecordingDetail = .waves, eventList: EventListKind = .wheel,
    wantsTranscript: Bool = false, entityMask: UInt32 = 0
  ) {
    self.detail = detail
    self.eventList = eventList
    self.wantsTranscript = wantsTranscript
    self.entityMask = entityMask
  }

  /// What is wrong with so many events in some time; nil: nothing.
  @inline(__always)
  func endlessness(after events: Int, _ passed: Microseconds) -> String? {
    events > eventLimit
      ? "more than \(eventLimit) events, and no more than \(passed.count) µs have passed" : nil
  }
}
