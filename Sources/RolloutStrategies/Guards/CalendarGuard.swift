public import Determinism

/// A window or a freeze at work: which zones are open, and which clusters wait for theirs to open.
struct CalendarGuard: Codable, Equatable, Sendable {
  /// Whether a zone is open, and until when that stays so.
  private struct Span: Codable, Equatable {
    var isOpen: Bool
    var until: Instant
    /// When clusters may start after this span; worked out when it is first asked for.
    var reopensAt: Instant?
  }

  let position: Int
  private let rule: GuardPolicy.Rule
  /// Whether clusters that are under way pause at the end of the window.
  private let pausesAtClose: Bool
  private let test: ClusterTest
  /// The dimension that names each cluster's zone; nil: all are in one.
  private let zoneDimension: Int?
  private let zones: [TimeZoneID]
  private var spans: [Span]
  /// Clusters that wait, by zone.
  private var parked: ParkedClusters
  /// No waiting cluster's zone opens before; in the past where that is not known.
  private var opensNext = Instant.distantPast
  /// Clusters that came in flight since the last close, by zone; kept only where they pause at its
  /// end.
  private var started: [[ClusterID]]
  /// Clusters that were in flight at the end of the last window, by zone.
  private var paused: [[ClusterID]]
  /// Whether the rule is out of force.
  private var isLifted = false

  /// Traps when the rule has no calendar or names a zone that does not exist.
  init(_ policy: GuardPolicy, at position: Int, fleet: Fleet) {
    self.position = position
    rule = policy.rule
    test = fleet.resolve(policy.clusters)
    let zone: String?
    switch rule {
    case .window(let window):
      zone = window.timeZone
      pausesAtClose = window.atClose == .pause
    case .freeze(let freeze):
      zone = freeze.timeZone
      pausesAtClose = false
    default: preconditionFailure("the guard \(policy.name) has no calendar")
    }
    if let zone {
      zoneDimension = nil
      zones = [Self.zone(zone)]
    } else {
      zoneDimension = fleet.dimensions.firstIndex { $0.name == "timeZone" }
      let names = zoneDimension.map { fleet.dimensions[$0].values } ?? []
      zones = names.map(Self.zone) + [.utc]
    }
    spans = zones.map { _ in Span(isOpen: false, until: .distantPast) }
    parked = ParkedClusters(keys: zones.count)
    started = zones.map { _ in [] }
    paused = started
  }

  private static func zone(_ name: String) -> TimeZoneID {
    guard let zone = TimeZones.find(name) else { preconditionFailure("unknown time zone \(name)") }
    return zone
  }

  /// Whether a cluster may start now.
  mutating func allows(_ cluster: ClusterID, fleet: Fleet, at now: Instant) -> Bool {
    guard !isLifted, test.chooses(cluster, of: fleet) else { return true }
    let zone = zone(of: cluster, fleet: fleet)
    return isEnough(span(of: zone, at: now), at: now)
  }

  /// Puts a refused cluster aside until its zone opens.
  mutating func park(_ cluster: ClusterID, fleet: Fleet) {
    parked.park(cluster, under: zone(of: cluster, fleet: fleet))
    opensNext = .distantPast
  }

  /// Puts the rule out of force.
  mutating func lift() { isLifted = true }

  /// Notes that a cluster is in flight.
  mutating func note(_ cluster: ClusterID, fleet: Fleet) {
    guard pausesAtClose, test.chooses(cluster, of: fleet) else { return }
    started[zone(of: cluster, fleet: fleet)].append(cluster)
  }

  /// Adds the clusters whose zone has opened to a list.
  mutating func release(at now: Instant, into released: inout [ClusterID]) {
    guard isLifted || opensNext <= now else { return }
    for zone in zones.indices where !parked.isEmpty(zone) && (isLifted || opensAt(zone, now) <= now)
    {
      released += parked.release(zone)
    }
    opensNext = .distantPast
  }

  /// Adds the clusters that are in flight though their window has closed to a list.
  mutating func close(
    at now: Instant, of guarded: GuardedClusters, into closed: inout [ClusterID]
  ) {
    guard pausesAtClose, !isLifted else { return }
    for zone in zones.indices where !started[zone].isEmpty && !span(of: zone, at: now).isOpen {
      let underWay = started[zone].filter(guarded.isInFlight)
      closed += underWay
      paused[zone] += underWay
      started[zone].removeAll()
    }
  }

