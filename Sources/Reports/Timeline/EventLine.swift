public import Determinism
public import FleetModel

/// One event of a run in a line, with its exact time.
public struct EventLine: Sendable {
  private let event: RunRecord.TracedEvent

  /// The line of an event.
  public init(_ event: RunRecord.TracedEvent) {
    self.event = event
  }

  /// The line for a terminal, without its end: time from the start, kind, whom it happens to, and
  /// what the kind needs besides.
  public func text() -> String {
    [
      Self.time(event.after), Escaping.terminal(event.kind), Escaping.terminal(event.entity),
      "\(event.detail)",
    ].joined(separator: "  ")
  }

  /// A time from the start of a run, to the microsecond: `+01:02:03.000004`.
  public static func time(_ time: Microseconds) -> String {
    let micros = time.count.magnitude
    let seconds = micros / 1_000_000
    let parts = [seconds / 3_600, seconds / 60 % 60, seconds % 60].map { padded($0, 2) }
    return (time.count < 0 ? "-" : "+") + parts.joined(separator: ":") + "."
      + padded(micros % 1_000_000, 6)
  }

  private static func padded(_ number: UInt64, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
