package import Determinism

/// What is asked of clocks and calendars.
package enum Clocks {
  /// Whether there is a zone of that IANA name.
  package static func isZone(_ name: String) -> Bool { TimeZones.find(name) != nil }

  /// The names of zones, to suggest one.
  package static var zoneNames: [String] { TimeZones.names }

  /// An instant from `2026-03-02T09:00:00-08:00`; nil: the text is none.
  package static func instant(_ text: String) -> Instant? {
    guard let instant = try? Timestamp.parse(text), instant.sinceEpoch >= 0 else { return nil }
    return instant
  }
}
