import Determinism

@testable import FleetModel

/// All that must be equal in two runs that are the same.
struct RunDigests: Equatable, CustomStringConvertible {
  var events: UInt64
  var checkpoints: [UInt64]
  var draws: UInt64
  var outcome: UInt64
  var eventCount: Int

  init(_ record: RunRecord) {
    events = record.eventDigest
    checkpoints = record.eventCheckpoints
    draws = record.drawDigest
    outcome = record.outcomeDigest
    eventCount = record.eventCount
  }

  var description: String {
    "events \(eventCount) \(events), draws \(draws), outcome \(outcome)"
  }
}

extension World {
  /// The digests of the only case and arm.
  func digests(seed: UInt64, _ options: RunOptions = RunOptions(detail: .metrics)) -> RunDigests {
    RunDigests(
      run(
        RunRequest(
          caseIndex: 0, armIndex: 0, random: RandomStream(seed: seed, replication: 0)),
        options: options
      ).record)
  }
}
