import Determinism
import RolloutStrategies
import Testing

@testable import FleetModel

/// A run with the world it took place in.
struct FinishedRun {
  let world: World
  let result: RunResult

  var record: RunRecord { result.record }

  /// The value of a metric; fails the test when it is no number.
  func number(_ name: String) throws -> Double {
    guard case .finite(let number) = try metric(name) else {
      throw MissingNumber(metric: name, value: try metric(name))
    }
    return number
  }

  /// The value of a metric; fails the test when there is none of the name.
  func metric(_ name: String) throws -> MetricValue {
    record.metrics[try #require(world.metrics.index(of: name), "no metric \(name)")]
  }

  /// When the only rollout came to its verdict, from the start of the run.
  func decidedAfter() throws -> Microseconds {
    try #require(record.rollouts[0].decidedAfter)
  }

  /// When each cluster was updated, in seconds from the start of the run; nil: never.
  var updatedAfter: [Double?] { record.clusters.map { $0.updatedAfter?.inSeconds } }

  /// What planners were told about a cluster, in the order in which they came to know it.
  func reports(on name: String) -> [(at: Microseconds, report: Observed)] {
    result.transcript.flatMap { step in
      step.observations.compactMap { observation in
        guard case .report(_, let cluster, let report) = observation,
          world.fleetOf[step.planner].names[cluster.offset] == name
        else { return nil }
        return (step.at - world.startAt, report)
      }
    }
  }

  /// A metric that should have been a number and was not.
  struct MissingNumber: Error {
    var metric: String
    var value: MetricValue
  }
}

extension Scenario {
  /// Carries out one run of the scenario.
  func run(
    seed: UInt64 = 1, replication: UInt32 = 0, caseIndex: Int = 0, armIndex: Int? = 0,
    _ options: RunOptions = RunOptions(detail: .events, wantsTranscript: true)
  ) -> FinishedRun {
    World(self).finish(
      RunRequest(
        caseIndex: caseIndex, armIndex: armIndex,
        random: RandomStream(seed: seed, replication: replication)), options)
  }

  /// One number of each of several replications, over one world.
  func sample(
    _ replications: Int, seed: UInt64 = 1, detail: RecordingDetail = .metrics,
    _ read: (FinishedRun) throws -> Double
  ) rethrows -> Sample {
    let world = World(self)
    return Sample(
      try (0..<replications).map { replication in
        try read(
          world.finish(
            RunRequest(
              caseIndex: 0, armIndex: 0,
              random: RandomStream(seed: seed, replication: UInt32(replication))),
            RunOptions(detail: detail)))
      })
  }
}

extension World {
  /// Carries out one run.
  func finish(_ request: RunRequest, _ options: RunOptions) -> FinishedRun {
    FinishedRun(world: self, result: run(request, options: options))
  }
}
