import Determinism

/// The guards, worked out anew.
extension LimitOracle {
  /// Whether the deadline or an emergency puts a guard out of force.
  func isOverridden(_ rule: GuardPolicy, at now: Instant) -> Bool {
    if status.rollout.emergency != nil, policy.emergency?.overrides.contains(rule.name) ?? false {
      return true
    }
    guard let deadline = policy.deadline else { return false }
    return now >= deadline.overridesFrom && deadline.overrides.contains(rule.name)
  }

  /// Throws a `BrokenRule` when more than the canary of an emergency was started before its end.
  func checkEmergency() throws {
    guard let emergency = policy.emergency, let begun = status.rollout.emergency,
      status.rollout.stage == begun.stage
    else { return }
    let canary = emergency.canary.of(chosen.count, rounded: .up)
    let asked = chosen.filter { cluster in
      let asked = status[cluster].asked
      return asked.generation == 1 && asked.revision == .target && asked.since > begun.since
    }
    try Self.require(
      asked.count <= canary, "started \(asked.count) of a canary of \(canary) in an emergency")
  }

  func check(_ rule: GuardPolicy.Rule, _ position: Int, at now: Instant) throws {
    switch rule {
    case .domainLimit(let limit):
      guard let dimension = fleet.dimension(limit.level) else { return }
      let before = fleet.clusters.filter { status[$0].isUnderWay && !started.contains($0) }
        .map { dimension.valueOf[$0] }
      let opened = started.map { dimension.valueOf[$0] }.filter { !before.contains($0) }
      guard !opened.isEmpty else { return }
      let open = (before + opened).sorted()
      let count = open.indices.filter { $0 == 0 || open[$0] != open[$0 - 1] }.count
      try require(count, atMost: limit.atMost, "domains of \(limit.level) in flight")
    case .domainShare(let rule):
      guard let dimension = fleet.dimension(rule.level) else { return }
      for value in started.map({ dimension.valueOf[$0] }) {
        let domain = fleet.clusters.filter { dimension.valueOf[$0] == value }
        try require(
          domain.filter { status[$0].isUnderWay }.count, atMost: rule.places(of: domain.count),
          "of domain \(value) in flight")
      }
    case .neighbours(let rule):
      let labels = rule.labels.compactMap { fleet.dimension($0) }
      for cluster in started {
        let name = fleet.names[cluster.offset]
        var groups = rule.groups.filter { $0.contains(name) }.map { group in
          fleet.clusters.filter { group.contains(fleet.names[$0.offset]) }
        }
        groups += labels.map { label in
          fleet.clusters.filter { label.valueOf[$0] == label.valueOf[cluster] }
        }
        for group in groups {
          try require(
            group.filter { status[$0].isUnderWay }.count, atMost: rule.atMost, "neighbours")
        }
      }
    case .headroom(let rule): try check(rule)
    case .residency(let rule):
      for cluster in started {
        guard let value = value(of: cluster, rule.label) else { continue }
        let after = rule.released.first { $0.value == value }?.after
        try Self.require(
          after.map { policy.startAt + $0 <= now } ?? false, "started where nothing is released")
      }
    case .approval(let rule): try check(rule, position, at: now)
    case .versionSkew(let rule):
      for cluster in started { try check(rule, around: cluster) }
    case .budget(let rule): try check(rule)
    case .window(let window):
      for cluster in started {
        let left = timeLeft(of: window, at: localTime(of: cluster, window.timeZone, at: now))
        try Self.require(left != .zero, "started outside the window")
        try Self.require(
          left.map { $0 >= window.reserve } ?? true, "started within the reserve")
      }
    case .freeze(let freeze):
      for cluster in started {
        let time = localTime(of: cluster, freeze.timeZone, at: now)
        let local = time.instant(utcOffset: .zero) - Instant(sinceEpoch: 0)
        try Self.require(local < freeze.from || local >= freeze.to, "started in a freeze")
      }
    }
  }

  /// The local time that counts for a cluster: the rule's, else the cluster's own, else UTC.
  private func localTime(of cluster: ClusterID, _ zone: String?, at now: Instant) -> CivilTime {
    let name = zone ?? value(of: cluster, "timeZone")
    return (name.flatMap(TimeZones.find) ?? .utc).civilTime(at: now)
  }

