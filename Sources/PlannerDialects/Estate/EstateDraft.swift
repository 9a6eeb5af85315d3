package import Determinism
import LocatedYAML
package import RolloutStrategies

/// A cluster of an estate, as far as a dump tells.
package struct EstateCluster {
  /// Its name.
  package var name: String
  /// What is written on it, in any order.
  package var labels: [(key: String, value: String)]
  /// Whether it belongs to the fleet now.
  package var isMember = true
  /// Since when it is silent; nil: it is not.
  package var silentSince: Instant?
  /// What it was asked; nil: nothing.
  package var asked: Asked?
  /// What it runs; nil: what it ran before.
  package var observed: Observed?
  /// Nodes it has; nil: not known.
  package var nodes: Int?
  /// When it was last heard of; nil: not known.
  package var heardAt: Instant?
  /// Whether the rollout is for it, if the dumps tell of anybody.
  package var isChosen = false
  /// Where it is written.
  package let origin: EstateObject

  /// A member that runs what it ran.
  package init(name: String, labels: [(key: String, value: String)], origin: EstateObject) {
    self.name = name
    self.labels = labels
    self.origin = origin
  }
}

/// What is found in dumps, while they are read.
package struct EstateDraft {
  /// The clusters, in the order found; names are unique.
  package private(set) var clusters: [EstateCluster] = []
  private var positionOf: [String: Int] = [:]
  /// What is recorded of the rollout; nil: it has not begun, as far as the dumps tell.
  package var rollout: RolloutStatus?
  /// How long after it was last heard of a cluster is silent; nil: only its conditions tell.
  package var silentAfter: Microseconds?
  /// Whether the dumps tell which clusters the rollout is for; otherwise it is for all of them.
  package var hasChoice = false
  /// The name of the version that is rolled out; nil: it has none.
  package var target: String?

  /// Starts with nothing.
  package init() {}

  /// Adds a cluster; a second one of the same name is reported.
  package mutating func add(_ cluster: EstateCluster) {
    guard positionOf[cluster.name] == nil else {
      return cluster.origin.report(
        .duplicateName, "\(quoted(cluster.name)) stands already in the dumps",
        help: "give every object once; of namespaces with objects of one name, dump one only")
    }
    positionOf[cluster.name] = clusters.count
    clusters.append(cluster)
  }

  /// Changes a cluster.
  ///
  /// - Parameters:
  ///   - name: its name.
  ///   - object: what says so; a name that is not there is reported at it.
  ///   - change: what becomes of the cluster.
  package mutating func update(
    _ name: String, from object: EstateObject, _ change: (inout EstateCluster) -> Void
  ) {
    guard let position = positionOf[name] else {
      return object.report(
        .unknownName, "the cluster \(quoted(name)) is not in the dumps",
        help: "dump all clusters, too")
    }
    change(&clusters[position])
  }

  /// Notes that the rollout is for a cluster; from then on it is only for those that are noted.
  package mutating func choose(_ name: String, from object: EstateObject) {
    hasChoice = true
    update(name, from: object) { $0.isChosen = true }
  }

  /// Whether there is a cluster of that name.
  package func hasCluster(_ name: String) -> Bool { positionOf[name] != nil }

  /// Changes all clusters.
  package mutating func updateAll(_ change: (inout EstateCluster) -> Void) {
    for position in clusters.indices { change(&clusters[position]) }
  }
}

extension EstateCluster {
  /// States what it was asked and what it reported, of which both are about the target.
  ///
  /// - Parameters:
  ///   - since: when it was asked; nil: not known.
  ///   - phase: how far it is; nil: it has not answered yet.
  ///   - changedAt: since when; nil: since it was asked.
  ///   - health: how its users fare.
  package mutating func isAskedForTarget(
    since: Instant?, phase: Phase?, changedAt: Instant? = nil, health: Health = .good
  ) {
    let askedAt = since ?? changedAt ?? .distantPast
    asked = Asked(since: askedAt, generation: 1, revision: .target)
    guard let phase else { return }
    observed = Observed(
      since: changedAt ?? askedAt, reportedAt: .distantPast, ready: 0, total: 0, generation: 1,
      revision: .target, phase: phase, health: health)
  }

  /// States that it runs the target without having been asked here.
  package mutating func runsTarget(since: Instant?, health: Health = .good) {
    observed = Observed(
      since: since ?? .distantPast, reportedAt: .distantPast, ready: 0, total: 0, generation: 0,
      revision: .target, phase: .available, health: health)
  }

  /// States how far it is with what it ran before.
  package mutating func runsPrevious(
    since: Instant?, phase: Phase, health: Health = .good
  ) {
    observed = Observed(
      since: since ?? .distantPast, reportedAt: .distantPast, ready: 0, total: 0, generation: 0,
      revision: .previous, phase: phase, health: health)
  }
}
