import Determinism
import RolloutStrategies

/// How the placed service of one cluster really is.
///
/// Shape: one per cluster of a run with a placement.
struct PlacedState {
  /// Pods that the cluster was last asked to have.
  var wanted: Int32
  /// Pods that it has, whatever an update does to them.
  var replicas: Int32
  /// Pods that are starting on top of them.
  var starting: Int32 = 0
  /// Counts batches of pods, so that one that was given up is not taken for the next.
  var course: UInt16 = 0
  /// What the placement was last told that it serves with.
  var told: Int32
  /// Whether it was last told that the cluster is heard.
  var isHeard: Bool
  /// What the cluster adds to the totals.
  var unserved: Int64 = 0
  var counted: Int32 = 0

  /// The placed service in a lane's clusters as it is at the beginning; none if none is placed.
  static func initial(_ model: RunModel, _ share: LaneShare) -> OwnedTable<PlacedState> {
    let absent = model.placement == nil ? [] : model.world.absentAtStart()
    let initial = model.placement?.initial
    return OwnedTable(width: initial == nil ? 0 : 1, of: share, in: model.world.fleet) {
      cluster, _ in
      let pods = Int32(initial?[cluster.offset] ?? 0)
      return PlacedState(
        wanted: pods, replicas: pods, told: pods, isHeard: !absent[cluster.offset])
    }
  }
}

/// Who places the service: what it knows, and its mail.
struct PlacementDesk {
  /// What it is told of a cluster.
  enum News {
    /// It has been silent since an instant.
    case silent(since: Instant)
    /// It is heard again.
    case heard
    /// It serves with so many replicas.
    case serves(Int)
  }

  /// News on its way.
  struct Letter {
    var at: Instant
    var cluster: ClusterID
    var news: News
  }

  let model: PlacementModel
  /// Since when each cluster has been silent; nil: it is heard.
  var silentSince: [Instant?]
  /// Replicas asked of each cluster, and those it serves with.
  var asked: [Int]
  var serves: [Int]
  /// Whether what was decided last is in the way of a hand-over, or could not be decided.
  var isHandingOver = false
  var isStuck = false
  var letters: [Letter] = []
  /// When it looks next, in order.
  var looks: [Instant] = []

  init(_ model: PlacementModel, absent: [Bool], at start: Instant) {
    self.model = model
    asked = model.initial
    serves = model.initial
    silentSince = absent.map { $0 ? start - model.plan.policy.after : nil }
  }

  /// All users in proportion to the replicas that serve; nil: none does.
  func division(of users: [Int64], in fleet: Fleet) -> [Int64]? {
    guard serves.contains(where: { $0 > 0 }) else { return nil }
    return Apportionment.parts(
      of: users.reduce(0, +), by: serves.map { Int64($0) }, ties: fleet.keys.elements)
  }

  /// Takes in the news that has arrived.
  mutating func takeNews(at now: Instant) {
    var rest: [Letter] = []
    for letter in letters {
      guard letter.at <= now else {
        rest.append(letter)
        continue
      }
      switch letter.news {
      case .silent(let since): silentSince[letter.cluster.offset] = since
      case .heard: silentSince[letter.cluster.offset] = nil
      case .serves(let replicas): serves[letter.cluster.offset] = replicas
      }
    }
    letters = rest
  }

  /// Decides where replicas are to be from what is known.
  ///
  /// Returns the clusters that are asked for another number.
  mutating func decide(at now: Instant) -> [ClusterID] {
    let lost = silentSince.map { since in
      since.map { model.plan.policy.lostAt(silentSince: $0) <= now } ?? false
    }
    let decision = model.placement.decide(lost: lost, asked: asked, ready: serves)
    guard case .place(let wanted, let isHandingOver) = decision else {
      isStuck = true
      return []
    }
    isStuck = false
    self.isHandingOver = isHandingOver
    let changed = wanted.indices.filter { wanted[$0] != asked[$0] }
    asked = wanted
    return changed.map { ClusterID(offset: $0) }
  }

  /// When the next cluster that is silent counts as lost; nil: none will.
  func nextLoss(after now: Instant) -> Instant? {
    silentSince.compactMap { since in
      since.map { model.plan.policy.lostAt(silentSince: $0) }
    }.filter { $0 > now }.min()
  }

  /// What is wrong with what is asked; nil: nothing.
  var flaw: String? {
    let policy = model.plan.policy
    guard !isStuck, policy.division != .duplicated else { return nil }
    let sum = asked.reduce(0, +)
    if sum == policy.replicas || isHandingOver && sum > policy.replicas { return nil }
    return "\(sum) replicas are asked for, \(policy.replicas) are to be placed"
  }
}