  /// How long a window stays open; zero: it is closed, nil: it never closes.
  private func timeLeft(of window: WindowRule, at local: CivilTime) -> Microseconds? {
    let isDaily = window.days.isEmpty || window.days.count == Weekday.allCases.count
    guard window.from != window.to || !isDaily else { return nil }
    let day = Microseconds.hours(24)
    let time = local.timeOfDay
    let isOvernight = window.to <= window.from
    func opens(_ date: CivilDate) -> Bool { isDaily || window.days.contains(date.weekday) }
    if opens(local.date), time >= window.from, isOvernight || time < window.to {
      return isOvernight ? day - time + window.to : window.to - time
    }
    let isOfYesterday = isOvernight && opens(local.date.adding(days: -1)) && time < window.to
    return isOfYesterday ? window.to - time : .zero
  }

  private func check(_ rule: HeadroomRule) throws {
    for cluster in started where !isDown(cluster) {
      let domain = fleet.clusters.filter { other in
        status[other].isMember
          && (rule.level.map { value(of: other, $0) == value(of: cluster, $0) } ?? true)
      }
      let demand = domain.reduce(0 as Int64) { sum, other in
        let demand = fleet.demand(of: other)
        return sum + demand + Int64(rule.reserve.of(Int(demand), rounded: .up))
      }
      let capacity = domain.reduce(0 as Int64) { sum, other in
        sum + (status[other].isUnderWay || isDown(other) ? 0 : fleet.capacity(of: other))
      }
      try Self.require(capacity >= demand, "\(capacity) is left for a demand of \(demand)")
    }
  }

  private func isDown(_ cluster: ClusterID) -> Bool {
    let known = status[cluster]
    return status.isSilent(cluster) || known.observed.health == .bad
      || known.observed.phase == .failed
  }

  /// An approval counts once it was seen, or once its time-out has let the group go.
  private func check(_ rule: ApprovalRule, _ position: Int, at now: Instant) throws {
    for cluster in started {
      let values = fleet.dimension(rule.label)?.values ?? []
      let gate = value(of: cluster, rule.label).flatMap(values.firstIndex(of:)) ?? values.count
      let isOpen = seen.contains(.gateOpened(rollout: rollout, rule: position, gate: gate))
      let mayProceed = rule.onTimeout == .proceed && rule.timeout != nil
      try Self.require(isOpen || mayProceed, "started before anybody of the group approved")
    }
  }

  private func check(_ rule: VersionSkewRule, around cluster: ClusterID) throws {
    for other in rule.others {
      let index = planner.policies.firstIndex { $0.name == other.rollout } ?? 0
      let others = planner.status(of: index)
      for neighbour in fleet.clusters where isInScope(neighbour, of: cluster, rule.scope) {
        let known = others[neighbour]
        guard known.isMember else { continue }
        let isDone = known.observed.isAvailableAtTarget
        let isAsked = known.asked.generation > 0
        try Self.require(
          isDone || isAsked ? abs(rule.to - other.to) <= rule.atMost : true, "too far ahead")
        try Self.require(
          isDone ? true : abs(rule.to - other.from) <= rule.atMost, "too far behind")
      }
    }
  }

  func isInScope(
    _ neighbour: ClusterID, of cluster: ClusterID, _ scope: TriggerPolicy.Scope
  ) -> Bool {
    switch scope {
    case .sameCluster: neighbour == cluster
    case .fleet: true
    case .domain(let level): value(of: neighbour, level) == value(of: cluster, level)
    }
  }

  /// Clusters that were sent one directive and have not answered hold a lease each, over all
  /// rollouts; the lease of one that came back in the midst of that may be owed yet.
  private func check(_ rule: BudgetRule) throws {
    var holders: [String?] = []
    for (index, policy) in planner.policies.enumerated()
    where policy.guards.contains(where: { $0.rule == .budget(rule) }) {
      let status = planner.status(of: index)
      for cluster in fleet.clusters
      where status[cluster].isMember && !seen.contains(.joined(cluster: cluster)) {
        let asked = status[cluster].asked
        guard asked.generation == 1, !asked.isHeld, status[cluster].observed.generation == 0
        else { continue }
        holders.append(rule.level.flatMap { value(of: cluster, $0) })
      }
    }
    for cluster in started {
      let domain = rule.level.flatMap { value(of: cluster, $0) }
      try require(
        holders.filter { $0 == domain }.count, atMost: rule.atMost, "leases of the budget")
    }
  }

  private func value(of cluster: ClusterID, _ label: String) -> String? {
    guard let dimension = fleet.dimension(label) else { return nil }
    let value = dimension.valueOf[cluster]
    return value == Fleet.Dimension.none ? nil : dimension.values[Int(value)]
  }
}
