package import Determinism

/// Strict readings of dates and times of day.
package enum WrittenTime {
  /// A time of day `HH:MM`, from 00:00 to 23:59.
  package static func timeOfDay(_ text: some StringProtocol) -> Microseconds? {
    let bytes = Array(text.utf8)
    guard bytes.count == 5, bytes[2] == UInt8(ascii: ":"), let hour = number(bytes[0...1]),
      let minute = number(bytes[3...4]), hour < 24, minute < 60
    else { return nil }
    return .minutes(hour * 60 + minute)
  }

  /// A date and time on the wall clock, `YYYY-MM-DDTHH:MM` or with `:SS`, as time since
  /// 1970-01-01T00:00.
  package static func localDateTime(_ text: some StringProtocol) -> Microseconds? {
    let bytes = Array(text.utf8)
    guard bytes.count == 16 || bytes.count == 19, bytes[10] == UInt8(ascii: "T"),
      let day = days(bytes[0..<10]),
      let time = timeOfDay(String(decoding: bytes[11..<16], as: UTF8.self))
    else { return nil }
    var second: Int64 = 0
    if bytes.count == 19 {
      guard bytes[16] == UInt8(ascii: ":"), let stated = number(bytes[17...]), stated < 60 else {
        return nil
      }
      second = stated
    }
    return .hours(day * 24) + time + .seconds(second)
  }

  /// Days from 1970-01-01 to a date `YYYY-MM-DD` between the years 1970 and 2111.
  private static func days(_ bytes: ArraySlice<UInt8>) -> Int64? {
    let parts = Array(bytes)
    guard parts[4] == UInt8(ascii: "-"), parts[7] == UInt8(ascii: "-"),
      let year = number(parts[0...3]), let month = number(parts[5...6]),
      let day = number(parts[8...9]), (1970...2111).contains(year), (1...12).contains(month),
      (1...daysOfMonth(month, year)).contains(day)
    else { return nil }
    var days: Int64 = day - 1
    for earlier in 1970..<year { days += isLeap(earlier) ? 366 : 365 }
    for earlier in 1..<month { days += daysOfMonth(earlier, year) }
    return days
  }

  private static func daysOfMonth(_ month: Int64, _ year: Int64) -> Int64 {
    switch month {
    case 2: isLeap(year) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  private static func isLeap(_ year: Int64) -> Bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
  }

  private static func number(_ digits: ArraySlice<UInt8>) -> Int64? {
    var value: Int64 = 0
    for byte in digits {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
      value = value * 10 + Int64(byte - UInt8(ascii: "0"))
    }
    return value
  }
}
