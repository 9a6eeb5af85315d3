import Determinism

/// Decides where the replicas of a service are to be: a pure function of which clusters are lost,
/// what was asked before, and what is ready.
public struct Placement: Sendable {
  /// What is decided.
  public enum Decision: Equatable, Sendable {
    /// The replicas that each cluster is asked to have, and whether some are held twice until
    /// those that take their place are ready.
    case place(asked: [Int], isHandingOver: Bool)
    /// Too few domains are left; what was asked stays.
    case tooFewDomains(level: String, left: Int)
    /// No cluster is left; what was asked stays.
    case nowhere
  }

  /// A spread, worked out for a fleet.
  struct Level: Sendable {
    var rule: PlacementPolicy.Spread
    /// The domain of each cluster.
    var domainOf: NarrowArray
    var count: Int
  }

  /// The policy.
  public let policy: PlacementPolicy
  /// Whether each cluster is among those chosen.
  private let isChosen: [Bool]
  private let weights: [Int64]
  /// What orders clusters that are otherwise equal.
  private let ties: [UInt64]
  private let levels: [Level]

  /// Works a policy out for a fleet; traps when it names a level that the fleet does not have.
  ///
  /// - Parameters:
  ///   - policy: the policy.
  ///   - fleet: all clusters.
  public init(_ policy: PlacementPolicy, in fleet: Fleet) {
    self.policy = policy
    let test = fleet.resolve(policy.clusters)
    isChosen = fleet.clusters.map { test.chooses($0, of: fleet) }
    ties = fleet.keys.elements
    let stated = policy.weights.map { (fleet.resolve($0.clusters), Int64($0.weight)) }
    weights = fleet.clusters.map { cluster in
      switch policy.division {
      case .duplicated, .divided: 1
      case .weighted: stated.first { $0.0.chooses(cluster, of: fleet) }?.1 ?? 0
      case .byCapacity: fleet.load?.capacity[cluster] ?? 1
      }
    }
    levels = policy.spread.map { rule in
      guard let dimension = fleet.dimension(rule.level) else {
        preconditionFailure("the fleet has no level \(rule.level)")
      }
      return Level(
        rule: rule, domainOf: dimension.valueOf, count: dimension.values.count)
    }
  }

  /// Decides.
  ///
  /// Replicas of a lost cluster count for nothing. No cluster gives any back before all others have
  /// what they are to have. O(clusters · log clusters).
  ///
  /// - Parameters:
  ///   - lost: whether each cluster is lost.
  ///   - asked: the replicas that each was asked to have.
  ///   - ready: the replicas that each is known to have ready.
  /// - Returns: the decision.
  public func decide(lost: [Bool], asked: [Int], ready: [Int]) -> Decision {
    var candidates = isChosen.indices.filter { isChosen[$0] && !lost[$0] }
    guard !candidates.isEmpty else { return .nowhere }
    for level in levels { candidates = keep(candidates, of: level, asked) }
    for level in levels {
      let left = domains(of: candidates, in: level).count { $0.clusters > 0 }
      if left < level.rule.atLeast {
        return .tooFewDomains(level: level.rule.level, left: left)
      }
    }
    let wanted = divide(among: candidates, asked)
    let isHandingOver =
      wanted.indices.contains { ready[$0] < wanted[$0] }
      && wanted.indices.contains { !lost[$0] && wanted[$0] < asked[$0] }
    guard isHandingOver else { return .place(asked: wanted, isHandingOver: false) }
    let held = wanted.indices.map { lost[$0] ? wanted[$0] : max(wanted[$0], asked[$0]) }
    return .place(asked: held, isHandingOver: true)
  }

  // MARK: Domains

  /// What a domain has.
  private struct Domain {
    var asked = 0
    var weight: Int64 = 0
    var clusters = 0
    /// The least tie of its clusters, which orders domains that are otherwise equal.
    var tie = UInt64.max
  }

  /// The domains of a level, by value.
  private func domains(
    of candidates: [Int], in level: Level, _ asked: [Int] = []
  ) -> [Domain] {
    var domains = [Domain](repeating: Domain(), count: level.count)
    for cluster in candidates where level.domainOf[cluster] != Fleet.Dimension.none {
      let value = Int(level.domainOf[cluster])
      domains[value].asked += asked.isEmpty ? 0 : asked[cluster]
      domains[value].weight += weights[cluster]
      domains[value].clusters += 1
      domains[value].tie = min(domains[value].tie, ties[cluster])
    }
    return domains
  }

