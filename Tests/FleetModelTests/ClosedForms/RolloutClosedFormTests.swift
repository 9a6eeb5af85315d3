import Determinism
import RolloutStrategies
import Testing

@testable import FleetModel

/// R1, R2 and R3 of `models.md` §10.
@Suite struct RolloutClosedFormTests {
  // MARK: R1

  struct Waves: Sendable, CustomTestStringConvertible {
    var sizes: [Int]
    var concurrency: Int
    var update: Int64
    var soak: Int64
    var soaksLast: Bool

    /// Σ⌈n/c⌉·update + soak for each wave, less the last one's if that does not soak.
    ///
    /// Unit: s.
    var duration: Double {
      let rounds = sizes.reduce(0) { $0 + ($1 + concurrency - 1) / concurrency }
      return Double(
        Int64(rounds) * update + soak * Int64(soaksLast ? sizes.count : sizes.count - 1))
    }

    var testDescription: String { "\(sizes) by \(concurrency), \(update) s, soak \(soak) s" }
  }

  static let waves = [
    Waves(sizes: [1, 9, 90, 900], concurrency: 100, update: 300, soak: 3_600, soaksLast: false),
    Waves(sizes: [1, 9, 90, 900], concurrency: 100, update: 300, soak: 3_600, soaksLast: true),
    Waves(sizes: [3, 7], concurrency: 4, update: 61, soak: 0, soaksLast: false),
    Waves(sizes: [5], concurrency: 5, update: 1, soak: 10, soaksLast: true),
    Waves(sizes: [2, 2, 2], concurrency: 7, update: 45, soak: 5, soaksLast: false),
  ]

  @Test("R1: waves without faults take exactly their updates and soaks", arguments: waves)
  func wavesTakeTheirSum(waves: Waves) throws {
    let stages = waves.sizes.enumerated().map { index, size in
      let rests = waves.soaksLast || index + 1 < waves.sizes.count
      return Stage(
        name: "w\(index)", size: .count(size), maxConcurrency: .count(waves.concurrency),
        soak: rests ? .seconds(waves.soak) : .zero)
    }
    let run = Scenario.small(
      .staged(StagedPolicy(stages: stages)), clusters: waves.sizes.reduce(0, +)
    ) { $0.web.podStart = .constant(.seconds(waves.update)) }.run()
    #expect(run.record.status == .completed)
    #expect(try run.decidedAfter().inSeconds == waves.duration)
    let updated = waves.duration - (waves.soaksLast ? Double(waves.soak) : 0)
    #expect(try run.number("duration.p100") == updated)
  }

  // MARK: R2

  /// Timed batches of a version that is noticed `detection` after a batch starts.
  private func timedBatches(
    of batch: Int, every interval: Int64, detection: Int64, latent: Int64 = 0
  ) throws -> Double {
    let update: Int64 = 10
    let batches = (latent + detection) / interval + 3
    let trigger: DefectPlan.Trigger =
      latent > 0 ? .afterStart(.seconds(latent - update)) : .atStart
    let noticed = latent > 0 ? detection : detection - update
    let run = Scenario.small(
      .timedBatches(
        TimedBatchesPolicy(batchSize: .count(batch), interval: .seconds(interval))),
      clusters: batch * Int(batches), defects: [.ofTarget(.errorRate(.percent(10)), trigger)]
    ) { scenario in
      scenario.web.podStart = .constant(.seconds(update))
      scenario.signals.detection = .constant(.seconds(noticed))
    }.run()
    #expect(run.record.status == .halted)
    #expect(try run.decidedAfter() == .seconds(latent + detection))
    return try run.number("carrying.peak")
  }

  @Test(
    "R2: steady batches expose b·⌈d/T⌉ clusters, and a halt beats a batch due at that instant",
    arguments: [
      (50, 120, 450), (50, 120, 480), (50, 120, 481), (1, 60, 60), (7, 30, 100), (3, 45, 44),
    ] as [(Int, Int64, Int64)])
  func steadyBatches(batch: Int, interval: Int64, detection: Int64) throws {
    let batches = (detection + interval - 1) / interval
    #expect(
      try timedBatches(of: batch, every: interval, detection: detection)
        == Double(batch) * Double(batches))
  }

  @Test(
    "R2: a latent fault exposes what starts until it acts and is noticed",
    arguments: [(120, 60, 3_600, 300), (1, 1, 100, 17), (10, 20, 90, 33)]
      as [(Int, Int64, Int64, Int64)])
  func latentFault(batch: Int, interval: Int64, latent: Int64, detection: Int64) throws {
    let batches = (latent + detection + interval - 1) / interval
    #expect(
      try timedBatches(of: batch, every: interval, detection: detection, latent: latent)
        == Double(batch) * Double(batches))
  }

  @Test(
    "R2: gated batches whose soak covers detection expose one batch",
    arguments: [(50, 450, 450), (50, 450, 600), (8, 30, 31)] as [(Int, Int64, Int64)])
  func gatedBatches(batch: Int, detection: Int64, soak: Int64) throws {
    let stages = (0..<4).map { Stage(name: "b\($0)", size: .count(batch)) }
    let run = Scenario.small(
      .staged(
        StagedPolicy(stages: stages, acceptance: Acceptance(soak: .seconds(soak)))),
      clusters: 4 * batch, defects: [.ofTarget(.errorRate(.percent(10)))]
    ) { $0.signals.detection = .constant(.seconds(detection)) }.run()
    #expect(run.record.status == .halted)
    #expect(try run.number("carrying.peak") == Double(batch))
    #expect(try run.decidedAfter() == .seconds(60 + detection))
  }

  // MARK: R3

  /// E = b·Σ (1 − p)^(j·b) over the N/b batches, with p = K/N.
  ///
  /// Batch j (from 0) starts if the j·b clusters before it are all unaffected, and each is on its
  /// own. This is the binomial analogue of R3, whose draw of exactly K clusters has
  /// C(N−K, jb)/C(N, jb) in place of (1 − p)^(jb).
  @Test(
    "R3: batches until the first affected cluster, with each cluster's fate drawn on its own",
    arguments: [(200, 4, 10, 400), (60, 6, 5, 600)])
  func firstAffected(clusters: Int, affected: Int, batch: Int, replications: Int) throws {
    let share = Ratio(partsPerBillion: 1_000_000_000 * Int64(affected) / Int64(clusters))
    let scenario = Scenario.small(
      .timedBatches(TimedBatchesPolicy(batchSize: .count(batch), interval: .minutes(10))),
      clusters: clusters,
      defects: [.ofTarget(.errorRate(.percent(10)), share: share)])
    let sample = try scenario.sample(replications) { try $0.number("carrying.peak") }
    let isSpared = 1 - Double(affected) / Double(clusters)
    var expected = 0.0
    var allSpared = 1.0
    for _ in 0..<(clusters / batch) {
      expected += Double(batch) * allSpared
      for _ in 0..<batch { allSpared *= isSpared }
    }
    sample.expect(mean: expected, "exposed of \(clusters) in batches of \(batch)")
  }
}
