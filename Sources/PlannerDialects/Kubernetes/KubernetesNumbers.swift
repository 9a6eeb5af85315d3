package import Determinism
package import LocatedYAML

/// Readings of single values as Kubernetes' own machinery takes them.
package enum KubernetesNumbers {
  /// A whole number, or a percentage as text; nil: Kubernetes refuses it.
  ///
  /// A number in quotes is text, and text must be a percentage.
  /// - Source: Kubernetes `intstr`, `GetScaledValueFromIntOrPercent`; 32-bit integers.
  package static func intOrPercent(_ value: SourceValue?) -> Amount? {
    guard case .scalar(let text, let isPlain) = value?.content else { return nil }
    if text.hasSuffix("%") {
      guard let percent = Int32(text.dropLast()), percent >= 0 else { return nil }
      return .share(.percent(Int64(percent)))
    }
    guard isPlain, let count = Int32(text) else { return nil }
    return .count(Int(count))
  }

  /// A duration as Go writes it: signed decimal numbers with units, in any order; nil: it is none,
  /// or longer than 100 years.
  ///
  /// Parts of a microsecond count as a whole one, so that a duration above zero stays so.
  /// - Source: Go `time.ParseDuration`.
  package static func duration(_ text: String) -> Microseconds? {
    var rest = Substring(text)
    let isNegative = rest.first == "-"
    if rest.first == "-" || rest.first == "+" { rest.removeFirst() }
    guard rest != "0" else { return .zero }
    guard !rest.isEmpty else { return nil }
    var nanoseconds: Int128 = 0
    while !rest.isEmpty {
      guard let part = takePart(of: &rest) else { return nil }
      nanoseconds += part
      guard nanoseconds <= longest else { return nil }
    }
    let microseconds = Int64((nanoseconds + 999) / 1_000)
    return Microseconds(isNegative ? -microseconds : microseconds)
  }

  /// Takes a number with its unit off the front of a text.
  private static func takePart(of rest: inout Substring) -> Int128? {
    let number = rest.prefix { $0.isASCII && $0.isNumber || $0 == "." }
    rest = rest.dropFirst(number.count)
    let unit = rest.prefix { !($0.isASCII && $0.isNumber || $0 == ".") }
    rest = rest.dropFirst(unit.count)
    let digits = number.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    let fraction = digits.count == 2 ? digits[1] : ""
    guard let length = units.first(where: { $0.name == unit })?.nanoseconds,
      digits.contains(where: { !$0.isEmpty }), number.count <= 30, !fraction.contains("."),
      let whole = digits[0].isEmpty ? 0 : Int64(digits[0])
    else { return nil }
    var total = Int128(whole) * length
    var place = length
    for digit in fraction.utf8 {
      place /= 10
      total += place * Int128(digit - UInt8(ascii: "0"))
    }
    return total
  }

  private static let longest = Int128(WrittenNumber.durationMax.count) * 1_000

  private static let units: [(name: Substring, nanoseconds: Int128)] = [
    ("h", 3_600_000_000_000), ("m", 60_000_000_000), ("s", 1_000_000_000), ("ms", 1_000_000),
    ("us", 1_000), ("µs", 1_000), ("μs", 1_000), ("ns", 1),
  ]
}

extension Cursor {
  /// A whole number or a percentage, as Kubernetes takes them; the standard one where none can be
  /// read, which has been reported.
  package func intOrPercent(
    in counts: ClosedRange<Int>, percent: ClosedRange<Int64> = 0...100, else standard: Amount
  ) -> Amount {
    guard let value, text != nil else { return standard }
    guard let amount = KubernetesNumbers.intOrPercent(value) else {
      return refuse(
        .badAmount, "\(quoted(value.scalar ?? "")) is neither a number nor a percentage",
        help: "write a whole number without quotes, or a whole percentage such as 25%",
        use: standard)
    }
    switch amount {
    case .count(let count) where counts.contains(count): return amount
    case .share(let share) where range(percent).contains(share): return amount
    case .count, .share:
      return refuse(
        .outOfRange, "\(path.last) is \(quoted(value.scalar ?? ""))",
        help: "write a number from \(counts.lowerBound) to \(counts.upperBound), or from "
          + "\(percent.lowerBound)% to \(percent.upperBound)%", use: standard)
    }
  }

  private func range(_ percent: ClosedRange<Int64>) -> ClosedRange<Ratio> {
    Ratio.percent(percent.lowerBound)...Ratio.percent(percent.upperBound)
  }

  /// A duration as Go writes it; zero where none can be read, which has been reported.
  package func goDuration() -> Microseconds {
    guard let text else { return .zero }
    return KubernetesNumbers.duration(text)
      ?? refuse(
        .badDuration, "\(quoted(text)) is not a duration as Go writes it",
        help: "write numbers with h, m, s, ms, us or ns, as in 1h30m or 0.5s", use: .zero)
  }
}
