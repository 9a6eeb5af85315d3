import Determinism
import Testing

@testable import RolloutStrategies

@Suite("Ladder of exposure")
struct ExposureLadderTests {
  /// Two coasts of a million users in all.
  private func coasts(
    _ partial: PartialRollout, capacity: Int64 = 1_000_000, routing: Int? = nil
  ) -> ExposureLadder {
    let coast = ExposedCluster(demand: 500_000, capacity: capacity, partial: partial)
    return ExposureLadder(of: [coast, coast], routingWeights: routing)
  }

  private func permille(_ count: Int64) -> Ratio { Ratio(partsPerBillion: count * 1_000_000) }

  private func state(
    _ permille: Int64, _ parts: [Int], _ weights: [Int]? = nil, drained: [Int]? = nil
  ) -> Exposure {
    Exposure(
      share: self.permille(permille), updatedParts: parts, weights: weights, drained: drained)
  }

  @Test("weights in a cluster show 1 % and 5 % of all demand as twice that in one of two")
  func weightsInside() {
    let ladder = coasts(.weights(outOf: 100))
    #expect(ladder.rung(at: .percent(1)) == .reached(state(10, [2, 0])))
    #expect(ladder.rung(at: .percent(5)) == .reached(state(50, [10, 0])))
    #expect(ladder.rung(at: .percent(75)) == .reached(state(750, [100, 50])))
  }

  @Test("twenty pods a cluster show 2.5 % at least, which is said, and 5 % exactly")
  func replicasOnly() {
    let ladder = coasts(.replicas(20))
    #expect(ladder.rung(at: .percent(1)) == .nearest(state(25, [1, 0]), .noRouting))
    #expect(ladder.rung(at: .percent(5)) == .reached(state(50, [2, 0])))
    #expect(ladder.rung(at: permille(36)) == .nearest(state(25, [1, 0]), .noRouting))
    #expect(ladder.rung(at: permille(38)) == .nearest(state(50, [2, 0]), .noRouting))
  }

