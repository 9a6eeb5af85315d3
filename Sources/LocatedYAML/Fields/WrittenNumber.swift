package import Determinism

/// Strict readings of the texts of single values; nothing is guessed and nothing is rounded.
package enum WrittenNumber {
  /// The largest count of things: more than any fleet has clusters.
  package static let countMax = 20_000_000

  /// Why a text is no number of the wanted kind.
  package struct Trouble: Error, Equatable {
    package var message: String
    package var isRange = false
  }

  /// A whole number without sign, of decimal digits only.
  package static func natural(_ text: some StringProtocol) throws(Trouble) -> UInt64 {
    let digits = text.utf8
    guard !digits.isEmpty else { throw Trouble(message: "digits are missing") }
    if digits.first == UInt8(ascii: "-") {
      guard digits.count > 1, digits.dropFirst().allSatisfy(isDigit) else { throw notNatural(text) }
      throw Trouble(message: "\(text.prefix(24)) is negative", isRange: true)
    }
    guard digits.allSatisfy(isDigit) else { throw notNatural(text) }
    guard digits.count == 1 || digits.first != UInt8(ascii: "0") else {
      throw Trouble(message: "\(quoted(String(text))) begins with a zero")
    }
    guard let number = UInt64(text) else {
      throw Trouble(message: "\(quoted(String(text))) is too large", isRange: true)
    }
    return number
  }

  /// A decimal number as a count of its smallest unit.
  ///
  /// The result is the number times ten to the power of `decimals`, which is also how many digits
  /// may follow the point.
  package static func decimal(
    _ text: some StringProtocol, decimals: Int
  ) throws(Trouble) -> Int64 {
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    let whole = try natural(parts[0])
    let fraction = parts.count == 2 ? parts[1] : "0"
    guard fraction.utf8.allSatisfy(isDigit), !fraction.isEmpty else { throw notNatural(text) }
    guard fraction.utf8.count <= decimals else {
      throw Trouble(
        message: "\(quoted(String(text))) has more than \(decimals) digits after the point")
    }
    var unit: Int64 = 1
    for _ in 0..<decimals { unit *= 10 }
    let padding = String(repeating: "0", count: decimals - fraction.utf8.count)
    let low = Int64(fraction + padding) ?? 0
    guard let high = Int64(exactly: whole) else { throw tooLarge(text) }
    let (product, overflows) = high.multipliedReportingOverflow(by: unit)
    let (sum, overflowsToo) = product.addingReportingOverflow(low)
    guard !overflows, !overflowsToo else { throw tooLarge(text) }
    return sum
  }

  /// A percentage, or a fraction that is a whole number of parts per billion.
  package static func ratio(_ text: String) throws(Trouble) -> Ratio {
    if text.hasSuffix("%") {
      return Ratio(partsPerBillion: try decimal(text.dropLast(), decimals: 7))
    }
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2 else {
      throw Trouble(message: "\(quoted(text)) is neither a percentage nor a fraction")
    }
    let numerator = try natural(parts[0])
    let denominator = try natural(parts[1])
    guard denominator > 0 else { throw Trouble(message: "\(quoted(text)) divides by zero") }
    guard numerator <= denominator else {
      throw Trouble(message: "\(quoted(text)) is more than one", isRange: true)
    }
    let scaled = UInt128(numerator) * 1_000_000_000
    guard scaled % UInt128(denominator) == 0 else {
      throw Trouble(message: "\(quoted(text)) is not a whole number of billionths")
    }
    return Ratio(partsPerBillion: Int64(scaled / UInt128(denominator)))
  }

  /// The longest duration: a hundred years.
  package static let durationMax = Microseconds.hours(876_000)

  /// A duration: whole numbers with units, the longer unit first, each at most once.
  package static func duration(_ text: String) throws(Trouble) -> Microseconds {
    var rest = Substring(text)
    var total: UInt64 = 0
    var nextUnit = 0
    guard !text.isEmpty else { throw Trouble(message: "the duration is empty") }
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      let unit = rest.dropFirst(digits.count).prefix { !($0.isASCII && $0.isNumber) }
      guard !digits.isEmpty else { throw notDuration(text) }
      guard let index = units.firstIndex(where: { $0.name == unit }) else {
        throw unknownUnit(unit, after: digits, in: text)
      }
      guard index >= nextUnit else {
        throw Trouble(message: "\(quoted(text)) must state longer units first, each once")
      }
      nextUnit = index + 1
      total = try add(try natural(digits), times: units[index].length, to: total, in: text)
      rest = rest.dropFirst(digits.count + unit.count)
    }
    return Microseconds(Int64(total))
  }

  private static func add(
    _ count: UInt64, times length: UInt64, to total: UInt64, in text: String
  ) throws(Trouble) -> UInt64 {
    let (product, overflows) = count.multipliedReportingOverflow(by: length)
    let (sum, overflowsToo) = total.addingReportingOverflow(product)
    guard !overflows, !overflowsToo, sum <= UInt64(durationMax.count) else {
      throw Trouble(message: "\(quoted(text)) is longer than 100 years", isRange: true)
    }
    return sum
  }

  private static func unknownUnit(
    _ unit: Substring, after digits: Substring, in text: String
  ) -> Trouble {
    if unit.isEmpty { return Trouble(message: "\(quoted(text)) lacks a unit after \(digits)") }
    if unit == "." { return Trouble(message: "\(quoted(text)) has a fraction") }
    return Trouble(message: "\(quoted(text)) has the unknown unit \(quoted(String(unit)))")
  }

  private static let units: [(name: Substring, length: UInt64)] = [
    ("d", 86_400_000_000), ("h", 3_600_000_000), ("m", 60_000_000), ("s", 1_000_000),
    ("ms", 1_000),
  ]

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  private static func notNatural(_ text: some StringProtocol) -> Trouble {
    Trouble(message: "\(quoted(String(text))) is not a number of decimal digits")
  }

  private static func tooLarge(_ text: some StringProtocol) -> Trouble {
    Trouble(message: "\(quoted(String(text))) is too large", isRange: true)
  }

  private static func notDuration(_ text: String) -> Trouble {
    Trouble(message: "\(quoted(text)) is not a duration")
  }
}
