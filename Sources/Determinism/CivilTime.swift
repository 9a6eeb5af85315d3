/// A day of the week.
public enum Weekday: Int, CaseIterable, Comparable, Codable, Sendable {
  /// The first day of the week by ISO 8601.
  case monday = 1
  /// The second day.
  case tuesday
  /// The third day.
  case wednesday
  /// The fourth day.
  case thursday
  /// The fifth day.
  case friday
  /// The sixth day.
  case saturday
  /// The seventh day.
  case sunday

  /// Orders from Monday to Sunday.
  public static func < (a: Weekday, b: Weekday) -> Bool { a.rawValue < b.rawValue }
}

/// A day of the proleptic Gregorian calendar, nowhere in particular.
public struct CivilDate: Hashable, Comparable, Codable, Sendable {
  /// The number of days from 1970-01-01, which may be negative.
  public let daysSinceEpoch: Int

  /// The day a number of days after 1970-01-01.
  public init(daysSinceEpoch: Int) { self.daysSinceEpoch = daysSinceEpoch }

  /// The day of a year, month and day of the month; nil when there is no such day.
  ///
  /// - Note: Source: Howard Hinnant, "chrono-compatible low-level date algorithms".
  public init?(year: Int, month: Int, day: Int) {
    guard (1...12).contains(month), day >= 1,
      day <= Self.length(ofMonth: month, year: year)
    else { return nil }
    // Years begin in March, so that the leap day is the last; eras are 400 years.
    let shifted = month > 2 ? year : year - 1
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    daysSinceEpoch = era * 146_097 + dayOfEra - 719_468
  }

  /// The year, the month from 1 to 12 and the day of the month from 1.
  public var components: (year: Int, month: Int, day: Int) {
    let shifted = daysSinceEpoch + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
  }

  /// The day of the week.
  public var weekday: Weekday {
    // The epoch was a Thursday.
    let index = ((daysSinceEpoch + 3) % 7 + 7) % 7
    return Weekday.allCases[index]
  }

  /// The day a number of days later, or earlier when negative.
  public func adding(days: Int) -> CivilDate {
    CivilDate(daysSinceEpoch: daysSinceEpoch + days)
  }

  /// The number of days of a month.
  public static func length(ofMonth month: Int, year: Int) -> Int {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    return month == 2 ? (leap ? 29 : 28) : 30 + (month + month / 8) % 2
  }

  /// Orders by time.
  public static func < (a: CivilDate, b: CivilDate) -> Bool {
    a.daysSinceEpoch < b.daysSinceEpoch
  }
}

/// What a calendar and a clock on the wall show.
public struct CivilTime: Hashable, Comparable, Codable, Sendable {
  /// The day.
  public var date: CivilDate
  /// The time of the day, from zero to below 24 hours.
  public var timeOfDay: Microseconds

  /// A time of a day; traps outside the day.
  public init(_ date: CivilDate, _ timeOfDay: Microseconds) {
    precondition(
      timeOfDay >= .zero && timeOfDay < .hours(24), "time of day \(timeOfDay.count) µs")
    self.date = date
    self.timeOfDay = timeOfDay
  }

  /// What a clock shows that is so far ahead of UTC.
  public init(at instant: Instant, utcOffset: Microseconds) {
    let local = instant.sinceEpoch + utcOffset.count
    let day = Microseconds.hours(24).count
    let days = local >= 0 ? local / day : (local - day + 1) / day
    date = CivilDate(daysSinceEpoch: Int(days))
    timeOfDay = Microseconds(local - days * day)
  }

  /// The instant at which a clock shows this that is so far ahead of UTC.
  public func instant(utcOffset: Microseconds) -> Instant {
    Instant(
      sinceEpoch: Int64(date.daysSinceEpoch) * Microseconds.hours(24).count + timeOfDay.count
        - utcOffset.count)
  }

  /// Orders by date, then by time of day.
  public static func < (a: CivilTime, b: CivilTime) -> Bool {
    (a.date, a.timeOfDay) < (b.date, b.timeOfDay)
  }
}
