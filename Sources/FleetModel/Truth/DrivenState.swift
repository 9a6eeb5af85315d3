import Determinism
import RolloutStrategies

/// A service of a cluster into which versions come by a delivery of its own: two copies of the
/// service, and the share of requests that goes to each.
///
/// Shape: one per cluster and service whose delivery is driven.
struct DrivenState {
  /// Which of the copies.
  enum Role: Int, CaseIterable {
    case stable, canary
  }

  /// The delivery at work.
  var delivery: AnyDelivery
  /// The copy that serves as it did before, and the one that is tried.
  var stable: PodCopy
  var canary: PodCopy
  /// The version that the cluster is asked to run.
  var asked: UInt8
  /// The share of the cluster's demand that is to meet it: as its planner last said, and as its
  /// agent has taken.
  var desiredShare = Ratio.one
  var askedShare = Ratio.one
  /// The share of requests that goes to the canary; nil: its share of ready pods.
  var weight: Ratio? = Ratio.zero
  /// Whether the canary is sent copies of requests.
  var isMirrored = false
  /// When the version was asked for.
  var askedAt: Instant
  /// When the delivery wants to look again, and a count of such wishes.
  var looksAt = Instant.never
  var look: UInt16 = 0

  /// A cluster in which a version serves and nothing is under way.
  init(
    _ policy: DeliveryPolicy, running version: UInt8, replicas: Int32, from anchor: Instant,
    at now: Instant
  ) {
    guard let delivery = AnyDelivery(policy, running: Int(version), at: anchor) else {
      preconditionFailure("a rolling update is not driven")
    }
    self.delivery = delivery
    stable = PodCopy(version: version, pods: replicas, at: now)
    canary = PodCopy(version: version, pods: 0, at: now)
    asked = version
    askedAt = now
  }

  /// One of the copies.
  subscript(role: Role) -> PodCopy {
    get { role == .stable ? stable : canary }
    set { if role == .stable { stable = newValue } else { canary = newValue } }
  }

  /// Pods there are in both copies.
  var total: Int32 { stable.total + canary.total }
  /// Pods that are ready in both.
  var available: Int32 { stable.available + canary.available }

  /// Ready pods of a version in both copies.
  func ready(of version: UInt8) -> Int32 {
    stable.ready(of: version) + canary.ready(of: version)
  }

  /// Whether any pod, ready or not, is of a version.
  func has(_ version: UInt8) -> Bool { stable.has(version) || canary.has(version) }

  /// Whether two versions serve at once.
  var isMixed: Bool {
    if stable.available > 0, stable.ready(of: stable.version) < stable.available { return true }
    let share = canaryShare
    return share > .zero && share < .one && canary.version != stable.version
  }

  // MARK: Requests

  /// The share of requests that goes to the canary.
  var canaryShare: Ratio {
    if let weight { return weight }
    let all = Int64(available)
    guard all > 0 else { return .zero }
    return Ratio(partsPerBillion: Int64(canary.available) * 1_000_000_000 / all)
  }

  /// Whether the canary is asked anything.
  var isCanaryTried: Bool { isMirrored || canaryShare > .zero }

  /// The share of requests that meet a version.
  ///
  /// Unit: parts per billion.
  func exposure(to version: UInt8) -> Int32 {
    let share = canaryShare.partsPerBillion
    func part(_ copy: PodCopy, _ weight: Int64) -> Int64 {
      let ready = Int64(copy.available)
      return ready > 0 ? weight * Int64(copy.ready(of: version)) / ready : 0
    }
    return Int32(part(canary, share) + part(stable, 1_000_000_000 - share))
  }

  /// The share of requests to a copy that fail.
  ///
  /// - Parameters:
  ///   - copy: the copy; one without a ready pod answers nothing.
  ///   - version: the version whose requests fail.
  ///   - errorRate: the share of them that do, in parts per billion.
  /// - Returns: the share in parts per billion.
  static func errorRate(of copy: PodCopy, sick version: UInt8, _ errorRate: Int32) -> Int32 {
    let ready = Int64(copy.available)
    guard ready > 0 else { return 1_000_000_000 }
    return Int32(Int64(errorRate) * Int64(copy.ready(of: version)) / ready)
  }

  /// The share of all requests that fail.
  ///
  /// Unit: parts per billion.
  func errorRate(sick version: UInt8, _ errorRate: Int32) -> Int32 {
    let share = canaryShare.partsPerBillion
    var failing: Int64 = 0
    if share > 0 {
      failing += share * Int64(Self.errorRate(of: canary, sick: version, errorRate))
    }
    if share < 1_000_000_000 {
      failing +=
        (1_000_000_000 - share) * Int64(Self.errorRate(of: stable, sick: version, errorRate))
    }
    return Int32(failing / 1_000_000_000)
  }
}
