public import Determinism

/// Requests that were counted over a while, and how many of them failed.
public struct RequestCounts: Codable, Hashable, Sendable {
  /// All of them.
  ///
  /// Range: 0 to 10¹².
  public var requests: Int64
  /// Those that failed.
  ///
  /// Range: 0 to `requests`.
  public var errors: Int64

  /// The most requests that are counted.
  public static let limit: Int64 = 1_000_000_000_000
  /// Nothing was counted.
  public static let none = RequestCounts(requests: 0, errors: 0)

  /// States counts.
  public init(requests: Int64, errors: Int64) {
    self.requests = requests
    self.errors = errors
  }

  /// Whether they are in range.
  public var isPossible: Bool {
    (0...Self.limit).contains(requests) && (0...requests).contains(errors)
  }

  /// The share of requests that failed, rounded down; zero without a request.
  public var errorRate: Ratio {
    guard requests > 0 else { return .zero }
    return Ratio(partsPerBillion: Int64(Int128(errors) * 1_000_000_000 / Int128(requests)))
  }

  /// Adds what was counted elsewhere or later; no more than the limit is counted.
  public static func += (sum: inout RequestCounts, other: RequestCounts) {
    sum.requests = min(limit, sum.requests + other.requests)
    sum.errors = min(sum.requests, sum.errors + other.errors)
  }
}
