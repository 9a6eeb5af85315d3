import Determinism
import RolloutStrategies

/// One of two copies of a service in a cluster: the pods of a Deployment that is scaled and whose
/// version is replaced a few pods at a time.
struct PodCopy {
  /// The version it is to run, and the one that its other pods run.
  private(set) var version: UInt8
  private(set) var from: UInt8
  /// Pods it is to have.
  private(set) var wanted: Int32
  /// Ready pods of `version`, ready pods of `from`, and pods of `version` that are starting.
  private(set) var updated: Int32
  private(set) var old: Int32 = 0
  private(set) var starting: Int32 = 0
  /// Counts what was started, so that pods that are gone are not taken for those that start now.
  private(set) var course: UInt16 = 0
  /// When pods last became ready.
  var progressedAt: Instant
  /// Since when fewer are ready than it can do with; `never`: enough are.
  var shortSince = Instant.never

  /// A copy whose pods are all ready.
  init(version: UInt8, pods: Int32, at now: Instant) {
    self.version = version
    from = version
    wanted = pods
    updated = pods
    progressedAt = now
  }

  /// Pods there are.
  var total: Int32 { updated + old + starting }
  /// Pods that are ready.
  var available: Int32 { updated + old }
  /// Whether it is as it is to be.
  var isSettled: Bool { updated == wanted && old == 0 && starting == 0 }

  /// Ready pods of a version.
  func ready(of version: UInt8) -> Int32 {
    (version == self.version ? updated : 0)
      + (version == from && from != self.version ? old : 0)
  }

  /// Whether any pod, ready or not, is of a version.
  func has(_ version: UInt8) -> Bool {
    ready(of: version) > 0 || version == self.version && starting > 0
  }

  /// Asks for a version and for a number of pods; what is too many goes at once.
  ///
  /// - Returns: whether anything has changed.
  mutating func ask(version: UInt8, pods: Int32, at now: Instant) -> Bool {
    guard version != self.version || pods != wanted else { return false }
    if isSettled { progressedAt = now }
    if version != self.version { turn(to: version) }
    wanted = pods
    if total > pods {
      forgetStarting()
      updated = min(updated, pods)
      old = min(old, pods - updated)
    }
    return true
  }

  private mutating func turn(to version: UInt8) {
    forgetStarting()
    if version == from {
      (updated, old) = (old, updated)
    } else {
      old += updated
      updated = 0
    }
    from = self.version
    self.version = version
  }

  /// Forgets pods that are starting: they are gone, or have to start again.
  mutating func forgetStarting() {
    starting = 0
    course &+= 1
  }

  /// Starts the next pods, if it is time to.
  ///
  /// - Parameters:
  ///   - delivery: how pods are replaced.
  ///   - room: pods that still fit into the cluster.
  /// - Returns: how many start; 0: none are missing, some are starting, or none fit.
  mutating func start(_ delivery: DeliveryPolicy, room: Int) -> Int {
    let missing = wanted - updated
    guard starting == 0, missing > 0 else { return 0 }
    guard old > 0 else {
      starting = min(missing, Int32(clamping: max(0, room)))
      return Int(starting)
    }
    let step = RollingUpdate(delivery, replicas: Int(wanted)).next(
      updated: Int(updated), room: room)
    starting = Int32(step.create)
    old = max(0, min(old, wanted + Int32(step.surge) - updated - starting))
    return step.create
  }

  /// The pods that were starting are ready, and replace as many others.
  mutating func becomeReady(at now: Instant) {
    updated += starting
    starting = 0
    old = max(0, min(old, wanted - updated))
    progressedAt = now
  }

  /// The copy as its controllers report it.
  func counts(deadline: Microseconds, at now: Instant) -> PodCounts {
    PodCounts(
      wanted: Int(wanted), total: Int(total), updated: Int(updated + starting),
      available: Int(available), progressedAt: progressedAt, shortSince: shortSince,
      isPastDeadline: !isSettled && now - progressedAt >= deadline)
  }
}
