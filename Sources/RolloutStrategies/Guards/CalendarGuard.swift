import Determinism

/// A window or a freeze at work: which zones are open, and which clusters wait for theirs to open.
struct CalendarGuard: Codable, Equatable, Sendable {
  /// Whether a zone is open, and until when that stays so.
  private struct Span: Codable, Equatable {
    var isOpen: Bool
    var until: Instant
  }

  let name: String
  private let rule: GuardPolicy.Rule
  private let test: ClusterTest
  /// The dimension that names each cluster's zone; nil: all are in one.
  private let zoneDimension: Int?
  private let zones: [TimeZoneID]
  private var spans: [Span]
  /// Clusters that wait, by zone.
  private var parked: [[ClusterID]]
  /// Clusters started in the open window, by zone; kept only where they pause at its end.
  private var started: [[ClusterID]]
  /// Clusters paused at the end of the last window, by zone.
  private var paused: [[ClusterID]]

  /// - Parameter zone: the zone whose local time counts; nil: each cluster's own.
  init(name: String, rule: GuardPolicy.Rule, zone: String?, test: ClusterTest, fleet: Fleet) {
    self.name = name
    self.rule = rule
    self.test = test
    if let zone {
      zoneDimension = nil
      zones = [Self.zone(zone)]
    } else {
      zoneDimension = fleet.dimensions.firstIndex { $0.name == "timeZone" }
      let names = zoneDimension.map { fleet.dimensions[$0].values } ?? []
      zones = names.map(Self.zone) + [.utc]
    }
    spans = zones.map { _ in Span(isOpen: false, until: .distantPast) }
    parked = zones.map { _ in [] }
    started = parked
    paused = parked
  }

  private static func zone(_ name: String) -> TimeZoneID {
    guard let zone = TimeZones.find(name) else { preconditionFailure("unknown time zone \(name)") }
    return zone
  }

  /// Whether clusters that are under way pause at the end of the window.
  private var pausesAtClose: Bool {
    if case .window(let window) = rule { return window.atClose == .pause }
    return false
  }

  /// Whether a cluster may start now.
  mutating func allows(_ cluster: ClusterID, fleet: Fleet, at now: Instant) -> Bool {
    guard test.chooses(cluster, of: fleet) else { return true }
    let zone = zone(of: cluster, fleet: fleet)
    let span = span(of: zone, at: now)
    guard case .window(let window) = rule else { return span.isOpen }
    return span.isOpen && span.until - now >= window.reserve
  }

  /// Puts a refused cluster aside until its zone opens.
  mutating func park(_ cluster: ClusterID, fleet: Fleet) {
    parked[zone(of: cluster, fleet: fleet)].append(cluster)
  }

  /// Notes that a cluster starts.
  mutating func note(_ cluster: ClusterID, fleet: Fleet) {
    guard pausesAtClose, test.chooses(cluster, of: fleet) else { return }
    started[zone(of: cluster, fleet: fleet)].append(cluster)
  }

  /// What the passing of time has changed.
  ///
  /// - Parameters:
  ///   - release: called with each cluster whose zone has opened.
  ///   - pause: called with each cluster whose window has closed while it may be under way.
  ///   - resume: called with each cluster that was paused and whose window is open again.
  mutating func advance(
    to now: Instant, release: (ClusterID) -> Void, pause: (ClusterID) -> Void,
    resume: (ClusterID) -> Void
  ) {
    for zone in zones.indices {
      if !parked[zone].isEmpty, opensAt(zone, now) <= now {
        parked[zone].forEach(release)
        parked[zone].removeAll()
      }
      if !started[zone].isEmpty, !span(of: zone, at: now).isOpen {
        started[zone].forEach(pause)
        paused[zone] = started[zone]
        started[zone].removeAll()
      }
      if !paused[zone].isEmpty, span(of: zone, at: now).isOpen {
        paused[zone].forEach(resume)
        started[zone] = paused[zone]
        paused[zone].removeAll()
      }
    }
  }

