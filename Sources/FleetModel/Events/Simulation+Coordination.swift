import Determinism
import DiscreteEvents
import RolloutStrategies

/// A budget that planners share, and who keeps it.
struct CoordinationDesk {
  /// A rollout's guard that draws on it.
  struct Member {
    var rollout: Int
    var rule: Int
  }

  /// A claim on its way.
  struct Letter {
    var at: Instant
    var planner: Int
    var rollout: Int
    var claim: BudgetClaim
  }

  let guardPolicy: GuardPolicy
  let latency: Microseconds
  let members: [Member]
  var budget: CoordinationBudget
  /// Claims that have not arrived yet.
  var letters: [Letter] = []

  /// The budgets of some rollouts; guards that are alike, name and all, share one.
  static func desks(of policies: [RolloutPolicy], fleet: Fleet) -> [CoordinationDesk] {
    var desks: [CoordinationDesk] = []
    for policy in policies.flatMap(\.guards) {
      guard case .budget(let rule) = policy.rule,
        !desks.contains(where: { $0.guardPolicy == policy })
      else { continue }
      let members = policies.enumerated().compactMap { rollout, other in
        other.guards.firstIndex(of: policy).map { Member(rollout: rollout, rule: $0) }
      }
      let domains = rule.level.flatMap { fleet.dimension($0)?.values.count } ?? 0
      desks.append(
        CoordinationDesk(
          guardPolicy: policy, latency: rule.latency, members: members,
          budget: CoordinationBudget(atMost: rule.atMost, domains: domains + 1)))
    }
    return desks
  }
}

/// What planners ask of others than clusters: operators of groups, and coordinators of budgets.
extension Simulation where List: ~Copyable {
  /// Asks and tells what a planner's decision wants asked and told.
  mutating func askOthers(_ made: RolloutDecision, by index: Int) {
    for request in made.gateRequests ?? [] { askOperator(index, made.rollout, request) }
    for claim in made.claims ?? [] { send(claim, of: made.rollout, by: index) }
  }

  // MARK: Operators

  private mutating func askOperator(_ index: Int, _ rollout: Int, _ request: GateRequest) {
    let plan = world.scenario.planners[index]
    let policy = desks[index].planner.policy(of: rollout).guards[request.rule]
    let group = groupName(request.gate, of: policy)
    let key = EntityKey.hash(of: "operator/\(plan.name)/\(group)")
    let words = draws.draw(
      model.random, key, .operatorResponse, UInt32(rollout) << 12 | UInt32(request.rule))
    let operators = plan.operators?.first { $0.group == group }
    let answersAt =
      operators.map {
        $0.hours.answer(to: now, after: $0.response.sample(words), until: world.endAt)
      }
      ?? now + plan.approval.sample(words)
    observers.journal.add(
      .approvalRequested, at: now, planner: index, rollout: rollout,
      subject: "\(policy.name) of \(group)")
    desks[index].requests.append((rollout, request))
    insert(
      .gateOpens, of: index, at: answersAt, source: desks[index].requests.count - 1, attempt: 0)
  }

  private func groupName(_ gate: Int, of policy: GuardPolicy) -> String {
    guard case .approval(let rule) = policy.rule,
      let values = world.fleet.dimension(rule.label)?.values, gate < values.count
    else { return "-" }
    return values[gate]
  }

  /// An operator's answer arrives at a planner.
  mutating func gateOpens(_ index: Int, request number: Int) {
    let (rollout, request) = desks[index].requests[number]
    let policy = desks[index].planner.policy(of: rollout).guards[request.rule]
    observers.journal.add(
      .approved, at: now, planner: index, rollout: rollout,
      subject: "\(policy.name) of \(groupName(request.gate, of: policy))")
    post(
      Mail(at: now, .gateOpened(rollout: rollout, rule: request.rule, gate: request.gate)),
      to: index)
  }