  /// The candidates in the domains that get replicas: those that have most of them, then those that
  /// weigh most.
  private func keep(_ candidates: [Int], of level: Level, _ asked: [Int]) -> [Int] {
    let inside = candidates.filter { level.domainOf[$0] != Fleet.Dimension.none }
    guard let most = level.rule.atMost else { return inside }
    let domains = domains(of: inside, in: level, asked)
    let ranked = domains.indices.filter { domains[$0].clusters > 0 }.sorted { a, b in
      let (first, other) = (domains[a], domains[b])
      if first.asked != other.asked { return first.asked > other.asked }
      return first.weight != other.weight ? first.weight > other.weight : first.tie < other.tie
    }
    var isKept = [Bool](repeating: false, count: level.count)
    for value in ranked.prefix(most) { isKept[value] = true }
    return inside.filter { isKept[Int(level.domainOf[$0])] }
  }

  // MARK: Numbers

  /// The replicas that each cluster is to have.
  private func divide(among candidates: [Int], _ asked: [Int]) -> [Int] {
    var wanted = [Int](repeating: 0, count: isChosen.count)
    if policy.division == .duplicated {
      for cluster in candidates { wanted[cluster] = policy.replicas }
      return wanted
    }
    if let level = levels.first(where: { $0.rule.maxSkew != nil }) {
      share(among: candidates, in: level, into: &wanted)
      return wanted
    }
    var left = policy.replicas
    if policy.whenBack == .stay {
      let held = candidates.reduce(0) { $0 + asked[$1] }
      if held <= left {
        for cluster in candidates { wanted[cluster] = asked[cluster] }
        left -= held
      }
    }
    add(left, among: candidates, to: &wanted)
    return wanted
  }

  private func add(_ replicas: Int, among candidates: [Int], to wanted: inout [Int]) {
    guard replicas > 0 else { return }
    let parts = Apportionment.parts(
      of: Int64(replicas), by: candidates.map { weights[$0] }, ties: candidates.map { ties[$0] })
    for (cluster, part) in zip(candidates, parts) { wanted[cluster] += Int(part) }
  }

  /// Divides among the domains of a level within its skew, then inside each.
  private func share(among candidates: [Int], in level: Level, into wanted: inout [Int]) {
    let domains = domains(of: candidates, in: level)
    let values = domains.indices.filter { domains[$0].clusters > 0 }
    let parts = Apportionment.parts(
      of: Int64(policy.replicas), by: values.map { domains[$0].weight },
      ties: values.map { domains[$0].tie })
    let evened = Self.evened(
      parts.map { Int($0) }, within: level.rule.maxSkew ?? .max,
      ties: values.map { domains[$0].tie })
    for (value, part) in zip(values, evened) {
      let inside = candidates.filter { level.domainOf[$0] == UInt32(value) }
      add(part, among: inside, to: &wanted)
    }
  }

  /// Parts with the same sum of which none is greater than another by more than the skew, each as
  /// near to what it was as that allows.
  ///
  /// Parts are cut to a band as wide as the skew; where it lies follows from the sum.
  /// O(parts · log sum).
  package static func evened(_ parts: [Int], within skew: Int, ties: [UInt64]) -> [Int] {
    guard let least = parts.min(), let most = parts.max(), most - least > skew else {
      return parts
    }
    let whole = parts.reduce(0, +)
    func cut(_ low: Int) -> [Int] { parts.map { min(max($0, low), low + skew) } }
    var (low, high) = (least, most)
    while low + 1 < high {
      let middle = low + (high - low) / 2
      if cut(middle).reduce(0, +) <= whole { low = middle } else { high = middle }
    }
    var evened = cut(low)
    // The lower edge comes up before the upper one, or the two would be too far apart.
    let next = cut(low + 1)
    let order = evened.indices.filter { next[$0] > evened[$0] }.sorted { a, b in
      evened[a] != evened[b] ? evened[a] < evened[b] : ties[a] < ties[b]
    }
    for index in order.prefix(whole - evened.reduce(0, +)) { evened[index] += 1 }
    return evened
  }
}