  /// When time next changes something for a cluster that waits or is under way.
  mutating func nextChange(after now: Instant) -> Instant? {
    var next = Instant.never
    for zone in zones.indices {
      if !parked[zone].isEmpty { next = min(next, opensAt(zone, now)) }
      let matters = !started[zone].isEmpty || !paused[zone].isEmpty
      if matters { next = min(next, span(of: zone, at: now).until) }
    }
    return next == .never ? nil : next
  }

  /// Clusters that wait.
  var parkedCount: Int { parked.reduce(0) { $0 + $1.count } }

  private func zone(of cluster: ClusterID, fleet: Fleet) -> Int {
    guard zones.count > 1, let zoneDimension else { return 0 }
    let value = fleet.dimensions[zoneDimension].valueOf[cluster]
    return value == Fleet.Dimension.none ? zones.count - 1 : Int(value)
  }

  /// When a zone has enough of an open window left for a cluster to start.
  private mutating func opensAt(_ zone: Int, _ now: Instant) -> Instant {
    let span = span(of: zone, at: now)
    guard span.isOpen else { return span.until }
    guard case .window(let window) = rule, span.until - now < window.reserve else { return now }
    return self.span(after: span.until, of: zone).until
  }

  private mutating func span(of zone: Int, at now: Instant) -> Span {
    if spans[zone].until <= now { spans[zone] = span(after: now, of: zone) }
    return spans[zone]
  }

  /// The state that holds at an instant, worked out afresh.
  private func span(after now: Instant, of zone: Int) -> Span {
    switch rule {
    case .window(let window):
      let (isOpen, until) = window.state(at: now, in: zones[zone])
      return Span(isOpen: isOpen, until: until)
    case .freeze(let freeze):
      let (isOpen, until) = freeze.state(at: now, in: zones[zone])
      return Span(isOpen: isOpen, until: until)
    case .domainLimit: preconditionFailure("a domain limit has no calendar")
    }
  }
}

extension WindowRule {
  /// Whether the window is open in a zone, and when that changes.
  func state(at now: Instant, in zone: TimeZoneID) -> (isOpen: Bool, until: Instant) {
    let day = Microseconds.hours(24).count
    let length = (to > from ? to - from : to - from + .hours(24))
    let today = (now + zone.utcOffset(at: now)).sinceEpoch.flooredQuotient(by: day)
    var opensAt = Instant.never
    for date in (today - 1)...(today + 8) where opensOn(date) {
      let opening = zone.instant(ofLocal: Microseconds(date * day) + from)
      let closing = zone.instant(ofLocal: Microseconds(date * day) + from + length)
      if opening <= now, now < closing { return (true, closing) }
      if opening > now { opensAt = min(opensAt, opening) }
    }
    return (false, opensAt)
  }

  /// Whether the window opens on a date, given as days since 1970-01-01.
  private func opensOn(_ date: Int64) -> Bool {
    days.isEmpty || days.contains(CivilDate(daysSinceEpoch: Int(date)).weekday)
  }
}

extension TimeZoneID {
  /// The instant at which the zone's clocks show a time, given as time since 1970-01-01T00:00 of those clocks.
  func instant(ofLocal local: Microseconds) -> Instant {
    instant(of: CivilTime(at: Instant(sinceEpoch: local.count), utcOffset: .zero))
  }
}

extension FreezeRule {
  /// Whether starts are allowed in a zone, and when that changes.
  func state(at now: Instant, in zone: TimeZoneID) -> (isOpen: Bool, until: Instant) {
    let begins = zone.instant(ofLocal: from)
    let ends = zone.instant(ofLocal: to)
    if now < begins { return (true, begins) }
    return now < ends ? (false, ends) : (true, .never)
  }
}

extension Int64 {
  /// The quotient rounded toward the past, so that times before 1970 fall on the right day.
  func flooredQuotient(by divisor: Int64) -> Int64 {
    self >= 0 ? self / divisor : -((-self + divisor - 1) / divisor)
  }
}
