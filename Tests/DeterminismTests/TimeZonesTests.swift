import Determinism
import Testing

/// The instant of a timestamp that is known to be one.
private func instant(_ text: String) throws -> Instant { try Timestamp.parse(text) }

@Suite("TimeZones")
struct TimeZonesTests {
  @Test("offsets and local times agree with the reference, near transitions too")
  func reference() throws {
    let lines = TimeZoneReference.text.split(separator: "\n")
    #expect(lines.count >= 360)
    for line in lines {
      let parts = line.split(separator: " ")
      let numbers = parts.dropFirst().compactMap { Int64($0) }
      let zone = try #require(TimeZones.find(String(parts[0])), "\(line)")
      let at = Instant(sinceEpoch: numbers[0] * 1_000_000)
      #expect(zone.utcOffset(at: at) == .seconds(numbers[1]), "\(line)")
      let local = CivilTime(at: at, utcOffset: .zero)
      #expect(zone.instant(of: local) - at == .seconds(numbers[2]), "\(line)")
    }
  }

  @Test("every name is found, and encodes as itself")
  func names() throws {
    #expect(TimeZones.names.count == 597 && TimeZones.version == "2025b")
    for name in TimeZones.names {
      let zone = try #require(TimeZones.find(name))
      #expect(zone.name == name)
      let bytes = try CanonicalJSON.encode(zone)
      #expect(try CanonicalJSON.decode(TimeZoneID.self, from: bytes) == zone)
    }
    #expect(TimeZones.find("Mars/Olympus_Mons") == nil && TimeZones.find("utc") == nil)
    #expect(TimeZoneID.utc.name == "UTC")
    #expect(throws: DecodingError.self) {
      try CanonicalJSON.decode(TimeZoneID.self, from: Array("\"Mars\"".utf8))
    }
  }

  @Test("an alias keeps the time of its zone")
  func aliases() throws {
    let at = try instant("2026-07-01T00:00:00Z")
    for (a, b) in [
      ("US/Pacific", "America/Los_Angeles"), ("Asia/Calcutta", "Asia/Kolkata"), ("Etc/UTC", "UTC"),
    ] {
      let (first, second) = (TimeZones.find(a), TimeZones.find(b))
      #expect(first != nil && first?.utcOffset(at: at) == second?.utcOffset(at: at))
    }
  }

  @Test("a skipped time is moved on by what was skipped, a repeated one is the earlier")
  func gapsAndOverlaps() throws {
    let chicago = try #require(TimeZones.find("America/Chicago"))
    let half = Microseconds.minutes(150)
    let spring = try #require(CivilDate(year: 2026, month: 3, day: 8))
    let autumn = try #require(CivilDate(year: 2026, month: 11, day: 1))
    let skipped = chicago.instant(of: CivilTime(spring, half))
    #expect(skipped == (try instant("2026-03-08T03:30:00-05:00")))
    let repeated = chicago.instant(of: CivilTime(autumn, .minutes(90)))
    #expect(repeated == (try instant("2026-11-01T01:30:00-05:00")))
    #expect(chicago.civilTime(at: repeated + .hours(1)) == chicago.civilTime(at: repeated))
  }

  @Test("far from our time an offset is still given")
  func extremes() {
    for name in ["UTC", "America/New_York", "Africa/Casablanca", "Australia/Lord_Howe"] {
      for at in [Instant(sinceEpoch: -1), Instant(sinceEpoch: 1 << 52 - 1)] {
        let offset = TimeZones.find(name)?.utcOffset(at: at) ?? .never
        #expect(offset > .hours(-13) && offset < .hours(15))
      }
    }
  }
}

extension Microseconds {
  /// Beyond every offset.
  fileprivate static let never = Microseconds(.max)
}

@Suite("CivilDate")
struct CivilDateTests {
  @Test("days follow one another over 800 years, and weekdays with them")
  func calendar() {
    var (year, month, day) = (1_600, 1, 1)
    // 1600-01-01 was a Saturday; Python's date.toordinal gives its distance from the epoch.
    var weekday = Weekday.saturday.rawValue
    for days in -135_140..<157_054 {
      let date = CivilDate(daysSinceEpoch: days)
      let parts = date.components
      if parts != (year, month, day) || date.weekday.rawValue != weekday
        || CivilDate(year: year, month: month, day: day) != date
      {
        Issue.record("day \(days) is \(parts), expected \((year, month, day))")
        return
      }
      weekday = weekday % 7 + 1
      let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
      let lengths = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
      day += 1
      if day > lengths[month - 1] { (month, day) = (month + 1, 1) }
      if month > 12 { (year, month) = (year + 1, 1) }
    }
    #expect((year, month, day) == (2_400, 1, 1))
  }

