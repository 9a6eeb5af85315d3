import Determinism

/// What time, people, coordinators and other rollouts change.
extension Admission {
  /// What the passing of time has changed: clusters to look at again, to pause and to let go on.
  struct Advance {
    var released: [ClusterID] = []
    var paused: [ClusterID] = []
    var resumed: [ClusterID] = []
  }

  /// Moves to an instant.
  mutating func advance(to instant: Instant) -> Advance {
    now = instant
    lift()
    var advance = Advance()
    guard guarded.hasRules else { return advance }
    for index in calendars.indices {
      calendars[index].release(at: now, into: &advance.released)
      calendars[index].close(at: now, of: guarded, into: &advance.paused)
    }
    for index in calendars.indices {
      for cluster in calendars[index].reopen(at: now) where !isHeldPaused(cluster) {
        advance.resumed.append(cluster)
      }
    }
    for index in gates.indices { advance.released += gates[index].release(at: now) }
    for index in sources.indices { advance.released += sources[index].release(at: now) }
    if !advance.released.isEmpty { advance.released = unpark(advance.released) }
    return advance
  }

  /// Puts the guards that the deadline overrides out of force, once it is near enough.
  private mutating func lift() {
    guard let deadline, !isLifted, now >= deadline.overridesFrom else { return }
    isLifted = true
    override(deadline.overrides)
  }

  /// Puts some guards out of force, by name; the next move lets go what they keep.
  mutating func override(_ names: [String]) {
    for index in calendars.indices
    where names.contains(guards[calendars[index].position].name) {
      calendars[index].lift()
    }
    for index in gates.indices where names.contains(guards[gates[index].position].name) {
      gates[index].lift()
    }
  }

  private func isOverridden(_ position: Int) -> Bool {
    deadline?.overrides.contains(guards[position].name) ?? false
  }

  /// Whether a cluster stays paused because its window is closed.
  func isHeldPaused(_ cluster: ClusterID) -> Bool {
    calendars.contains { $0.holdsPaused(cluster, fleet: fleet) }
  }

  // MARK: People and coordinators

  /// Takes in that an operator approves what a gate is for.
  mutating func approve(rule: Int, gate: Int, at now: Instant) {
    for index in gates.indices where gates[index].position == rule {
      gates[index].approve(gate, at: now)
    }
  }

  /// Takes in how many leases of a budget were ever granted.
  mutating func grant(rule: Int, domain: Int, total: Int64) {
    for index in budgets.indices where budgets[index].position == rule {
      budgets[index].grant(total, in: domain)
    }
  }

  /// The gates that operators were asked to open and have not opened.
  var openGateRequests: [GateRequest] {
    gates.flatMap { gate in
      gate.unanswered.map { GateRequest(rule: gate.position, gate: $0) }
    }
  }

  /// What coordinators were asked for and have not granted.
  var openClaims: [BudgetClaim] { budgets.flatMap(\.openClaims) }

  /// The gates that operators are newly to be asked to open.
  mutating func takeGateRequests() -> [GateRequest] {
    var requests: [GateRequest] = []
    for index in gates.indices {
      let position = gates[index].position
      requests += gates[index].takeWanted().map { GateRequest(rule: position, gate: $0) }
    }
    return requests
  }

  /// What coordinators are to be told; `mayAsk` is false while nothing would be started.
  mutating func takeClaims(mayAsk: Bool) -> [BudgetClaim] {
    var claims: [BudgetClaim] = []
    for index in budgets.indices { claims += budgets[index].settle(mayAsk: mayAsk, fleet: fleet) }
    return claims
  }

  /// The request that nobody answered in time, where that stops the rollout.
  @inline(__always)
  var unanswered: Evidence.Unanswered? {
    for index in gates.indices {
      guard let gate = gates[index].aborted else { continue }
      return .init(
        name: guards[gates[index].position].name, group: gates[index].name(of: gate, fleet: fleet))
    }
    return nil
  }

  // MARK: Other rollouts

  /// Takes in what became known of a cluster in a rollout that this one looks at.
  ///
  /// - Returns: clusters to look at again.
  mutating func see(
    _ cluster: ClusterID, of rollout: Int, status: FleetStatus, at now: Instant
  ) -> [ClusterID] {
    var released: [ClusterID] = []
    for index in sources.indices where sources[index].rollout == rollout {
      released += sources[index].see(cluster, status: status, at: now)
    }
    for index in skews.indices {
      released += skews[index].see(cluster, of: rollout, status: status)
    }
    return unpark(released)
  }

