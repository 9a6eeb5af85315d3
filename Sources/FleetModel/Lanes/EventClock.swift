import Determinism
import DiscreteEvents

/// Where a loop is in time: from it follows when what an event causes can come.
struct EventClock {
  /// The instant of the event being handled.
  var now: Instant
  /// Its class; before the first, lower than any.
  var eventClass = -1
  /// When the run ends.
  let endAt: Instant
  /// Exchanges the order of entities within an instant.
  let entityMask: UInt32

  init(_ model: RunModel) {
    now = model.world.startAt
    endAt = model.world.endAt
    entityMask = model.options.entityMask
  }

  /// The key of an event that is caused now; nil: the run is over before it.
  ///
  /// At its own instant an event may cause only events of a later class; what comes too early for
  /// that comes at the next microsecond.
  @inline(__always)
  func key(
    _ kind: EventKind, entity: UInt32, at instant: Instant, source: Int = 0, attempt: UInt16 = 0
  ) -> EventKey? {
    var instant = instant
    if instant <= now {
      instant = kind.eventClass > eventClass ? now : now + Microseconds(1)
    }
    guard instant < endAt else { return nil }
    return EventKey(
      at: instant, kind: kind.rawValue, entity: entity ^ entityMask, source: UInt32(source),
      attempt: attempt & 0xFFF)
  }
}
