import Determinism
public import FleetModel
import RolloutStrategies

/// A run of a scenario's first case and arm that was carried out in several ways and looked over.
public struct CheckedRun: Sendable {
  /// The first check that it did not pass; nil: it passed all.
  public private(set) var finding: RunFinding?
  /// Stands for the digests of the run.
  public let digest: UInt64
  /// What the run came to, by the names of `Situation`.
  public let situations: [String]

  /// Carries out a run and checks it.
  ///
  /// - Parameters:
  ///   - scenario: what is run.
  ///   - seed: the seed of its draws.
  ///   - claimed: the scenario whose documents decide what is allowed; nil: the same. Another one
  ///     shows that the checks find a strategy that does not keep to its document.
  public init(_ scenario: Scenario, seed: UInt64, claimed: Scenario? = nil) {
    let world = World(scenario)
    let request = RunRequest(
      caseIndex: 0, armIndex: 0, random: RandomStream(seed: seed, replication: 0))
    var options = RunOptions(detail: .waves, wantsTranscript: true)
    options.looksForFlaws = true
    let result = world.run(request, options: options)
    let record = result.record
    digest = SplitMix64.mix(
      record.eventDigest ^ SplitMix64.mix(record.drawDigest ^ SplitMix64.mix(record.outcomeDigest)))
    let claims = (claimed.map(World.init) ?? world).policies(arm: (claimed ?? scenario).arms[0])
    var review = TranscriptReview(world, claims: claims, random: request.random)
    review.read(result.transcript)
    situations = Situation.names(
      of: result, in: scenario, blocks: review.blockCauses, slots: review.slots)
    finding =
      result.flaw.map { RunFinding(.conservation, $0) }
      ?? Self.differenceInOrder(world, request, record, seed: seed)
      ?? review.finding
  }

  /// Carries the run out with another event list, another order of entities, and several lanes.
  private static func differenceInOrder(
    _ world: World, _ request: RunRequest, _ record: RunRecord, seed: UInt64
  ) -> RunFinding? {
    let options = RunOptions().otherWay(SplitMix64.mix(seed))
    let other = world.run(request, options: options).record
    switch RunDifference(record, other) {
    case nil: return nil
    case .events(let divergence):
      let bucket = divergence.bucket.map { " from time bucket \($0) on" } ?? ""
      return RunFinding(.order, "events differ\(bucket)")
    case .draws: return RunFinding(.order, "draws differ")
    case .outcome(let metric):
      let what = metric.map { metric in
        "\(world.metrics.definitions[metric].name): \(record.metrics[metric]), "
          + "then \(other.metrics[metric])"
      }
      return RunFinding(.order, "outcomes differ: \(what ?? "not in a metric")")
    }
  }
}
