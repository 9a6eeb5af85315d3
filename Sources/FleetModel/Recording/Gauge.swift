import Determinism

/// Impaired clusters of one domain: how many, and the most there were at the end of any instant.
struct DomainGauge {
  private(set) var value: Int64 = 0
  private(set) var peak: Int64 = 0
  private var changedAt: Instant
  /// For each threshold the least count that is above it.
  let firstAbove: InlineArray<3, Int64>

  init(size: Int64, at start: Instant) {
    changedAt = start
    firstAbove = InlineArray { size * Recorder.thresholds[$0] / 100 + 1 }
  }

  /// Changes the count by an amount at an instant.
  mutating func change(by amount: Int64, at now: Instant) {
    settle(at: now)
    value += amount
  }

  /// Lets the count that has held up to an instant count as a peak.
  mutating func settle(at now: Instant) {
    guard now > changedAt else { return }
    if value > peak { peak = value }
    changedAt = now
  }
}

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
