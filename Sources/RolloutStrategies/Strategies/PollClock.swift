import Determinism

/// The clock of a controller that looks again so and so long after its last look, whatever happens
/// in between.
///
/// A look that finds nothing new leads to the same look an interval later, so only those that find
/// something need to be made: the instants at which they fall are arithmetic.
struct PollClock: Codable, Equatable, Sendable {
  /// The last look that was made.
  private(set) var lastLook: Instant
  /// The time from one look to the next; zero: it does not look again by itself.
  private(set) var interval = Microseconds.zero
  /// The look that was last said to be worth making.
  private var plannedAt: Instant?

  /// A clock whose first look is due at an instant.
  init(firstLookAt now: Instant) {
    lastLook = now
    plannedAt = now
  }

  /// Whether the controller looks at an instant: one that was planned has come, or it is exactly
  /// time for one.
  func looks(at now: Instant) -> Bool {
    if let plannedAt, plannedAt <= now { return true }
    let passed = (now - lastLook).count
    return interval > .zero && passed > 0 && passed % interval.count == 0
  }

  /// Notes that a look was made and how long after it the next one comes.
  mutating func look(at now: Instant, again interval: Microseconds) {
    lastLook = now
    self.interval = interval
    plannedAt = nil
  }

  /// Plans the next look that is worth making.
  ///
  /// - Parameters:
  ///   - now: the look lies after it.
  ///   - instant: when there will be something to find; nil: never, as things are.
  /// - Returns: when the look is; nil: none is worth making.
  mutating func plan(after now: Instant, worthwhileFrom instant: Instant?) -> Instant? {
    guard let instant, interval > .zero else {
      plannedAt = nil
      return nil
    }
    let first = (now - lastLook).count / interval.count + 1
    let wanted = ((instant - lastLook).count + interval.count - 1) / interval.count
    plannedAt = lastLook + Microseconds(max(first, wanted) * interval.count)
    return plannedAt
  }
}
