/// The bundled time zones: a constant table, the same on every machine.
///
/// Exact from 2015 on; before, a zone keeps the time of the beginning of 2015, or its present rule
/// when that has not changed since.
public enum TimeZones {
  /// The release of the IANA time-zone database.
  public static let version = TimeZoneData.version

  /// Every known name, aliases too, in the order of their bytes.
  public static var names: [String] { table.names.map(\.name) }

  /// The zone of an IANA name, if it is known; upper and lower case count.
  public static func find(_ name: String) -> TimeZoneID? {
    var (low, high) = (0, table.names.count)
    while low < high {
      let middle = (low + high) / 2
      if table.names[middle].name < name { low = middle + 1 } else { high = middle }
    }
    guard low < table.names.count, table.names[low].name == name else { return nil }
    return TimeZoneID(index: UInt16(low))
  }

  /// The parsed text.
  static let table = parse(TimeZoneData.text)

  /// What `parse` makes of the text.
  struct Table: Sendable {
    var names: [(name: String, line: Int)] = []
    var schedules: [Schedule] = []
  }

  /// Reads the lines: names | history | rule.
  private static func parse(_ text: String) -> Table {
    var table = Table()
    for (number, line) in text.split(separator: "\n").enumerated() {
      let parts = line.split(separator: "|", omittingEmptySubsequences: false)
      table.schedules.append(Schedule(history: parts[1], rule: parts[2]))
      for name in parts[0].split(separator: " ") {
        table.names.append((String(name), number))
      }
    }
    table.names.sort { $0.name < $1.name }
    return table
  }
}

extension TimeZones {
  /// The offsets of a zone in seconds east of UTC: a list of transitions, then a yearly rule.
  struct Schedule: Sendable {
    /// The offset before the first transition, when there is a history.
    let initial: Int64?
    /// Seconds since the epoch, and the offset from there on.
    let transitions: [(at: Int64, offset: Int64)]
    /// The offset in winter, or all year.
    let standard: Int64
    /// The offset in summer, and when summer begins and ends.
    let summer: (offset: Int64, begins: YearDay, ends: YearDay)?

    init(history: Substring, rule: Substring) {
      let historyParts = history.split(separator: " ")
      initial = historyParts.first.map(Self.number)
      transitions = historyParts.dropFirst().map { part in
        let pair = part.split(separator: ":")
        return (at: Self.number(pair[0]) + 1_420_070_400, offset: Self.number(pair[1]))
      }
      let ruleParts = rule.split(separator: " ")
      standard = Self.number(ruleParts[0])
      summer =
        ruleParts.count == 1
        ? nil
        : (Self.number(ruleParts[1]), YearDay(ruleParts[2]), YearDay(ruleParts[3]))
    }

    /// A number of the bundled text.
    static func number(_ text: Substring) -> Int64 {
      guard let number = Int64(text) else {
        preconditionFailure("time-zone table: \(text) is not a number")
      }
      return number
    }

    /// The offset at a second since the epoch.
    func offset(at second: Int64) -> Int64 {
      guard let initial, let first = transitions.first else {
        return initial == nil || second >= 1_420_070_400
          ? offsetByRule(at: second) : initial ?? standard
      }
      if second < first.at { return initial }
      guard let last = transitions.last, second < last.at else { return offsetByRule(at: second) }
      var (low, high) = (0, transitions.count)
      while high - low > 1 {
        let middle = (low + high) / 2
        if transitions[middle].at <= second { low = middle } else { high = middle }
      }
      return transitions[low].offset
    }

    /// The offset by the yearly rule.
    private func offsetByRule(at second: Int64) -> Int64 {
      guard let summer else { return standard }
      let local = Instant(sinceEpoch: (second + standard) * 1_000_000)
      let year = CivilTime(at: local, utcOffset: .zero).date.components.year
      let begin = summer.begins.second(of: year) - standard
      let end = summer.ends.second(of: year) - summer.offset
      let isSummer =
        begin < end ? begin <= second && second < end : begin <= second || second < end
      return isSummer ? summer.offset : standard
    }
  }

  /// A second of every year: so far into the first or last such weekday of a month.
  struct YearDay: Sendable {
    let month: Int
    /// Which such weekday; 5 is the last.
    let week: Int
    /// From Sunday = 0.
    let weekday: Int
    let second: Int64

    init(_ text: Substring) {
      let parts = text.split(separator: ".").map(Schedule.number)
      (month, week) = (Int(parts[0]), Int(parts[1]))
      (weekday, second) = (Int(parts[2]), parts[3])
    }

    /// The second since the epoch by a clock that shows local time as if it were UTC.
    func second(of year: Int) -> Int64 {
      guard let first = CivilDate(year: year, month: month, day: 1) else {
        preconditionFailure("time-zone table: month \(month)")
      }
      var day = (weekday - first.weekday.rawValue % 7 + 7) % 7 + 7 * (week - 1)
      while day >= CivilDate.length(ofMonth: month, year: year) { day -= 7 }
      return Int64(first.daysSinceEpoch + day) * 86_400 + second
    }
  }
}

/// A time zone of the bundled table.
///
/// Encodes as its name.
public struct TimeZoneID: Hashable, Sendable {
  /// The position in the table of names.
  let index: UInt16

  /// Coordinated universal time.
  public static let utc: TimeZoneID = {
    guard let zone = TimeZones.find("UTC") else {
      preconditionFailure("the time-zone table lacks UTC")
    }
    return zone
  }()

  /// The IANA name.
  public var name: String { TimeZones.table.names[Int(index)].name }

  /// How far local time is ahead of UTC at an instant.
  public func utcOffset(at instant: Instant) -> Microseconds {
    let micro = instant.sinceEpoch
    let second = micro >= 0 ? micro / 1_000_000 : (micro - 999_999) / 1_000_000
    let line = TimeZones.table.names[Int(index)].line
    return .seconds(TimeZones.table.schedules[line].offset(at: second))
  }

  /// What the clocks of the zone show at an instant.
  public func civilTime(at instant: Instant) -> CivilTime {
    CivilTime(at: instant, utcOffset: utcOffset(at: instant))
  }

  /// The instant at which the clocks of the zone show a time.
  ///
  /// A time that is shown twice means the earlier instant. A time that is skipped means what the
  /// clocks show when it would have come, later by what was skipped: 02:30 of a day that goes from
  /// 02:00 to 03:00 means 03:30. These are the rules of RFC 5545.
  public func instant(of local: CivilTime) -> Instant {
    let asUTC = local.instant(utcOffset: .zero)
    let before = utcOffset(at: asUTC - .hours(24))
    let after = utcOffset(at: asUTC + .hours(24))
    let early = local.instant(utcOffset: before)
    if before == after || utcOffset(at: early) == before { return early }
    let late = local.instant(utcOffset: after)
    return utcOffset(at: late) == after ? late : early
  }
}

extension TimeZoneID: Codable {
  /// Decodes a name; throws when it is not in the table.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let name = try container.decode(String.self)
    guard let zone = TimeZones.find(name) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "no time zone \"\(name)\" in release \(TimeZones.version)")
    }
    self = zone
  }

  /// Encodes the name.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(name)
  }
}
