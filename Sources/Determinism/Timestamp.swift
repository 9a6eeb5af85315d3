/// Instants as text: the profile of ISO 8601 of RFC 3339.
public enum Timestamp {
  /// Why a text is not a timestamp.
  public struct SyntaxError: Error, Equatable, CustomStringConvertible {
    /// The offset of the offending byte.
    public let offset: Int
    /// What is wrong there, as a clause.
    public let reason: String

    /// The offset and the reason.
    public var description: String { "byte \(offset): \(reason)" }
  }

  /// The instant that a text such as "2026-03-02T09:00:00.5-08:00" names.
  ///
  /// - Throws: For a text that is not of this form, a day that does not exist, a leap second, and
  ///   more than six decimals.
  public static func parse(_ text: String) throws(SyntaxError) -> Instant {
    var scanner = Scanner(bytes: Array(text.utf8))
    let (year, month) = (
      try scanner.number(4, through: 9_999, then: "-"),
      try scanner.number(2, through: 12, then: "-")
    )
    let day = try scanner.number(2, through: 31, then: "T")
    guard let date = CivilDate(year: year, month: month, day: day) else {
      throw SyntaxError(offset: 0, reason: "there is no such day")
    }
    let hour = try scanner.number(2, through: 23, then: ":")
    let minute = try scanner.number(2, through: 59, then: ":")
    let second = try scanner.number(2, through: 59, then: nil)
    let fraction = try scanner.fraction()
    let offset = try scanner.offset()
    try scanner.end()
    let time = Microseconds.seconds(Int64(hour * 3_600 + minute * 60 + second))
    return CivilTime(date, time + fraction).instant(utcOffset: offset)
  }

  /// The text of an instant, as a clock shows it that is so far ahead of UTC.
  ///
  /// The shortest fraction that is exact, and none for a whole second; "Z" without an offset. Traps
  /// for an offset that is not whole minutes.
  public static func format(_ instant: Instant, utcOffset: Microseconds = .zero) -> String {
    let minutes = utcOffset.count / 60_000_000
    precondition(
      minutes * 60_000_000 == utcOffset.count, "UTC offset \(utcOffset.count) µs")
    let local = CivilTime(at: instant, utcOffset: utcOffset)
    let (year, month, day) = local.date.components
    let seconds = local.timeOfDay.count / 1_000_000
    var text = "\(pad(Int64(year), 4))-\(pad(Int64(month), 2))-\(pad(Int64(day), 2))T"
    text += "\(pad(seconds / 3_600, 2)):\(pad(seconds / 60 % 60, 2)):\(pad(seconds % 60, 2))"
    let micro = local.timeOfDay.count % 1_000_000
    if micro > 0 {
      var digits = pad(micro, 6)
      while digits.last == "0" { digits.removeLast() }
      text += ".\(digits)"
    }
    guard minutes != 0 else { return text + "Z" }
    let size = Int64(minutes.magnitude)
    return text + "\(minutes < 0 ? "-" : "+")\(pad(size / 60, 2)):\(pad(size % 60, 2))"
  }

  /// A number with zeros in front up to a width.
  private static func pad(_ number: Int64, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}

extension Timestamp {
  /// Reads the parts of a timestamp.
  private struct Scanner {
    let bytes: [UInt8]
    var position = 0

    private func error(_ reason: String) -> SyntaxError {
      SyntaxError(offset: position, reason: reason)
    }

    private var byte: UInt8 { position < bytes.count ? bytes[position] : 0 }

    /// Reads digits in a range that ends at a limit, and the separator behind them.
    mutating func number(
      _ width: Int, through limit: Int, then separator: Unicode.Scalar?
    ) throws(SyntaxError) -> Int {
      let start = position
      var value = 0
      for _ in 0..<width {
        guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else {
          throw error("a digit is expected")
        }
        value = value * 10 + Int(byte - UInt8(ascii: "0"))
        position += 1
      }
      guard value <= limit else {
        throw SyntaxError(offset: start, reason: "\(value) is more than \(limit)")
      }
      guard let separator else { return value }
      let expected = UInt8(ascii: separator)
      guard byte == expected || (separator == "T" && byte == expected | 0x20) else {
        throw error("\"\(separator)\" is expected")
      }
      position += 1
      return value
    }

    /// Reads a point and up to six digits, if there is a point.
    mutating func fraction() throws(SyntaxError) -> Microseconds {
      guard byte == UInt8(ascii: ".") else { return .zero }
      position += 1
      var (value, unit): (Int64, Int64) = (0, 1_000_000)
      while (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
        guard unit > 1 else { throw error("there are more than six decimals") }
        unit /= 10
        value += Int64(byte - UInt8(ascii: "0")) * unit
        position += 1
      }
      guard unit < 1_000_000 else { throw error("a digit is expected") }
      return Microseconds(value)
    }

    /// Reads "Z", or a sign, hours and minutes.
    mutating func offset() throws(SyntaxError) -> Microseconds {
      let sign = byte
      guard sign | 0x20 != UInt8(ascii: "z") else {
        position += 1
        return .zero
      }
      guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else {
        throw error("\"Z\" or an offset such as \"-08:00\" is expected")
      }
      position += 1
      let hours = try number(2, through: 23, then: ":")
      let minutes = try number(2, through: 59, then: nil)
      let size = Microseconds.minutes(Int64(hours * 60 + minutes))
      return sign == UInt8(ascii: "-") ? .zero - size : size
    }

    /// Refuses anything more.
    func end() throws(SyntaxError) {
      guard position == bytes.count else { throw error("there is more after the timestamp") }
    }
  }
}
