/// Which way a fraction of a whole number goes when it is not whole.
public enum Rounding: String, Codable, Sendable {
  /// Toward zero.
  case down
  /// Away from zero.
  case up
}

/// An exact fraction in parts per billion: probabilities, shares, weights, error rates.
///
/// Percentages written with up to seven decimals are represented exactly.
@frozen
public struct Ratio: Hashable, Comparable, Sendable, Codable, BitwiseCopyable {
  /// The fraction times 10⁹, not negative.
  public var partsPerBillion: Int64

  /// The number of parts in one.
  public static let one = Ratio(partsPerBillion: 1_000_000_000)
  /// Nothing.
  public static let zero = Ratio(partsPerBillion: 0)

  /// Wraps parts per billion; traps when negative.
  @inlinable public init(partsPerBillion: Int64) {
    precondition(partsPerBillion >= 0, "negative ratio: \(partsPerBillion) ppb")
    self.partsPerBillion = partsPerBillion
  }

  /// A whole number of percent.
  @inlinable public static func percent(_ count: Int64) -> Ratio {
    .init(partsPerBillion: count * 10_000_000)
  }

  /// Orders by size.
  @inlinable public static func < (a: Ratio, b: Ratio) -> Bool {
    a.partsPerBillion < b.partsPerBillion
  }

  /// This share of a count of things, rounded as stated.
  @inlinable public func of(_ count: Int, rounded: Rounding) -> Int {
    let product = Int128(count) * Int128(partsPerBillion)
    let whole = product / 1_000_000_000
    return Int(rounded == .up && whole * 1_000_000_000 < product ? whole + 1 : whole)
  }

  /// Decodes a bare integer of parts per billion.
  public init(from decoder: any Decoder) throws {
    let parts = try decoder.singleValueContainer().decode(Int64.self)
    guard parts >= 0 else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "negative ratio \(parts)"))
    }
    partsPerBillion = parts
  }

  /// Encodes as a bare integer of parts per billion.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(partsPerBillion)
  }
}

/// A count of things, or a share of them: what Kubernetes calls IntOrString.
public enum Amount: Hashable, Sendable, Codable {
  /// A whole number of things.
  case count(Int)
  /// A share of all of them.
  case share(Ratio)

  /// The number of things this is out of `total`, rounding a share as stated.
  public func of(_ total: Int, rounded: Rounding) -> Int {
    switch self {
    case .count(let count): count
    case .share(let share): share.of(total, rounded: rounded)
    }
  }
}
