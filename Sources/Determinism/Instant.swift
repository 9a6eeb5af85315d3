/// A length of time in whole microseconds.
///
/// Integer because no floating point may decide an order. May be negative: it is a difference.
@frozen
public struct Microseconds: Hashable, Comparable, Sendable, Codable, BitwiseCopyable {
  /// The length in microseconds.
  public var count: Int64

  /// Wraps a count of microseconds.
  @inlinable public init(_ count: Int64) { self.count = count }

  /// No time at all.
  @inlinable public static var zero: Microseconds { Microseconds(0) }

  /// A whole number of milliseconds.
  @inlinable public static func milliseconds(_ count: Int64) -> Microseconds {
    .init(count * 1_000)
  }
  /// A whole number of seconds.
  @inlinable public static func seconds(_ count: Int64) -> Microseconds { .init(count * 1_000_000) }
  /// A whole number of minutes.
  @inlinable public static func minutes(_ count: Int64) -> Microseconds { .seconds(count * 60) }
  /// A whole number of hours.
  @inlinable public static func hours(_ count: Int64) -> Microseconds { .seconds(count * 3_600) }

  /// Orders by length.
  @inlinable public static func < (a: Microseconds, b: Microseconds) -> Bool { a.count < b.count }
  /// Adds two lengths; traps on overflow.
  @inlinable public static func + (a: Microseconds, b: Microseconds) -> Microseconds {
    .init(a.count + b.count)
  }
  /// Subtracts two lengths; traps on overflow.
  @inlinable public static func - (a: Microseconds, b: Microseconds) -> Microseconds {
    .init(a.count - b.count)
  }
  /// Repeats a length; traps on overflow.
  @inlinable public static func * (a: Microseconds, times: Int64) -> Microseconds {
    .init(a.count * times)
  }

  /// Decodes a bare integer.
  public init(from decoder: any Decoder) throws {
    count = try decoder.singleValueContainer().decode(Int64.self)
  }

  /// Encodes as a bare integer.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(count)
  }
}

/// A point in time: whole microseconds since the Unix epoch, in planner and simulator alike.
///
/// - Note: event keys hold 52 bits of it, which reaches the year 2112.
@frozen
public struct Instant: Hashable, Comparable, Sendable, Codable, BitwiseCopyable {
  /// Microseconds since 1970-01-01T00:00:00Z.
  public var sinceEpoch: Int64

  /// Wraps microseconds since the epoch.
  @inlinable public init(sinceEpoch: Int64) { self.sinceEpoch = sinceEpoch }

  /// Later than anything that happens.
  @inlinable public static var never: Instant { Instant(sinceEpoch: .max) }
  /// Earlier than anything that happens.
  @inlinable public static var distantPast: Instant { Instant(sinceEpoch: .min) }

  /// Orders by time.
  @inlinable public static func < (a: Instant, b: Instant) -> Bool { a.sinceEpoch < b.sinceEpoch }
  /// The instant a length later; `never` stays `never`.
  @inlinable public static func + (a: Instant, b: Microseconds) -> Instant {
    a.sinceEpoch == .max ? a : .init(sinceEpoch: a.sinceEpoch + b.count)
  }
  /// The instant a length earlier.
  @inlinable public static func - (a: Instant, b: Microseconds) -> Instant {
    .init(sinceEpoch: a.sinceEpoch - b.count)
  }
  /// The time from `b` to `a`.
  @inlinable public static func - (a: Instant, b: Instant) -> Microseconds {
    .init(a.sinceEpoch - b.sinceEpoch)
  }

  /// Decodes a bare integer.
  public init(from decoder: any Decoder) throws {
    sinceEpoch = try decoder.singleValueContainer().decode(Int64.self)
  }

  /// Encodes as a bare integer.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(sinceEpoch)
  }
}