  /// Takes in whether a rollout that this one waits for goes back.
  ///
  /// - Returns: whether this one is newly to go back with it.
  mutating func see(isGoingBack: Bool, of rollout: Int) -> Bool {
    var isNew = false
    for index in sources.indices where sources[index].rollout == rollout {
      if sources[index].rollback?.see(isUnderWay: isGoingBack) ?? false { isNew = true }
    }
    return isNew
  }

  /// Takes in what a rollout that this one waits for has asked of a cluster.
  ///
  /// - Returns: clusters that are to go back with it for the first time.
  mutating func seeRollback(
    of cluster: ClusterID, in rollout: Int, status: FleetStatus
  ) -> [ClusterID] {
    var reached: [ClusterID] = []
    for index in sources.indices where sources[index].rollout == rollout {
      reached += sources[index].rollback?.see(cluster, status: status) ?? []
    }
    return reached
  }

  /// The rollout that this one goes back with; nil: none goes back.
  ///
  /// Inlined as `unanswered` is, because what only reads a large structure is otherwise given a
  /// copy of it.
  @inline(__always)
  var followed: String? {
    for index in sources.indices where sources[index].rollback?.isUnderWay ?? false {
      return sources[index].name
    }
    return nil
  }

  /// Whether a cluster is to go back with a rollout that this one waits for.
  func follows(_ cluster: ClusterID) -> Bool {
    sources.indices.contains { sources[$0].rollback?.reaches(cluster, fleet: fleet) ?? false }
  }

  /// Whether what becomes of another rollout matters to this one.
  func looks(at rollout: Int) -> Bool {
    sources.contains { $0.rollout == rollout } || skews.contains { $0.concerns(rollout) }
  }

  // MARK: What is to come

  /// When time next changes something.
  mutating func nextChange() -> Instant? {
    var next = nextTrigger ?? .never
    if let deadline, !isLifted { next = min(next, deadline.overridesFrom) }
    for index in calendars.indices {
      next = min(next, calendars[index].nextChange(after: now) ?? .never)
    }
    for index in gates.indices { next = min(next, gates[index].nextChange(after: now) ?? .never) }
    return next == .never ? nil : next
  }

  /// When time next fulfils a trigger.
  var nextTrigger: Instant? { sources.indices.lazy.compactMap { sources[$0].nextChange }.min() }

  /// Whether guards keep places for clusters that they have let go.
  @inline(__always)
  var keepsPlaces: Bool {
    !limits.isEmpty || !places.isEmpty || !headrooms.isEmpty || !budgets.isEmpty
  }

  /// Whether there are guards or triggers.
  var hasRules: Bool { guarded.hasRules }

  /// The position of the trigger among the rules: after the guards.
  var triggerPosition: Int { guards.count }

  /// Clusters that wait for a guard or a trigger, by its name.
  public var holds: [(name: String, clusters: Int)] {
    let trigger = sources.isEmpty ? [] : [("after", guarded.waitingCount(triggerPosition))]
    return guards.indices.map { (guards[$0].name, guarded.waitingCount($0)) } + trigger
  }

  /// What keeps clusters from starting, in the order of the document.
  mutating func blocks() -> [Block] {
    guard guarded.hasRules else { return [] }
    var blocks: [Block] = []
    for position in guards.indices where guarded.waitingCount(position) > 0 {
      blocks.append(
        Block(
          name: guards[position].name, cause: guards[position].cause,
          clusters: guarded.waitingCount(position), until: until(position)))
    }
    if !sources.isEmpty, guarded.waitingCount(triggerPosition) > 0 {
      blocks.append(
        Block(
          name: "after", cause: .trigger, clusters: guarded.waitingCount(triggerPosition),
          until: nextTrigger))
    }
    return blocks
  }

  /// When time alone may next let clusters go that wait for a guard; nil: it will not.
  private mutating func until(_ position: Int) -> Instant? {
    var until = Instant.never
    for index in calendars.indices where calendars[index].position == position {
      until = calendars[index].nextOpening(after: now)
    }
    for index in gates.indices where gates[index].position == position {
      until = gates[index].nextChange(after: now) ?? .never
    }
    if let deadline, !isLifted, isOverridden(position) {
      until = min(until, deadline.overridesFrom)
    }
    return until == .never ? nil : until
  }
}
