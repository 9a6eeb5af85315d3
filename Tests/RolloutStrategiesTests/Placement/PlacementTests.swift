import Determinism
import Testing

@testable import RolloutStrategies

@Suite("Placement of replicas over clusters")
struct PlacementTests {
  /// Clusters of the named regions, in order.
  private static func fleet(_ regions: [String], capacity: [Int64]? = nil) -> Fleet {
    var names = NameTable()
    for index in regions.indices { names.append("c\(index)") }
    var values: [String] = []
    for region in regions where !values.contains(region) { values.append(region) }
    let valueOf = regions.map { region in UInt32(values.firstIndex(of: region) ?? 0) }
    return Fleet(
      names: names, keys: Column(regions.indices.map { UInt64($0) + 1 }),
      dimensions: [.init(name: "region", values: values, valueOf: NarrowArray(valueOf))],
      load: capacity.map { .init(demand: Column($0), capacity: Column($0)) })
  }

  /// What is asked when nothing was before.
  private static func first(
    _ policy: PlacementPolicy, _ fleet: Fleet, lost: [Int] = []
  ) -> Placement.Decision {
    let zeros = [Int](repeating: 0, count: fleet.count)
    return Placement(policy, in: fleet).decide(
      lost: zeros.indices.map(lost.contains), asked: zeros, ready: zeros)
  }

  private static func placed(_ asked: [Int]) -> Placement.Decision {
    .place(asked: asked, isHandingOver: false)
  }

