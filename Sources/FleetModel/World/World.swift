public import Determinism
public import RolloutStrategies

/// A scenario worked out as far as all of its runs share: its clusters, who plans for them, and
/// what counts as what.
///
/// Made once for a scenario and never changed; every run reads it.
public struct World: Sendable {
  /// The scenario.
  public let scenario: Scenario
  /// All clusters.
  public let fleet: Fleet
  /// The metrics of its runs.
  public let metrics: MetricTable
  /// Whether some arm keeps clusters standing by.
  let hasBackups: Bool
  /// Whether some service is placed, in some arm at least.
  let hasPlacement: Bool
  let classOf: Column<ClusterID, UInt16>
  /// The planner of each cluster, or `noPlanner`.
  ///
  /// Shape: one per cluster, 2 bytes.
  let plannerOf: Column<ClusterID, UInt16>
  /// The cluster's position in its planner's fleet.
  ///
  /// Shape: one per cluster, 4 bytes.
  let localOf: Column<ClusterID, ClusterID>
  /// The clusters of each planner, ascending.
  let clustersOf: [[ClusterID]]
  let fleetOf: [Fleet]
  /// The versions of each service: the ones it starts with, then those rolled out.
  let versions: [[String]]
  /// The dimensions whose values are failure domains: levels, then groups.
  let domainDimensions: [Int]
  /// The domain of each cluster in each of them, cluster by cluster, so that one place in memory
  /// holds all of a cluster's.
  let domainsOf: NarrowArray
  /// Where rollouts stand at the beginning; nil: none has begun.
  let takeover: TakeoverModel?
  /// When its runs begin.
  public var startTime: Instant { startAt }
  let startAt: Instant
  let endAt: Instant

  static let noPlanner = UInt16.max

  /// Works a scenario out.
  ///
  /// O(clusters × labels).
  public init(_ scenario: Scenario) {
    self.scenario = scenario
    (fleet, classOf) = FleetBuilder.build(scenario.fleet)
    let fleet = fleet
    let levels = scenario.fleet.levels + scenario.fleet.groups
    domainDimensions = levels.compactMap { level in
      fleet.dimensions.firstIndex { $0.name == level }
    }
    domainsOf = Self.domains(of: fleet, domainDimensions)
    hasBackups = scenario.hasBackups
    hasPlacement = scenario.hasPlacement
    metrics = MetricTable(
      levels: domainDimensions.map { fleet.dimensions[$0].name }, hasBackups: hasBackups,
      hasPlacement: hasPlacement)
    (plannerOf, localOf, clustersOf) = Self.assign(scenario.planners, fleet: fleet)
    fleetOf = clustersOf.map { $0.count == fleet.count ? fleet : fleet.restricted(to: $0) }
    versions = Self.versions(scenario)
    takeover = scenario.takeover.map { TakeoverModel($0, scenario, fleet: fleet) }
    startAt = scenario.startAt
    endAt = scenario.startAt + scenario.horizon
  }

  private static func domains(of fleet: Fleet, _ dimensions: [Int]) -> NarrowArray {
    var domains = [UInt32](repeating: 0, count: fleet.count * dimensions.count)
    for (place, dimension) in dimensions.enumerated() {
      for (cluster, value) in fleet.dimensions[dimension].valueOf.enumerated() {
        domains[cluster * dimensions.count + place] = value
      }
    }
    return NarrowArray(domains)
  }

  private static func assign(
    _ planners: [PlannerPlan], fleet: Fleet
  ) -> (Column<ClusterID, UInt16>, Column<ClusterID, ClusterID>, [[ClusterID]]) {
    var plannerOf = Column<ClusterID, UInt16>(repeating: noPlanner, count: fleet.count)
    var localOf = Column<ClusterID, ClusterID>(
      repeating: ClusterID(rawValue: 0), count: fleet.count)
    var clustersOf: [[ClusterID]] = []
    for (index, planner) in planners.enumerated() {
      let test = fleet.resolve(planner.clusters)
      var mine: [ClusterID] = []
      for cluster in fleet.clusters where test.chooses(cluster, of: fleet) {
        precondition(
          plannerOf[cluster] == noPlanner,
          "\(fleet.names[cluster.offset]) belongs to two planners")
        plannerOf[cluster] = UInt16(index)
        localOf[cluster] = ClusterID(offset: mine.count)
        mine.append(cluster)
      }
      clustersOf.append(mine)
    }
    return (plannerOf, localOf, clustersOf)
  }