  @Test("a day that does not exist is refused")
  func refusals() {
    for (year, month, day) in [
      (2026, 2, 29), (2100, 2, 29), (2026, 4, 31), (2026, 0, 1), (2026, 13, 1), (2026, 1, 0),
    ] {
      #expect(CivilDate(year: year, month: month, day: day) == nil)
    }
    #expect(CivilDate(year: 2000, month: 2, day: 29)?.weekday == .tuesday)
  }

  @Test("adding days crosses months and years")
  func addition() throws {
    let date = try #require(CivilDate(year: 2027, month: 12, day: 31))
    #expect(date.adding(days: 60).components == (2028, 2, 29))
    #expect(date.adding(days: -365).components == (2026, 12, 31))
  }
}

@Suite("Timestamp")
struct TimestampTests {
  /// Texts and microseconds since the epoch, from Python's datetime.fromisoformat.
  static let known: [(String, Int64)] = [
    ("1970-01-01T00:00:00Z", 0), ("2026-03-02T09:00:00-08:00", 1_772_470_800_000_000),
    ("2026-03-02T09:00:00.5+05:45", 1_772_421_300_500_000),
    ("1969-12-31T23:59:59.999999Z", -1), ("2100-02-28T23:59:59.000001Z", 4_107_542_399_000_001),
    ("0001-01-01T00:00:00Z", -62_135_596_800_000_000),
  ]

  @Test("texts and instants agree with the reference, in both directions")
  func reference() throws {
    for (text, micro) in Self.known {
      #expect(try Timestamp.parse(text).sinceEpoch == micro, "\(text)")
    }
    let at = Instant(sinceEpoch: 1_772_470_800_000_000)
    #expect(Timestamp.format(at) == "2026-03-02T17:00:00Z")
    #expect(Timestamp.format(at, utcOffset: .hours(-8)) == "2026-03-02T09:00:00-08:00")
    #expect(Timestamp.format(at, utcOffset: .minutes(345)) == "2026-03-02T22:45:00+05:45")
    #expect(Timestamp.format(at + .milliseconds(50)) == "2026-03-02T17:00:00.05Z")
    #expect(Timestamp.format(Instant(sinceEpoch: -1)) == "1969-12-31T23:59:59.999999Z")
  }

  @Test("what is formatted parses to the same instant", arguments: 0..<100)
  func roundTrip(ordinal: UInt32) throws {
    let words = RandomStream(seed: 3, replication: 0).words(entity: 0, .test, ordinal)
    let at = Instant(sinceEpoch: Int64(words.below(1 << 52)))
    let offset = Microseconds.minutes(Int64(words.second % 1_600) - 800)
    let text = Timestamp.format(at, utcOffset: offset)
    #expect(try Timestamp.parse(text) == at, "\(text)")
  }

  @Test("lower-case letters are accepted")
  func lowerCase() throws {
    #expect(try Timestamp.parse("1970-01-01t00:00:01z").sinceEpoch == 1_000_000)
  }

  /// Texts that are refused, and the offset of the error.
  static let refused: [(String, Int)] = [
    ("", 0), ("2026-03-02", 10), ("2026-13-02T00:00:00Z", 5), ("2026-02-29T00:00:00Z", 0),
    ("2026-03-02T24:00:00Z", 11), ("2026-03-02T23:60:00Z", 14), ("2026-03-02T23:59:60Z", 17),
    ("2026-03-02 00:00:00Z", 10), ("2026-03-02T00:00:00", 19), ("2026-03-02T00:00:00.Z", 20),
    ("2026-03-02T00:00:00.1234567Z", 26), ("2026-03-02T00:00:00+0800", 22),
    ("2026-03-02T00:00:00Zulu", 20), ("26-03-02T00:00:00Z", 2), ("2026-03-00T00:00:00Z", 0),
  ]

  @Test("what is not a timestamp is refused at the offending byte")
  func refusals() {
    for (text, offset) in Self.refused {
      do throws(Timestamp.SyntaxError) {
        let at = try Timestamp.parse(text)
        Issue.record("\(text) was accepted as \(at)")
      } catch {
        #expect(error.offset == offset, "\(text): \(error)")
      }
    }
  }
}
