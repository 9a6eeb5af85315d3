import Determinism
import Testing

@testable import RolloutStrategies

@Suite("Batches of a ramp")
struct RampScheduleTests {
  /// What a ramp is asked for.
  struct Request: Sendable {
    var clusters: Int
    var budget: Int
    var tolerated = 0
    var percent: Int64 = 5

    var batches: [Int] {
      RampSchedule(
        clusters: clusters, budget: budget, tolerated: tolerated, probability: .percent(percent)
      ).batches
    }
  }

  @Test(
    "batches are those of the same bound, worked out in floating point by another program",
    arguments: [
      (
        Request(clusters: 200, budget: 2), [2, 2, 3, 4, 4, 5, 6, 8, 9, 9, 11, 14, 23, 31, 43, 26]
      ),
      (Request(clusters: 200, budget: 10), [10, 28, 89, 73]),
      (Request(clusters: 1_000, budget: 10), [10, 29, 94, 319, 548]),
      (
        Request(clusters: 1_000, budget: 10, tolerated: 2, percent: 1),
        [10, 9, 13, 19, 26, 37, 51, 72, 101, 143, 185, 334]
      ),
      (Request(clusters: 3_500, budget: 35), [35, 321, 3_144]),
    ])
  func figures(_ request: Request, _ expected: [Int]) { #expect(request.batches == expected) }

  @Test(
    "the exact risk is within the probability, however many clusters are bad",
    arguments: [
      Request(clusters: 30, budget: 1), Request(clusters: 30, budget: 3, tolerated: 2, percent: 20),
      Request(clusters: 60, budget: 5), Request(clusters: 60, budget: 6, tolerated: 1, percent: 1),
      Request(clusters: 120, budget: 10), Request(clusters: 120, budget: 2, percent: 40),
    ])
  func exactRisk(_ request: Request) {
    let batches = request.batches
    #expect(batches.reduce(0, +) == request.clusters)
    let risks = (0...request.clusters).map { Self.risk(of: batches, request, bad: $0) }
    let worst = risks.max() ?? 0
    #expect(worst <= Double(request.percent) / 100, "\(batches)")
  }

  @Test("the exact risk would not be, if the second batch were as large as all that is left")
  func greedIsPunished() {
    let request = Request(clusters: 120, budget: 10)
    let risks = (0...120).map { Self.risk(of: [10, 110], request, bad: $0) }
    #expect((risks.max() ?? 0) > 0.2)
  }

  @Test(
    "of many drawn orders, no more exceed the budget than is stated",
    arguments: [11, 15, 20, 30, 40, 60, 120, 200])
  func drawnOrders(bad: Int) {
    let request = Request(clusters: 200, budget: 10)
    let batches = request.batches
    var draws = Draws(seed: UInt64(bad))
    let runs = 2_000
    let exceeded = (0..<runs).count { _ in
      let order = draws.permutation(request.clusters)
      return Self.failures(of: batches, tolerated: 0) { order[$0] < bad } > request.budget
    }
    // 5 % of 2,000, and three standard deviations.
    #expect(exceeded <= 129, "\(exceeded) of \(runs)")
  }

  @Test("without any probability to spare, no batch can exceed what is left of the budget")
  func noRisk() {
    #expect(Request(clusters: 20, budget: 8, percent: 0).batches == [8, 8, 4])
    #expect(
      Request(clusters: 20, budget: 8, tolerated: 3, percent: 0).batches == [8, 5, 5, 2])
  }

  @Test("a million clusters take few batches") func million() {
    let batches = Request(clusters: 1_000_000, budget: 1_000).batches
    #expect(batches == [1_000, 10_000, 110_000, 879_000])
  }

  /// Failed clusters of a ramp, by which places in its order are bad.
  private static func failures(
    of batches: [Int], tolerated: Int, isBad: (Int) -> Bool
  ) -> Int {
    var failures = 0
    var place = 0
    for size in batches where failures <= tolerated {
      failures += (place..<place + size).count(where: isBad)
      place += size
    }
    return failures
  }

  /// The exact probability that a ramp exceeds its budget: cluster after cluster, by how many of
  /// those before it were bad.
  private static func risk(of batches: [Int], _ request: Request, bad: Int) -> Double {
    var chance = Array(repeating: 0.0, count: bad + 1)
    chance[0] = 1
    var risk = 0.0
    var place = 0
    for size in batches {
      for failures in chance.indices where failures > request.tolerated { chance[failures] = 0 }
      for _ in 0..<size {
        let left = Double(request.clusters - place)
        for failures in chance.indices.reversed() {
          let isBad = Double(bad - failures) / left
          if failures < bad { chance[failures + 1] += chance[failures] * isBad }
          chance[failures] *= 1 - isBad
        }
        place += 1
      }
      risk += chance.dropFirst(request.budget + 1).reduce(0, +)
    }
    return risk
  }
}
