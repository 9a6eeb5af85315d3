import Determinism

/// A number that holds between events: its integral over time and its peak.
///
/// The peak looks at what holds at the end of each instant, so that the order of events inside an
/// instant does not show.
struct Gauge {
  private(set) var value: Int64 = 0
  private(set) var peak: Int64 = 0
  /// Unit: value × µs.
  private(set) var integral: Int128 = 0
  private(set) var changedAt: Instant

  init(at start: Instant) { changedAt = start }

  /// Changes the number by an amount at an instant.
  mutating func change(by amount: Int64, at now: Instant) {
    settle(at: now)
    value += amount
  }

  /// Accounts for the time up to an instant.
  mutating func settle(at now: Instant) {
    guard now > changedAt else { return }
    integral += Int128(value) * Int128((now - changedAt).count)
    if value > peak { peak = value }
    changedAt = now
  }
}
