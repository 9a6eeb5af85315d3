import Determinism

/// A gate for each value of a label: releases for jurisdictions, approvals by groups.
struct GateGuard: Codable, Equatable, Sendable {
  /// What opens the gates.
  private enum Opening: Codable, Equatable {
    /// Time, or nothing; clusters without the label need no gate.
    case release
    /// An operator; clusters without the label are a group of their own.
    case approval(ApprovalRule)
  }

  let position: Int
  private let opening: Opening
  private let dimension: Int?
  private let test: ClusterTest
  /// When each gate opens; `never`: it is not known.
  private var opensAt: [Instant]
  /// When an operator was first asked to open each gate; `never`: not yet.
  private var askedAt: [Instant]
  private var parked: ParkedClusters
  /// Gates before which clusters wait.
  private var crowded: [Int] = []
  /// Gates that an operator is to be asked to open, and has not been asked since.
  private var wanted: [Int] = []
  /// The gate that nobody opened in time, where that stops the rollout.
  private(set) var aborted: Int?
  /// Whether the gates are out of force.
  private var isLifted = false

  /// Gates of jurisdictions: closed for good where the version is never released.
  init(
    _ policy: GuardPolicy, at position: Int, residency rule: ResidencyRule, startAt: Instant,
    fleet: Fleet
  ) {
    self.init(policy, at: position, label: rule.label, opening: .release, fleet: fleet)
    opensAt[opensAt.count - 1] = .distantPast
    for (gate, value) in values(of: fleet).enumerated() {
      guard let release = rule.released.first(where: { $0.value == value }) else { continue }
      opensAt[gate] = startAt + release.after
    }
  }

  /// Gates of groups, opened by their operators.
  init(_ policy: GuardPolicy, at position: Int, approval rule: ApprovalRule, fleet: Fleet) {
    self.init(policy, at: position, label: rule.label, opening: .approval(rule), fleet: fleet)
  }

  private init(
    _ policy: GuardPolicy, at position: Int, label: String, opening: Opening, fleet: Fleet
  ) {
    self.position = position
    self.opening = opening
    test = fleet.resolve(policy.clusters)
    dimension = fleet.dimensions.firstIndex { $0.name == label }
    let gates = (dimension.map { fleet.dimensions[$0].values.count } ?? 0) + 1
    opensAt = Array(repeating: .never, count: gates)
    askedAt = opensAt
    parked = ParkedClusters(keys: gates)
  }

  /// Whether a cluster may start now.
  func allows(_ cluster: ClusterID, fleet: Fleet, at now: Instant) -> Bool {
    isLifted || opensAt[gate(of: cluster, fleet: fleet)] <= now
      || !test.chooses(cluster, of: fleet)
  }

  /// Puts a refused cluster aside until its gate opens, and asks for that where it helps.
  mutating func park(_ cluster: ClusterID, fleet: Fleet, at now: Instant) {
    let gate = gate(of: cluster, fleet: fleet)
    if parked.isEmpty(gate) { crowded.append(gate) }
    parked.park(cluster, under: gate)
    guard case .approval = opening, askedAt[gate] == .never else { return }
    askedAt[gate] = now
    wanted.append(gate)
  }

  /// Opens a gate, as an operator said.
  mutating func approve(_ gate: Int, at now: Instant) {
    guard opensAt.indices.contains(gate), aborted == nil else { return }
    opensAt[gate] = min(opensAt[gate], now)
  }

  /// The gates that operators are newly to be asked to open, in ascending order.
  mutating func takeWanted() -> [Int] {
    guard !wanted.isEmpty else { return [] }
    defer { wanted.removeAll() }
    return wanted.sorted()
  }

  /// The gates that operators were asked to open, and that are closed still; in ascending order.
  var unanswered: [Int] {
    isLifted ? [] : askedAt.indices.filter { askedAt[$0] != .never && opensAt[$0] == .never }
  }

  /// Puts the gates out of force.
  mutating func lift() { isLifted = true }

  /// Clusters whose gate is open by now.
  mutating func release(at now: Instant) -> [ClusterID] {
    guard !crowded.isEmpty else { return [] }
    crowded.sort()
    timeOut(at: now)
    var released: [ClusterID] = []
    for gate in crowded where isLifted || opensAt[gate] <= now {
      released += parked.release(gate)
    }
    crowded.removeAll { parked.isEmpty($0) }
    return released
  }

  /// Does what is to be done where operators were too slow.
  private mutating func timeOut(at now: Instant) {
    guard case .approval(let rule) = opening, let timeout = rule.timeout, !isLifted else { return }
    for gate in crowded where opensAt[gate] > now && askedAt[gate] + timeout <= now {
      switch rule.onTimeout {
      case .hold: break
      case .proceed: opensAt[gate] = askedAt[gate] + timeout
      case .abort: aborted = aborted ?? gate
      }
    }
  }

  /// When time next opens a gate before which clusters wait, or runs out at one.
  func nextChange(after now: Instant) -> Instant? {
    guard !isLifted else { return nil }
    var next = Instant.never
    for gate in crowded {
      next = min(next, opensAt[gate])
      guard case .approval(let rule) = opening, let timeout = rule.timeout else { continue }
      let isAwaited = rule.onTimeout != .hold && aborted == nil
      if isAwaited { next = min(next, askedAt[gate] + timeout) }
    }
    return next == .never || next <= now ? nil : next
  }

  /// The name of a gate: the label's value, or a dash for clusters without one.
  func name(of gate: Int, fleet: Fleet) -> String {
    let values = values(of: fleet)
    return gate < values.count ? values[gate] : "-"
  }

  private func values(of fleet: Fleet) -> [String] {
    dimension.map { fleet.dimensions[$0].values } ?? []
  }

  private func gate(of cluster: ClusterID, fleet: Fleet) -> Int {
    guard let dimension else { return 0 }
    let value = fleet.dimensions[dimension].valueOf[cluster]
    return value == Fleet.Dimension.none ? opensAt.count - 1 : Int(value)
  }
}
