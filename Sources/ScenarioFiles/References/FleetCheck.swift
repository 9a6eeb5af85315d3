import FleetModel
import LocatedYAML

/// Checks that a fleet can hold what the scenario puts on it, and that its clusters can be told
/// apart.
struct FleetCheck {
  let scenario: Scenario
  let fields: Fields
  let reading: Reading

  private var fleet: FleetPlan { scenario.fleet }

  func run() {
    checkPods()
    checkUsers()
    checkCapacity()
    checkNames()
    checkKeys()
  }

  /// Reports classes whose pods at rest do not fit.
  private func checkPods() {
    for fleetClass in fleet.classes {
      let pods = scenario.services.reduce(fleetClass.otherPods) { sum, service in
        if service.placement != nil { return sum }
        let own = fleetClass.replicas.first { $0.service == service.name }?.count
        return sum + (own ?? service.replicas)
      }
      let room = min(fleetClass.podLimit, fleetClass.nodeLimit * fleetClass.podsPerNode)
      guard pods > room, let origin = origin(.class, fleetClass.name) else { continue }
      reading.report(
        .podsDoNotFit, at: origin,
        "clusters of class \(quoted(fleetClass.name)) have \(pods) pods and room for \(room)")
    }
  }

  /// Reports fleets with more users than can be added up over the longest time.
  private func checkUsers() {
    let most = fleet.classes.map(\.users).max() ?? 0
    let clusters = fleet.clusters.count + (fleet.generate?.clusters ?? 0)
    let (users, overflows) = most.multipliedReportingOverflow(by: clusters)
    guard overflows || users > Limits.usersMax else { return }
    fields["fleet"].report(
      .outOfRange, "the fleet may have more than \(Limits.usersMax) users",
      help: "lower the users of a class or the number of clusters")
  }

  /// Reports guards that look at capacities of which no class states any.
  private func checkCapacity() {
    guard fleet.classes.allSatisfy({ $0.capacity == nil }) else { return }
    for origin in reading.book.capacityUses {
      reading.report(
        .missingField, at: origin, "no class of the fleet states a capacity",
        help: "add capacity: to the classes: the users that a cluster can serve at most")
    }
  }

  /// Reports listed clusters whose name a generated one has, too.
  private func checkNames() {
    guard let rule = fleet.generate else { return }
    let digits = max(6, String(rule.clusters).count)
    for cluster in fleet.clusters where !reading.isFull {
      let number = NumberedName.number(of: cluster.name, after: rule.prefix, digits: digits)
      guard let number, (1...rule.clusters).contains(number),
        let origin = origin(.cluster, cluster.name)
      else { continue }
      reading.report(
        .duplicateName, at: origin,
        "\(quoted(cluster.name)) is also the name of a generated cluster")
    }
  }

  /// Reports listed clusters that would share their random draws.
  private func checkKeys() {
    var first: [UInt64: String] = [:]
    for cluster in fleet.clusters where !reading.isFull {
      guard let key = cluster.key else { continue }
      if let other = first[key], let origin = origin(.cluster, cluster.name) {
        reading.report(
          .duplicateName, at: origin, "the key \(key) is that of the cluster \(quoted(other)), too",
          help: "give each cluster its own key, or none")
      }
      first[key] = cluster.name
    }
  }

  private func origin(_ kind: ReferenceBook.Kind, _ name: String) -> Origin? {
    reading.book.defined.last { $0.kind == kind && $0.text == name }?.origin
  }
}