  private static func versions(_ scenario: Scenario) -> [[String]] {
    scenario.services.map { service in
      var versions = [service.version]
      let others =
        service.initial.map(\.version)
        + scenario.rollouts.filter { $0.service == service.name }.map(\.to)
      for version in others where !versions.contains(version) { versions.append(version) }
      return versions
    }
  }

  /// Pods of a service on clusters of a class.
  func replicas(service: Int, classIndex: Int) -> Int {
    let plan = scenario.fleet.classes[classIndex]
    let name = scenario.services[service].name
    return plan.replicas.first { $0.service == name }?.count
      ?? scenario.services[service].replicas
  }

  /// What becomes of the shares of a ladder in a rollout, planner by planner.
  public func exposureRungs(
    of policy: ExposurePolicy, in rollout: String
  ) -> [(planner: String, rungs: [ExposureRung])] {
    guard let plan = scenario.rollouts.first(where: { $0.name == rollout }) else { return [] }
    return scenario.planners.indices.map { index in
      let fleet = fleetOf[index]
      return (
        scenario.planners[index].name,
        policy.rungs(
          of: fleet,
          lineup: fleet.clusters.filter { fleet.resolve(plan.clusters).chooses($0, of: fleet) })
      )
    }
  }

  /// Why some clusters of a rollout between environments cannot be switched, planner by planner.
  ///
  /// Planners without clusters of the rollout are left out.
  public func unfitEnvironments(
    of policy: BlueGreenPolicy, in rollout: String
  ) -> [(planner: String, unfit: [UnfitEnvironment])] {
    guard let plan = scenario.rollouts.first(where: { $0.name == rollout }) else { return [] }
    return scenario.planners.indices.compactMap { index in
      let fleet = fleetOf[index]
      let clusters = fleet.clusters.filter { fleet.resolve(plan.clusters).chooses($0, of: fleet) }
      guard !clusters.isEmpty else { return nil }
      return (scenario.planners[index].name, policy.unfit(among: Array(clusters), in: fleet))
    }
  }

  /// The rollouts as a planner is given them under an arm.
  public func policies(arm: ArmPlan) -> [RolloutPolicy] {
    scenario.rollouts.map { rollout in
      guard let assigned = arm.strategies.first(where: { $0.rollout == rollout.name }) else {
        preconditionFailure("arm \(arm.name) has no strategy for \(rollout.name)")
      }
      return RolloutPolicy(
        name: rollout.name, service: rollout.service, target: rollout.to,
        clusters: rollout.clusters, startAt: startAt + rollout.startsAfter,
        strategy: assigned.policy, delivery: assigned.delivery ?? rollout.delivery,
        guards: assigned.guards ?? rollout.guards, trigger: rollout.trigger,
        deadline: (assigned.deadline ?? rollout.deadline).map { $0.policy(from: startAt) },
        emergency: (assigned.emergency ?? rollout.emergency).map { $0.policy(from: startAt) })
    }
  }
}

extension Fleet {
  /// The part of a fleet that consists of some of its clusters, in their order.
  func restricted(to clusters: [ClusterID]) -> Fleet {
    let dimensions = dimensions.map { dimension in
      Dimension(
        name: dimension.name, values: dimension.values,
        valueOf: NarrowArray(clusters.map { dimension.valueOf[$0] }))
    }
    return Fleet(
      names: NameTable(clusters.map(\.rawValue), of: names),
      keys: Column(clusters.map { keys[$0] }), dimensions: dimensions,
      load: load.map { load in
        Load(
          demand: Column(clusters.map { load.demand[$0] }),
          capacity: Column(clusters.map { load.capacity[$0] }))
      })
  }
}
