import Determinism
import RolloutStrategies

extension LawCase {
  /// The same case, every cluster with the name and key of another.
  func renamed(by order: [Int]) -> LawCase {
    var renamed = self
    renamed.fleet = Fleet(
      names: NameTable(order.map { fleet.names[$0] }),
      keys: Column(order.map { fleet.keys.elements[$0] }), dimensions: fleet.dimensions,
      load: fleet.load)
    let newNames = fleet.clusters.map { (fleet.names[$0.offset], fleet.names[order[$0.offset]]) }
    for rollout in renamed.policies.indices {
      for index in renamed.policies[rollout].guards.indices {
        renamed.policies[rollout].guards[index].rename { name in
          newNames.first { $0.0 == name }?.1 ?? name
        }
      }
    }
    return renamed
  }

  /// The same case, with the clusters listed in another order: each at its new place.
  func relisted(by place: [Int]) -> LawCase {
    var source = place
    for (old, new) in place.enumerated() { source[new] = old }
    var relisted = self
    relisted.fleet = Fleet(
      names: NameTable(source.map { fleet.names[$0] }),
      keys: Column(source.map { fleet.keys.elements[$0] }),
      dimensions: fleet.dimensions.map { dimension in
        Fleet.Dimension(
          name: dimension.name, values: dimension.values,
          valueOf: NarrowArray(source.map { dimension.valueOf[$0] }))
      },
      load: fleet.load.map { load in
        Fleet.Load(
          demand: Column(source.map { load.demand.elements[$0] }),
          capacity: Column(source.map { load.capacity.elements[$0] }))
      })
    relisted.seen = seen.map { $0.relisted(by: place) }
    return relisted
  }
}

extension GuardPolicy {
  /// Gives the clusters that it lists other names.
  fileprivate mutating func rename(_ newName: (String) -> String) {
    guard case .neighbours(var neighbours) = rule else { return }
    neighbours.groups = neighbours.groups.map { $0.map(newName) }
    rule = .neighbours(neighbours)
  }
}

extension Observation {
  /// The same observation of a cluster that is listed elsewhere.
  func relisted(by place: [Int]) -> Observation {
    func moved(_ cluster: ClusterID) -> ClusterID { ClusterID(offset: place[cluster.offset]) }
    switch self {
    case .report(let rollout, let cluster, let report):
      return .report(rollout: rollout, cluster: moved(cluster), report)
    case .asked(let rollout, let cluster, let asked):
      return .asked(rollout: rollout, cluster: moved(cluster), asked)
    case .silent(let cluster, let since): return .silent(cluster: moved(cluster), since: since)
    case .heard(let cluster): return .heard(cluster: moved(cluster))
    case .joined(let cluster): return .joined(cluster: moved(cluster))
    case .left(let cluster): return .left(cluster: moved(cluster))
    case .underWay, .approved, .gateOpened, .granted, .measured, .paused, .resumed, .recalled,
      .emergency:
      return self
    }
  }
}

extension PlannerStep {
  /// The same step of a planner whose clusters are listed in another order.
  func relisted(by place: [Int]) -> PlannerStep {
    var relisted = self
    relisted.observations = observations.map { $0.relisted(by: place) }
    for rollout in decision.rollouts.indices {
      for index in decision.rollouts[rollout].directives.indices {
        let cluster = decision.rollouts[rollout].directives[index].cluster
        relisted.decision.rollouts[rollout].directives[index].cluster =
          ClusterID(offset: place[cluster.offset])
      }
      if let request = decision.rollouts[rollout].lookRequest {
        let moved = { (cluster: ClusterID) in ClusterID(offset: place[cluster.offset]) }
        relisted.decision.rollouts[rollout].lookRequest?.cohort = request.cohort.map(moved)
        relisted.decision.rollouts[rollout].lookRequest?.control = request.control.map(moved)
      }
      if case .weights(let weights)? = decision.rollouts[rollout].routing {
        var moved = weights
        for (old, new) in place.enumerated() { moved[new] = weights[old] }
        relisted.decision.rollouts[rollout].routing = .weights(moved)
      }
    }
    return relisted
  }

  /// The same step without the names that evidence mentions.
  var withoutNames: PlannerStep {
    var unnamed = self
    for index in decision.rollouts.indices {
      switch decision.rollouts[index].verdict {
      case .halted(let evidence):
        unnamed.decision.rollouts[index].verdict = .halted(evidence.withoutNames)
      case .rollingBack(let evidence):
        unnamed.decision.rollouts[index].verdict = .rollingBack(evidence.withoutNames)
      case .rolledBack(let evidence):
        unnamed.decision.rollouts[index].verdict = .rolledBack(evidence.withoutNames)
      case .waiting, .rolling, .paused, .complete, nil: break
      }
    }
    return unnamed
  }
}

extension Evidence {
  /// The same evidence without the clusters' names and what only their order decides.
  fileprivate var withoutNames: Evidence {
    var unnamed = self
    unnamed.causes = causes.map { .init(cluster: "", cause: .unhealthy, since: $0.since) }
    return unnamed
  }
}
