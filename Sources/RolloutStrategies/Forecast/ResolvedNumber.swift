public import Determinism

/// A setting of a strategy or guard, worked out for one fleet.
public struct ResolvedNumber: Equatable, Sendable {
  /// The setting, as documents name it.
  public var setting: String
  /// What was written.
  public var written: Amount
  /// What a share is of, in words and in clusters.
  public var base: String
  /// Shape: clusters.
  public var baseCount: Int
  /// What it amounts to.
  public var value: Int
  /// How a share became a whole number, in words.
  public var rounding: String

  /// States a number that was worked out.
  public init(
    _ setting: String, _ written: Amount, of baseCount: Int, _ base: String, is value: Int,
    _ rounding: String
  ) {
    self.setting = setting
    self.written = written
    self.base = base
    self.baseCount = baseCount
    self.value = value
    self.rounding = rounding
  }
}

extension Planner {
  /// What the numbers in a rollout's strategy and guards amount to in this fleet.
  ///
  /// O(clusters × stages).
  ///
  /// - Parameter rollout: its position.
  /// - Returns: the numbers, in the order of the document.
  public func numbers(of rollout: Int) -> [ResolvedNumber] {
    let policy = policy(of: rollout)
    let members = members(of: rollout)
    let clusters = fleet.clusters.filter { cluster in
      members.chooses(cluster, of: fleet) && status(of: rollout)[cluster].isMember
    }
    let strategy = policy.strategy.numbers(of: Array(clusters), in: fleet)
    let hurried = policy.emergency?.strategy(insteadOf: policy.strategy, firstStage: 0)
    let emergency = (hurried?.numbers(of: Array(clusters), in: fleet) ?? []).map { number in
      var number = number
      number.setting = "emergency \(number.setting)"
      return number
    }
    return strategy + emergency + policy.guards.flatMap { $0.numbers(in: fleet) }
  }
}

extension GuardPolicy {
  /// What the numbers of a guard amount to.
  fileprivate func numbers(in fleet: Fleet) -> [ResolvedNumber] {
    guard case .domainShare(let rule) = rule, let dimension = fleet.dimension(rule.level) else {
      return []
    }
    var sizes = Array(repeating: 0, count: dimension.values.count)
    for value in dimension.valueOf where value != Fleet.Dimension.none {
      sizes[Int(value)] += 1
    }
    return dimension.values.indices.map { value in
      ResolvedNumber(
        "\(name).atMost", .share(rule.atMost), of: sizes[value],
        "\(rule.level) \(dimension.values[value])", is: rule.places(of: sizes[value]),
        "down, at least 1")
    }
  }
}