  @Test("each way of dividing, worked by hand")
  func divisions() {
    let fleet = Self.fleet(["east", "east", "west", "west"], capacity: [100, 100, 200, 400])
    let east = PlacementPolicy.Weight(clusters: .label("region", "east"), weight: 3)
    let rest = PlacementPolicy.Weight(clusters: .all, weight: 1)
    #expect(
      Self.first(.init(division: .duplicated, replicas: 5), fleet) == Self.placed([5, 5, 5, 5]))
    #expect(
      Self.first(.init(division: .divided, replicas: 10), fleet) == Self.placed([3, 3, 2, 2]))
    #expect(
      Self.first(.init(division: .weighted, replicas: 16, weights: [east, rest]), fleet)
        == Self.placed([6, 6, 2, 2]), "the first weight that chooses a cluster counts")
    #expect(
      Self.first(.init(division: .weighted, replicas: 16, weights: [east]), fleet)
        == Self.placed([8, 8, 0, 0]), "what no weight chooses gets nothing")
    #expect(
      Self.first(.init(division: .byCapacity, replicas: 16), fleet)
        == Self.placed([2, 2, 4, 8]))
    #expect(
      Self.first(
        .init(division: .divided, replicas: 10, clusters: .label("region", "west")), fleet)
        == Self.placed([0, 0, 5, 5]))
  }

  @Test("spread over at least and at most so many domains, and no domain far ahead of another")
  func spread() {
    let fleet = Self.fleet(["a", "a", "a", "b", "c"])
    func policy(_ spread: PlacementPolicy.Spread) -> PlacementPolicy {
      PlacementPolicy(division: .divided, replicas: 10, spread: [spread])
    }
    #expect(
      Self.first(policy(.init(level: "region", atLeast: 3)), fleet, lost: [4])
        == .tooFewDomains(level: "region", left: 2))
    #expect(
      Self.first(policy(.init(level: "region", atMost: 2)), fleet)
        == Self.placed([3, 3, 2, 2, 0]), "a weighs most, and b comes before c")
    #expect(
      Self.first(policy(.init(level: "region", maxSkew: 1)), fleet)
        == Self.placed([2, 1, 1, 3, 3]), "6, 2 and 2 become 4, 3 and 3")
    #expect(
      Self.first(policy(.init(level: "region", maxSkew: 3)), fleet)
        == Self.placed([2, 2, 1, 3, 2]), "5 and twice at least 2: one of them gets the rest")
    #expect(Self.first(policy(.init(level: "region")), fleet, lost: [0, 1, 2, 3, 4]) == .nowhere)
  }

  @Test("replicas of a lost cluster go to the others, and come back or not")
  func failover() {
    let fleet = Self.fleet(["a", "b", "c", "d"])
    for whenBack in PlacementPolicy.WhenBack.allCases {
      let policy = PlacementPolicy(division: .divided, replicas: 12, whenBack: whenBack)
      let placement = Placement(policy, in: fleet)
      let lost = placement.decide(
        lost: [false, false, false, true], asked: [3, 3, 3, 3], ready: [3, 3, 3, 0])
      #expect(lost == Self.placed([4, 4, 4, 0]))
      let back = placement.decide(
        lost: [false, false, false, false], asked: [4, 4, 4, 0], ready: [4, 4, 4, 0])
      #expect(
        back
          == (whenBack == .stay
            ? Self.placed([4, 4, 4, 0]) : .place(asked: [4, 4, 4, 3], isHandingOver: true)),
        "nobody gives back what nobody has taken over")
      let done = placement.decide(
        lost: [false, false, false, false], asked: [4, 4, 4, 3], ready: [4, 4, 4, 3])
      #expect(done == Self.placed([3, 3, 3, 3]))
    }
  }

  @Test(
    "over drawn fleets all replicas are placed, none on a lost cluster, and repeats change nothing")
  func laws() {
    var draws = Draws(seed: 11)
    for _ in 0..<500 {
      let count = draws.int(1...9)
      let fleet = Self.fleet((0..<count).map { _ in draws.pick(["a", "b", "c"]) })
      let skew = draws.chance(30) ? draws.int(1...3) : nil
      let policy = PlacementPolicy(
        division: .divided, replicas: draws.int(1...40),
        spread: skew.map { [.init(level: "region", maxSkew: $0)] } ?? [],
        whenBack: draws.pick(PlacementPolicy.WhenBack.allCases))
      let placement = Placement(policy, in: fleet)
      var asked = [Int](repeating: 0, count: count)
      for _ in 0..<6 {
        let lost = asked.map { _ in draws.chance(30) }
        guard lost.contains(false),
          case .place(let next, _) = placement.decide(lost: lost, asked: asked, ready: asked)
        else { continue }
        // What is ready decides only when something is given back.
        guard case .place(let last, false) = placement.decide(lost: lost, asked: next, ready: next)
        else {
          Issue.record("what is ready everywhere is still handed over")
          continue
        }
        #expect(last.reduce(0, +) == policy.replicas)
        #expect(!last.indices.contains { lost[$0] && last[$0] > 0 })
        if policy.whenBack == .stay, skew == nil {
          #expect(!last.indices.contains { !lost[$0] && last[$0] < asked[$0] })
        }
        #expect(
          placement.decide(lost: lost, asked: last, ready: last) == Self.placed(last))
        asked = last
      }
    }
  }

  @Test("the band that skew allows is the one that moving replicas one by one comes to")
  func evened() {
    var draws = Draws(seed: 12)
    for _ in 0..<2_000 {
      let parts = (0..<draws.int(1...6)).map { _ in draws.int(0...30) }
      let skew = draws.int(1...8)
      let ties = parts.indices.map { UInt64($0) }
      let evened = Placement.evened(parts, within: skew, ties: ties)
      // One replica at a time, from where most are to where fewest are.
      var moved = parts
      var moves = 0
      while let most = moved.max(), let least = moved.min(), most - least > skew,
        let from = moved.firstIndex(of: most), let to = moved.firstIndex(of: least)
      {
        moved[from] -= 1
        moved[to] += 1
        moves += 1
      }
      #expect(evened.reduce(0, +) == parts.reduce(0, +))
      #expect((evened.max() ?? 0) - (evened.min() ?? 0) <= skew)
      let distance = zip(evened, parts).reduce(0) { $0 + abs($1.0 - $1.1) }
      #expect(distance == 2 * moves, "\(parts) within \(skew): \(evened) and \(moved)")
    }
  }
}
