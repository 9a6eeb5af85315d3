public import Determinism

/// A measured or limiting number, to six decimal places.
public struct Measure: Hashable, Comparable, Sendable, Codable {
  /// The number times a million.
  public var millionths: Int64

  /// Wraps millionths.
  public init(millionths: Int64) { self.millionths = millionths }

  /// A whole number; traps beyond 9 × 10¹².
  public init(_ whole: Int64) { millionths = whole * 1_000_000 }

  /// A decimal number as documents write it, cut to six decimal places; nil: it is none, or beyond
  /// 9 × 10¹².
  public init?(_ text: some StringProtocol) {
    let isNegative = text.first == "-"
    let digits = text.dropFirst(isNegative || text.first == "+" ? 1 : 0)
    let parts = digits.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    let fraction = parts.count == 2 ? parts[1].prefix(6) : ""
    guard let first = parts.first, !(first.isEmpty && fraction.isEmpty), first.utf8.count <= 12,
      parts.joined().utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
      let whole = first.isEmpty ? 0 : Int64(first),
      let rest = Int64(fraction + String(repeating: "0", count: 6 - fraction.count))
    else { return nil }
    millionths = (whole * 1_000_000 + rest) * (isNegative ? -1 : 1)
  }

  /// Orders by size.
  public static func < (a: Measure, b: Measure) -> Bool { a.millionths < b.millionths }

  /// The mean of two numbers of which one counts for so many parts per billion.
  public static func between(
    _ a: Measure, _ b: Measure, partsPerBillion: Int64
  ) -> Measure {
    let difference = Int128(b.millionths) - Int128(a.millionths)
    return Measure(
      millionths: a.millionths + Int64(difference * Int128(partsPerBillion) / 1_000_000_000))
  }

  /// The number without its decimals, towards zero.
  public var truncated: Measure { Measure(millionths: millionths / 1_000_000 * 1_000_000) }

  /// Decodes a bare integer of millionths.
  public init(from decoder: any Decoder) throws {
    millionths = try decoder.singleValueContainer().decode(Int64.self)
  }

  /// Encodes as a bare integer of millionths.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(millionths)
  }
}

/// What a metric answers.
public enum MetricAnswer: Hashable, Sendable {
  /// A number.
  case value(Measure)
  /// Nothing was measured, or the query failed.
  case noData
}

/// What stands for a metric query outside a cluster: a signal of the simulated world.
public enum MetricSignal: Codable, Hashable, Sendable {
  /// The share of requests to the canary that succeed.
  ///
  /// Unit: percent.
  case successRate
  /// The share of requests to the canary that fail.
  ///
  /// Unit: percent.
  case errorRate
  /// A mean over requests to the canary: one number for each that succeeds, another for each that
  /// fails.
  case mean(succeeding: Measure, failing: Measure)
  /// Always the same number.
  case constant(Measure)
  /// Never any data.
  case noData
}

/// What stands for a webhook or another yes-or-no question outside a cluster.
public enum HookSignal: Codable, Hashable, Sendable {
  /// It always passes.
  case passes
  /// It never passes.
  case refuses
  /// It passes from so long on after the delivery began.
  case passesAfter(Microseconds)
  /// It passes for as long as no more than this share of requests to the canary fails.
  case passesBelow(errorRate: Ratio)
  /// It passes once more than this share of requests to the canary fails: what a person watching
  /// does with a rollback hook.
  case passesAbove(errorRate: Ratio)
}

/// A question that only a cluster can answer, and what stands for it elsewhere.
public struct Binding<Signal: Codable & Hashable & Sendable>: Codable, Hashable, Sendable {
  /// What the question is called, as scenarios bind it.
  public var name: String
  /// What stands for it; nil: nothing yet, and the delivery cannot be simulated.
  public var signal: Signal?

  /// States a question.
  public init(name: String, signal: Signal? = nil) {
    self.name = name
    self.signal = signal
  }
}
