import Determinism
import DiscreteEvents
import RolloutStrategies

/// Demand that moves between clusters.
extension Simulation where List: ~Copyable {
  /// Tells every cluster of a planner its part of the demand, as far as it is another one.
  ///
  /// What clusters are told takes as long as a directive.
  mutating func divideDemand(_ routing: DemandRouting, of index: Int) {
    let clusters = world.clustersOf[index]
    let own = clusters.map { world.users(of: $0) }
    var parts = own
    if case .weights(let weights) = routing { parts = Self.parts(of: own.reduce(0, +), weights) }
    var division = divisions.last ?? world.fleet.clusters.map { world.users(of: $0) }
    let changed = clusters.indices.filter { division[clusters[$0].offset] != parts[$0] }
    for place in changed { division[clusters[place].offset] = parts[place] }
    tell(division: division)
    for place in changed {
      schedule(
        .demandArrives, of: clusters[place], after: model.planners[index].deliveryLatency,
        source: divisions.count - 1)
    }
  }

  /// Whole users by weight, which add up to all of them.
  private static func parts(of users: Int64, _ weights: [Int]) -> [Int64] {
    let whole = Int128(max(1, weights.reduce(0, +)))
    var before: Int128 = 0
    return weights.map { weight in
      let from = Int128(users) * before / whole
      before += Int128(weight)
      return Int64(Int128(users) * before / whole - from)
    }
  }

  /// Takes a division of demand down, so that lanes know what they are told of.
  mutating func tell(division: [Int64]) {
    divisions.append(division)
    for lane in 0..<lanes.count { lanes[lane].divisions = divisions }
  }
}

extension World {
  /// Users whose own cluster it is.
  func users(of cluster: ClusterID) -> Int64 {
    Int64(scenario.fleet.classes[Int(classOf[cluster])].users)
  }
}
