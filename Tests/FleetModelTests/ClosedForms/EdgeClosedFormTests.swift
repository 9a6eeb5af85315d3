import Determinism
import RolloutStrategies
import Testing

@testable import FleetModel

/// G1, F1 and S7 of `models.md` §10.
@Suite struct EdgeClosedFormTests {
  // MARK: G1

  /// Agents that look for what is desired by themselves; a pod takes no time, so that a cluster is
  /// updated when it starts.
  private func pollers(_ poll: ClassPlan.Poll, clusters: Int) -> Scenario {
    Scenario.small(clusters: clusters) { scenario in
      scenario.plain.poll = poll
      scenario.web.podStart = .constant(.zero)
      scenario.rollout.startsAfter = .hours(1)
    }
  }

  @Test(
    "G1: the mean delay to the next jittered poll is E[X²]/2E[X]",
    arguments: [(120, 180), (30, 300), (0, 60)] as [(Int64, Int64)])
  func jitteredPolls(low: Int64, high: Int64) throws {
    let run = pollers(.jittered(from: .seconds(low), to: .seconds(high)), clusters: 12_000)
      .run(RunOptions(detail: .clusters))
    let delays = try run.updatedAfter.map { try #require($0) - 3_600 }
    let (a, b) = (Double(low), Double(high))
    // For X uniform on [a, b]: E[X] = (a + b)/2 and E[X²] = (a² + ab + b²)/3.
    let expected = (a * a + a * b + b * b) / 3 / (a + b)
    if low == 120 { #expect(expected == 76) }
    Sample(delays).expect(mean: expected, "delay of polls every \(low) to \(high) s")
    #expect(delays.allSatisfy { $0 >= 0 && $0 <= b })
  }

  @Test(
    "G1: the last of n polls with a fixed period comes after P·n/(n+1) on average",
    arguments: [(60, 9, 300), (600, 40, 200)] as [(Int64, Int, Int)])
  func lastFixedPoll(period: Int64, clusters: Int, replications: Int) throws {
    let scenario = pollers(.every(.seconds(period)), clusters: clusters)
    let sample = try scenario.sample(replications) { try $0.number("duration.p100") }
    let n = Double(clusters)
    sample.expect(mean: Double(period) * n / (n + 1), "last of \(clusters) polls")
    #expect(sample.values.allSatisfy { $0 <= Double(period) })
  }

  // MARK: F1

  struct Redundancy: Sendable, CustomTestStringConvertible {
    /// Zones that must be up, of how many.
    var needed: Int
    var zones: Int
    var between: Microseconds
    var repair: Microseconds

    /// 1 − Σ_{i ≥ k} C(n, i)·aⁱ·(1 − a)ⁿ⁻ⁱ.
    var unavailability: Double {
      let total = between.inSeconds + repair.inSeconds
      let (up, down) = (between.inSeconds / total, repair.inSeconds / total)
      return (0..<needed).reduce(0) { sum, up_ in
        var term = 1.0
        for index in 0..<up_ { term *= Double(zones - index) / Double(index + 1) * up }
        for _ in 0..<(zones - up_) { term *= down }
        return sum + term
      }
    }

    var testDescription: String { "\(needed) of \(zones)" }
  }

  static let redundancies = [
    Redundancy(needed: 2, zones: 3, between: .hours(90), repair: .hours(10)),
    Redundancy(needed: 1, zones: 2, between: .hours(40), repair: .hours(10)),
    Redundancy(needed: 3, zones: 5, between: .hours(30), repair: .hours(10)),
  ]

  /// Areas of n clusters, each of a zone of its own; an area is down for its users when more than
  /// half are.
  @Test(
    "F1: k of n zones that fail and are repaired are available as the binomial says",
    arguments: redundancies)
  func redundantZones(redundancy: Redundancy) throws {
    let areas = 40
    let hours: Int64 = 300
    let scenario = Scenario.small(
      clusters: areas * redundancy.zones, horizon: .hours(hours)
    ) { scenario in
      scenario.rollout.startsAfter = .hours(hours)
      scenario.fleet.levels = ["area", "zone"]
      scenario.fleet.generate?.hierarchy = [
        .init(level: "area", count: areas),
        .init(level: "zone", count: areas * redundancy.zones),
      ]
      scenario.environment.failures = [
        .init(
          level: "zone", between: .exponential(mean: redundancy.between),
          repair: .exponential(mean: redundancy.repair), effect: .down)
      ]
    }
    let perRun =
      Double(areas * redundancy.zones) * Double(hours) / redundancy.between.inSeconds * 3_600
    #expect(perRun >= 100)
    let sample = try scenario.sample(30) { try $0.number("domain.area.over50.integral") }
    sample.expect(
      mean: redundancy.unavailability * Double(hours) * Double(areas),
      "area-hours with fewer than \(redundancy.testDescription) zones up")
  }

  // MARK: S7

  /// A cluster counts if its failure has come in the last D.
  ///
  /// All b clusters become available together and are looked at together when they have soaked.
  /// With D = soak that is S7's b·soak/MTBF, MTBF being up plus repair. Clusters fail on their own,
  /// so the count is binomial; S7's Poisson is its limit.
  @Test(
    "S7: background failures during the soak halt a good version",
    arguments: [(100, 2, 100, 1), (60, 1, 200, 2), (200, 3, 120, 1)] as [(Int, Int, Int64, Int64)])
  func falseHalts(clusters: Int, halting: Int, up: Int64, soak: Int64) throws {
    let acceptance = Acceptance(soak: .hours(soak), failureBudget: .count(halting - 1))
    let scenario = Scenario.small(
      .allAtOnce(AllAtOncePolicy(acceptance: acceptance)), clusters: clusters,
      horizon: .hours(2 * soak + 1)
    ) { scenario in
      scenario.web.podStart = .constant(.hours(soak))
      scenario.web.progressDeadline = .hours(24)
      scenario.hub.lookInterval = .hours(2 * soak)
      scenario.plain.background = .init(
        up: .exponential(mean: .hours(up)), down: .constant(.hours(soak)))
    }
    let share = Double(soak) / Double(up + soak)
    var probability = 1.0
    var fewer = 1.0
    for _ in 0..<clusters { fewer *= 1 - share }
    for failures in 0..<halting {
      probability -= fewer
      fewer *= Double(clusters - failures) / Double(failures + 1) * share / (1 - share)
    }
    let replications = Int(120 / probability)
    let sample = try scenario.sample(replications) { try $0.number("falseHalt") }
    #expect(sample.mean * Double(replications) >= 75)
    sample.expect(
      mean: probability,
      standardError: (probability * (1 - probability) / Double(replications)).squareRoot(),
      "chance that \(halting) of \(clusters) fail in \(soak) h")
  }
}
