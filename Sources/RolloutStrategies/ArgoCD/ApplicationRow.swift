import Determinism

/// What an ApplicationSet's controller keeps and sees of one Application.
struct ApplicationRow: Codable, Equatable, Sendable {
  /// The revisions before and after the change, as Applications name them.
  static let previous = ["previous"]
  static let target = ["target"]

  /// What is remembered; nil: nothing yet.
  var status: ApplicationStatus?
  /// Whether it is there.
  var isMember = false
  /// Whether the changed template has been written to it.
  var isWritten: Bool
  /// When a sync was last attached to it; nil: never.
  var syncedAt: Instant?
  /// Whether it was asked for the target, so that it is not asked again.
  private(set) var isAsked = false
  private var isHealthy = false
  private(set) var runsTarget = false

  /// An Application of which nothing is seen; `isWritten`: it is as the template says.
  init(isWritten: Bool) { self.isWritten = isWritten }

  /// Takes in what a cluster reported.
  ///
  /// What was applied is in sync, whatever becomes of it. Health is that of what is deployed; how
  /// users fare is seen only as what made a cluster unfit before.
  mutating func see(_ cluster: ClusterStatus) {
    let observed = cluster.observed
    isAsked = cluster.asked.generation > 0 && cluster.asked.revision == .target
    if isAsked {
      let isTaken = observed.generation == cluster.asked.generation
      runsTarget = isTaken && observed.revision == .target && observed.phase != .waiting
      isHealthy = isTaken && observed.phase == .available
    } else {
      runsTarget = observed.isAvailableAtTarget
      isHealthy = runsTarget || observed.phase == .idle && observed.health != .bad
    }
  }

  /// Notes that the cluster is asked for the target, as its status will say from now on.
  mutating func ask() {
    isAsked = true
    runsTarget = false
    isHealthy = false
  }

  /// The Application in a pass.
  ///
  /// - Parameters:
  ///   - name: its name.
  ///   - foundAt: when it is first compared with the new version.
  ///   - now: when the pass takes place.
  /// - Returns: what the controller sees of it.
  func seen(_ name: String, foundAt: Instant, at now: Instant) -> ObservedApplication {
    let isFound = foundAt <= now || runsTarget
    // A sync that begins is itself a reason to compare.
    let comparedAt = max(foundAt <= now ? foundAt : .distantPast, syncedAt ?? .distantPast)
    return ObservedApplication(
      name: name, isHealthy: isHealthy, isSynced: !isFound || runsTarget,
      revisions: isFound ? Self.target : Self.previous,
      reconciledAt: comparedAt, syncStartedAt: syncedAt, differsFromGenerated: !isWritten)
  }

  /// Whether it has come to the new version and was well then.
  var isDone: Bool { status?.phase == .healthy && status?.revisions == Self.target }
}