  /// Clusters that were paused and whose window is open again.
  mutating func reopen(at now: Instant) -> [ClusterID] {
    guard pausesAtClose else { return [] }
    var reopened: [ClusterID] = []
    for zone in zones.indices
    where !paused[zone].isEmpty && (isLifted || span(of: zone, at: now).isOpen) {
      reopened += paused[zone]
      started[zone] += paused[zone]
      paused[zone].removeAll()
    }
    return reopened
  }

  /// Whether a cluster stays paused because its window is closed, as far as the last look at it
  /// goes.
  func holdsPaused(_ cluster: ClusterID, fleet: Fleet) -> Bool {
    pausesAtClose && !isLifted && test.chooses(cluster, of: fleet)
      && !spans[zone(of: cluster, fleet: fleet)].isOpen
  }

  /// When time next changes something for a cluster that waits or is under way.
  mutating func nextChange(after now: Instant) -> Instant? {
    guard !isLifted else { return nil }
    var next = nextOpening(after: now)
    for zone in zones.indices where pausesAtClose {
      let matters = !started[zone].isEmpty || !paused[zone].isEmpty
      if matters { next = min(next, span(of: zone, at: now).until) }
    }
    return next == .never ? nil : next
  }

  /// When time next lets a cluster go that waits; `never`: none waits, or none will be let go.
  mutating func nextOpening(after now: Instant) -> Instant {
    guard opensNext <= now else { return opensNext }
    var next = Instant.never
    for zone in zones.indices where !parked.isEmpty(zone) { next = min(next, opensAt(zone, now)) }
    // How far ahead it was looked for an opening depends on the time, so "never" is not kept.
    opensNext = next == .never && !parked.isEmpty ? .distantPast : next
    return next
  }

  @inline(__always)
  private func zone(of cluster: ClusterID, fleet: Fleet) -> Int {
    guard zones.count > 1, let zoneDimension else { return 0 }
    let value = fleet.dimensions[zoneDimension].valueOf[cluster]
    return value == Fleet.Dimension.none ? zones.count - 1 : Int(value)
  }

  /// When a zone has enough of an open window left for a cluster to start.
  private mutating func opensAt(_ zone: Int, _ now: Instant) -> Instant {
    var span = span(of: zone, at: now)
    if isEnough(span, at: now) { return now }
    if let known = span.reopensAt { return known }
    var at = now
    // A reserve longer than the window never fits, so do not look for ever.
    for _ in 0..<16 where !isEnough(span, at: at) && span.until != .never {
      at = span.until
      span = self.span(after: at, of: zone)
    }
    let reopensAt = isEnough(span, at: at) ? at : .never
    spans[zone].reopensAt = reopensAt
    return reopensAt
  }

  /// Whether clusters may start in a span at an instant of it.
  @inline(__always)
  private func isEnough(_ span: Span, at instant: Instant) -> Bool {
    guard case .window(let window) = rule else { return span.isOpen }
    return span.isOpen && span.until - instant >= window.reserve
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
    default: preconditionFailure("guard number \(position) has no calendar")
    }
  }
}

extension WindowRule {
  /// Whether the window is open in a zone, and until when that is known to stay so.
  ///
  /// Windows that touch are one: from Monday 18:00 all day and all Tuesday there is no close in
  /// between.
  public func state(at now: Instant, in zone: TimeZoneID) -> (isOpen: Bool, until: Instant) {
    let day = Microseconds.hours(24).count
    let length = to > from ? to - from : to - from + .hours(24)
    let today = (now + zone.utcOffset(at: now)).sinceEpoch.flooredQuotient(by: day)
    var closesAt = now
    for date in (today - 1)...(today + 8) where opensOn(date) {
      let opening = zone.instant(ofLocal: Microseconds(date * day) + from)
      let closing = zone.instant(ofLocal: Microseconds(date * day) + from + length)
      guard closing > closesAt else { continue }
      if opening > closesAt { return closesAt > now ? (true, closesAt) : (false, opening) }
      closesAt = closing
    }
    return closesAt > now ? (true, closesAt) : (false, now + .hours(24))
  }

  /// Whether the window opens on a date, given as days since 1970-01-01.
  private func opensOn(_ date: Int64) -> Bool {
    days.isEmpty || days.contains(CivilDate(daysSinceEpoch: Int(date)).weekday)
  }
}

extension TimeZoneID {
  /// The instant at which the zone's clocks show a time, given as time since 1970-01-01T00:00 of
  /// those clocks.
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