  /// Calls an operator to a rollout that froze, unless they have done all they would.
  mutating func callOperator(_ index: Int, toFrozen rollout: Int) {
    let planner = world.scenario.planners[index]
    let number = desks[index].calls[rollout] + 1
    guard let plan = planner.resume, number <= plan.times || plan.then == .rollBack else { return }
    desks[index].calls[rollout] = number
    let words = draws.draw(
      model.random, EntityKey.hash(of: "resume/\(planner.name)"), .operatorResponse,
      UInt32(rollout) << 12 | UInt32(number))
    let work = plan.response.sample(words)
    insert(
      .freezeAnswered, of: index,
      at: plan.hours?.answer(to: now, after: work, until: world.endAt) ?? now + work,
      source: rollout, attempt: UInt16(number))
  }

  /// What an operator wants of a rollout that froze arrives at a planner.
  mutating func freezeAnswered(_ index: Int, rollout: Int, number: Int) {
    let goesOn = number <= world.scenario.planners[index].resume?.times ?? 0
    observers.journal.add(
      goesOn ? .resumed : .recalled, at: now, planner: index, rollout: rollout,
      subject: desks[index].planner.policy(of: rollout).target)
    post(
      Mail(at: now, goesOn ? .resumed(rollout: rollout) : .recalled(rollout: rollout)), to: index)
  }

  // MARK: Coordinators

  private mutating func send(_ claim: BudgetClaim, of rollout: Int, by planner: Int) {
    let member = { (member: CoordinationDesk.Member) in
      member.rollout == rollout && member.rule == claim.rule
    }
    guard let index = coordinators.firstIndex(where: { $0.members.contains(where: member) }) else {
      preconditionFailure("rollout \(rollout) has no budget at rule \(claim.rule)")
    }
    let at = now + coordinators[index].latency
    let isAwaited = coordinators[index].letters.contains { $0.at == at }
    coordinators[index].letters.append(
      .init(at: at, planner: planner, rollout: rollout, claim: claim))
    guard !isAwaited else { return }
    insert(.claimArrives, of: desks.count + index, at: at, source: 0, attempt: 0)
  }

  /// Claims arrive at a coordinator, which takes all of an instant in the order of the planners and
  /// their rollouts; what it grants is on its way at once.
  mutating func claimsArrive(_ index: Int) {
    let arrived = coordinators[index].letters.filter { $0.at <= now }.sorted { a, b in
      (a.planner, a.rollout, a.claim.rule, a.claim.domain)
        < (b.planner, b.rollout, b.claim.rule, b.claim.domain)
    }
    coordinators[index].letters.removeAll { [now] in $0.at <= now }
    for letter in arrived { take(letter, at: index) }
  }

  private mutating func take(_ letter: CoordinationDesk.Letter, at index: Int) {
    let rollouts = world.scenario.rollouts.count
    let grants = coordinators[index].budget.take(
      letter.claim, from: letter.planner * rollouts + letter.rollout)
    for grant in grants {
      let rollout = grant.claimant % rollouts
      let member = coordinators[index].members.first { $0.rollout == rollout }
      post(
        Mail(
          at: now + coordinators[index].latency,
          .granted(
            rollout: rollout, rule: member?.rule ?? 0, domain: grant.domain, total: grant.total)),
        to: grant.claimant / rollouts)
    }
  }
}

extension WindowRule {
  /// When an operator with these working hours answers who works on the answer for a while; the end
  /// when that comes first.
  fileprivate func answer(
    to request: Instant, after work: Microseconds, until end: Instant
  ) -> Instant {
    guard let zone = timeZone.map(TimeZones.find) ?? .utc else {
      preconditionFailure("unknown time zone \(timeZone ?? "")")
    }
    var at = request
    var left = work
    while at < end {
      let (isOpen, until) = state(at: at, in: zone)
      if isOpen {
        if until - at >= left { return at + left }
        left = left - (until - at)
      }
      at = until
    }
    return end
  }
}
