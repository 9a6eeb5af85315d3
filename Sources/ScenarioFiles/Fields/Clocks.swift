import Determinism
import Foundation

/// What is asked of the time zone table.
enum Clocks {
  /// Whether there is a zone of that IANA name.
  static func isZone(_ name: String) -> Bool {
    name == "UTC" || TimeZone.knownTimeZoneIdentifiers.contains(name)
  }

  /// The names of zones, to suggest one.
  static var zoneNames: [String] { TimeZone.knownTimeZoneIdentifiers }

  /// An instant from `2026-03-02T09:00:00-08:00`; nil: the text is none.
  static func instant(_ text: String) -> Instant? {
    let offsetLength = text.hasSuffix("Z") ? 1 : 6
    let local = text.dropLast(offsetLength)
    guard local.utf8.count == 19, let wall = WrittenTime.localDateTime(local) else { return nil }
    guard offsetLength == 6 else { return Instant(sinceEpoch: wall.count) }
    let sign = text.dropFirst(19).prefix(1)
    guard sign == "+" || sign == "-", let offset = WrittenTime.timeOfDay(text.suffix(5)) else {
      return nil
    }
    return Instant(sinceEpoch: wall.count + (sign == "-" ? offset.count : -offset.count))
  }
}
