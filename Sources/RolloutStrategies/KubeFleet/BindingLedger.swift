package import Determinism

/// A cluster's binding as the rollout controller looks at it.
package struct ClusterBinding: Equatable, Sendable {
  /// What the scheduler and the rollout have made of it.
  package enum State: String, Sendable {
    /// Chosen, and not yet rolled out to.
    case scheduled = "Scheduled"
    /// Rolled out to.
    case bound = "Bound"
    /// No longer chosen.
    case unscheduled = "Unscheduled"
  }

  package var state: State
  /// Whether it points at the latest snapshot, with the overrides that apply.
  package var isCurrent: Bool
  package var isDeleting: Bool
  /// Whether it runs what it points at.
  package var isReady: Bool
  /// How long until it will, if that is known.
  package var readyIn: Microseconds?
  /// Whether it has failed.
  package var hasFailed: Bool

  /// Describes a binding by what the hub says of it.
  ///
  /// `cutoff` is the instant before which something whose availability cannot be told must have
  /// been applied to count as available.
  package init(
    _ state: State, isCurrent: Bool, isDeleting: Bool = false, conditions: BindingConditions,
    cutoff: Instant
  ) {
    self.state = state
    self.isCurrent = isCurrent
    self.isDeleting = isDeleting
    (isReady, readyIn) = conditions.readiness(cutoff: cutoff)
    hasFailed = conditions.hasFailed
  }
}

/// The bindings of a placement, sorted by what may be done to them, kept up to date at the cost of
/// what changes.
///
/// - Source: kubefleet v0.3.1-83, `pickBindingsToRoll`, `determineBindingsToUpdate`.
package struct BindingLedger: Codable, Equatable, Sendable {
  /// What may be done to a binding.
  private enum Candidacy: UInt8, Codable {
    case none
    /// Stale and failed: updated outside any budget.
    case failedUpdate
    /// No longer chosen: deleted.
    case removal
    /// Stale: updated.
    case update
    /// Chosen: bound.
    case binding
    /// Bound to the latest snapshot.
    case current
  }

  /// What is kept of one binding.
  ///
  /// Shape: 6 bytes.
  private struct Row: Codable, Equatable {
    var candidacy = Candidacy.none
    var share = BudgetShare()
  }

  private let policy: KubeFleetRollingPolicy
  private var rows: [Row]
  private var budget = RollingBudget()
  /// Positions by candidacy; some may have another by now.
  private var queues: [Heap<UInt32>]

  /// A ledger of so many bindings, of which nothing is known.
  package init(_ policy: KubeFleetRollingPolicy, count: Int) {
    self.policy = policy
    rows = Array(repeating: Row(), count: count)
    queues = Array(repeating: Heap(), count: 6)
  }

  /// Takes in a binding; nil: there is none at that position.
  package mutating func see(_ position: Int, _ binding: ClusterBinding?) {
    let share = binding.map { BudgetShare($0) } ?? BudgetShare()
    budget.add(rows[position].share, -1)
    budget.add(share, 1)
    rows[position].share = share
    let candidacy = binding.map(Self.candidacy) ?? .none
    guard rows[position].candidacy != candidacy else { return }
    rows[position].candidacy = candidacy
    if candidacy != .none, candidacy != .current {
      queues[Int(candidacy.rawValue)].push(UInt32(position))
    }
  }

  private static func candidacy(_ binding: ClusterBinding) -> Candidacy {
    switch binding.state {
    case .scheduled: return .binding
    case .unscheduled: return binding.isDeleting ? .none : .removal
    case .bound:
      guard !binding.isDeleting else { return .none }
      guard !binding.isCurrent else { return .current }
      return binding.hasFailed ? .failedUpdate : .update
    }
  }

  /// Takes out the bindings that may change now, in the order in which they do: failed ones, then
  /// removals and updates as far as enough stay available, then new ones as far as there is surge.
  ///
  /// Within a kind the order is that of listing. Each must be seen again once it has changed.
  package mutating func pick() -> [Int] {
    let removable = budget.removable(policy)
    let addable = budget.addable(policy)
    let failed = take(.failedUpdate, atMost: .max)
    let removed = take(.removal, atMost: removable)
    let updated = take(.update, atMost: removable - removed.count)
    return failed + removed + updated + take(.binding, atMost: addable)
  }

  private mutating func take(_ candidacy: Candidacy, atMost limit: Int) -> [Int] {
    var taken: [Int] = []
    while taken.count < limit, let position = queues[Int(candidacy.rawValue)].popMin() {
      // One that was queued twice was taken out the first time.
      guard rows[Int(position)].candidacy == candidacy else { continue }
      rows[Int(position)].candidacy = .none
      taken.append(Int(position))
    }
    return taken
  }

  /// Those that are to be updated or bound and must wait, in that order.
  package var blocked: [Int] { positions(.update) + positions(.binding) }
  /// Those that are bound to the latest snapshot.
  package var current: [Int] { positions(.current) }
  /// Whether there is anything to do, now or later.
  package var needsRoll: Bool {
    rows.contains { $0.candidacy != .none && $0.candidacy != .current }
  }

  private func positions(_ candidacy: Candidacy) -> [Int] {
    rows.indices.filter { rows[$0].candidacy == candidacy }
  }

  /// Whether every binding that is wanted is bound to the latest snapshot and ready.
  var isComplete: Bool { budget.done == budget.scheduled }

  /// How long after a look the next one comes if nothing happens.
  ///
  /// It is the shortest time until a binding is known to become ready, at most the unavailable
  /// period; zero when all are ready. Those that are not yet bound do not count.
  package static func recheck(
    _ bindings: some Sequence<ClusterBinding>, unavailablePeriod: Microseconds
  ) -> Microseconds {
    let waiting = bindings.filter { $0.state != .scheduled && !$0.isReady }
    guard !waiting.isEmpty else { return .zero }
    return waiting.compactMap(\.readyIn).reduce(unavailablePeriod, min)
  }
}