  @Test("without partial rollout, routing leaves one cluster the share alone")
  func routingOnly() {
    let ladder = coasts(.none, routing: 100)
    #expect(
      ladder.rung(at: .percent(1)) == .reached(state(10, [1, 0], [1, 99], drained: [0, 100])))
    #expect(
      ladder.rung(at: .percent(5)) == .reached(state(50, [1, 0], [5, 95], drained: [0, 100])))
    #expect(ladder.rung(at: .percent(50)) == .reached(state(500, [1, 0])))
    #expect(ladder.rung(at: .percent(75)) == .reached(state(750, [1, 0], [75, 25])))
  }

  @Test("pods and routing together reach what neither pods nor their number do")
  func replicasAndRouting() {
    let ladder = coasts(.replicas(20), routing: 100)
    #expect(ladder.rung(at: .percent(1)) == .reached(state(10, [1, 0], [20, 80])))
  }

  @Test("a refusal names what is missing: routing, headroom and how much, or finer weights")
  func refusals() {
    let half = permille(500)
    #expect(coasts(.none).rung(at: .percent(1)) == .refused(nearest: half, .noRouting))
    // The other coast must carry everybody while the first is switched: a million, not 900,000.
    #expect(
      coasts(.none, capacity: 900_000, routing: 100).rung(at: .percent(1))
        == .refused(nearest: half, .noHeadroom(shortBy: 100_000)))
    #expect(
      coasts(.none, routing: 10).rung(at: .percent(1)) == .refused(nearest: half, .tooCoarse))
  }

  @Test("one cluster alone shows what its pods or weights do, and has nowhere to route to")
  func oneCluster() {
    func one(_ partial: PartialRollout) -> ExposureLadder {
      let cluster = ExposedCluster(demand: 7, capacity: 100, partial: partial)
      return ExposureLadder(of: [cluster], routingWeights: 100)
    }
    #expect(one(.weights(outOf: 100)).rung(at: .percent(1)) == .reached(state(10, [1])))
    #expect(
      one(.none).rung(at: .percent(1)) == .refused(nearest: .one, .noHeadroom(shortBy: 7)))
    #expect(one(.none).rung(at: .one) == .reached(state(1000, [1])))
  }

  @Test("the largest numbers allowed are worked out")
  func extremes() {
    let cluster = ExposedCluster(
      demand: 1_000_000_000_000, capacity: 1_000_000_000_000,
      partial: .weights(outOf: 1_000_000))
    let ladder = ExposureLadder(of: [cluster], routingWeights: 1_000_000)
    #expect(
      ladder.rung(at: Ratio(partsPerBillion: 999_999_999))
        == .reached(state(1000, [1_000_000])))
    let small = Ratio(partsPerBillion: 1)
    #expect(ladder.rung(at: small).exposure?.updatedParts == [1])
  }

  // MARK: Laws over every small fleet

  private static let abilities: [PartialRollout] = [
    .none, .replicas(3), .replicas(20), .weights(outOf: 100),
  ]

  /// Every fleet of up to three clusters with these demands, capacities and abilities.
  private static var fleets: [[ExposedCluster]] {
    var kinds: [ExposedCluster] = []
    let loads: [(demand: Int64, capacity: Int64)] = [(0, 5), (1, 1), (3, 9), (10, 14)]
    for (demand, capacity) in loads {
      for partial in abilities {
        kinds.append(ExposedCluster(demand: demand, capacity: capacity, partial: partial))
      }
    }
    var fleets = kinds.map { [$0] }
    for first in kinds {
      for second in kinds {
        fleets.append([first, second])
        fleets.append([first, second, kinds[fleets.count % kinds.count]])
      }
    }
    return fleets.filter { fleet in fleet.contains { $0.demand > 0 } }
  }

  private static let shares = [1, 5, 10, 25, 50, 75, 99].map { Ratio.percent($0) }

  /// The share of demand that meets the new version, reckoned anew from what is set.
  private func shown(_ exposure: Exposure, _ fleet: [ExposedCluster]) -> Ratio {
    // 300 is a multiple of all numbers of parts.
    var (shown, whole): (Int128, Int128) = (0, 0)
    for (index, cluster) in fleet.enumerated() {
      let load = exposure.weights.map { Int64($0[index]) } ?? cluster.demand
      let updated = 300 / cluster.partial.parts * exposure.updatedParts[index]
      shown += Int128(load) * Int128(updated)
      whole += Int128(load) * 300
    }
    return Ratio.nearest(shown, outOf: whole)
  }

  @Test("what is said to be reached is, no cluster gets more than it can serve, none is lost")
  func reachedIsTrue() {
    for fleet in Self.fleets {
      let demand = fleet.reduce(0) { $0 + $1.demand }
      let ladder = ExposureLadder(of: fleet, routingWeights: 1000)
      for share in Self.shares {
        let rung = ladder.rung(at: share)
        guard let exposure = rung.exposure else { continue }
        #expect(shown(exposure, fleet) == exposure.share, "\(fleet) \(share)")
        if case .reached = rung {
          let off = exposure.share.partsPerBillion - share.partsPerBillion
          #expect(off.magnitude <= 1_000_000, "\(fleet) \(share)")
        }
        guard let weights = exposure.weights else { continue }
        #expect(weights.reduce(0, +) == 1000)
        for (weight, cluster) in zip(weights, fleet) {
          #expect(weight >= 0 && Int64(weight) * demand <= cluster.capacity * 1000)
        }
      }
    }
  }

  @Test("a higher rung never takes the new version from a cluster that has it")
  func monotone() {
    for fleet in Self.fleets {
      for routing: Int? in [nil, 1000] {
        let ladder = ExposureLadder(of: fleet, routingWeights: routing)
        let states = (Self.shares + [.one]).compactMap { ladder.rung(at: $0).exposure }
        for (lower, higher) in zip(states, states.dropFirst()) {
          let kept = zip(lower.updatedParts, higher.updatedParts).allSatisfy { $0 <= $1 }
          #expect(kept, "\(fleet), routing \(String(describing: routing))")
        }
      }
    }
  }

  @Test("with equal parts no setting of any cluster comes nearer than the nearest that is stated")
  func nearestOfAll() {
    for (pods, clusters) in [(3, 1), (3, 3), (20, 2), (7, 2), (1, 4)] {
      let cluster = ExposedCluster(demand: 840, capacity: 840, partial: .replicas(pods))
      let fleet = Array(repeating: cluster, count: clusters)
      let ladder = ExposureLadder(of: fleet, routingWeights: nil)
      // With equal parts, a setting is the number of parts updated, wherever they are.
      let reachable = (1...pods * clusters).map {
        Ratio.nearest(Int128($0), outOf: Int128(pods * clusters)).partsPerBillion
      }
      for permille in 1..<1000 {
        let asked = Int64(permille) * 1_000_000
        let best = reachable.map { ($0 - asked).magnitude }.min() ?? 0
        let stated: Ratio
        switch ladder.rung(at: Ratio(partsPerBillion: asked)) {
        case .reached(let exposure), .nearest(let exposure, _): stated = exposure.share
        case .refused(let nearest, _): stated = nearest
        }
        let off = (stated.partsPerBillion - asked).magnitude
        // Shares are stated to the nearest part per billion.
        #expect(off <= best + 1, "\(pods) pods in \(clusters): \(permille)")
      }
    }
  }
}
