import Determinism

extension RolloutPolicy {
  /// What keeps a planner from keeping the guards of the rollout, in a sentence; nil when nothing
  /// does.
  ///
  /// `names` are those of all rollouts of the planner.
  func guardProblem(among names: [String]) -> String? {
    for rule in guards {
      if let zone = rule.timeZone, TimeZones.find(zone) == nil {
        return "guard \(rule.name) names the unknown time zone \(zone)"
      }
      guard case .versionSkew(let skew) = rule.rule else { continue }
      for other in skew.others where !names.contains(other.rollout) {
        return "guard \(rule.name) looks at \(other.rollout), which is not there"
      }
    }
    if emergency != nil, !strategy.canHurry {
      return "\(strategy.kind) knows no other limits in an emergency"
    }
    return overrideProblem(deadline?.overrides ?? [], of: "deadline")
      ?? overrideProblem(emergency?.overrides ?? [], of: "emergency")
  }
}

extension RolloutPolicy {
  private func overrideProblem(_ names: [String], of what: String) -> String? {
    for name in names {
      let named = guards.filter { $0.name == name }
      if named.isEmpty { return "the \(what) overrides \(name), which is not there" }
      if !named.allSatisfy(\.canBeOverridden) { return "no \(what) may override \(name)" }
    }
    return nil
  }
}

extension GuardPolicy {
  /// Whether a deadline or an emergency may override it: it is about time or people, and protects
  /// no user.
  public var canBeOverridden: Bool {
    switch rule {
    case .window, .freeze, .approval: true
    case .domainLimit, .domainShare, .neighbours, .headroom, .residency, .versionSkew, .budget:
      false
    }
  }

  /// The zone whose local time the rule names, if it names one.
  fileprivate var timeZone: String? {
    switch rule {
    case .window(let window): window.timeZone
    case .freeze(let freeze): freeze.timeZone
    default: nil
    }
  }
}
