import ArgumentParser
import Determinism
import Experiments
import FleetModel
import LocatedYAML
import Reports
import ResultStore
import RolloutStrategies

/// Carries runs out a second time, in another way, and compares.
struct Audit {
  let world: World
  /// Whether the second time is that of another arm, to show that it is found.
  var isSpoilt = false

  /// What differs in a run from how it came out before; nil: it is the same.
  func difference(
    of request: RunRequest, from record: RunRecord, carriedOut options: RunOptions
  ) -> RunDifference? {
    var again = request
    if isSpoilt { again.armIndex = request.armIndex == nil ? 0 : nil }
    let other = options.otherWay(SplitMix64.mix(record.eventDigest))
    return RunDifference(record, world.run(again, options: other).record)
  }
}

/// A run that came out differently when it was carried out again.
struct DifferentRun: Error {
  /// The scenario's name.
  var scenario: String
  var identity: RunIdentity
  var difference: RunDifference

  /// Says so, and what shows it again, and gives the exit code.
  func failure(shownBy command: String) -> ExitCode {
    let name = identity.arm.map { "\(visible($0))/\(identity.replication)" }
    let run = name ?? "without a rollout, replication \(identity.replication),"
    return Failure.exit(
      Exit.determinism,
      """
      run \(run) of case \(visible(identity.caseName)) of \(visible(scenario)) came out \
      differently this time: \(difference.text) (key \(identity.key))
      """,
      help: """
        see it again with `\(command)`, and report it with the output of `rollsim --version` on \
        every machine that took part
        """)
  }
}

extension RunDifference {
  /// What differs, as a part of a sentence.
  fileprivate var text: String {
    switch self {
    case .events(let divergence):
      guard let bucket = divergence.bucket, let span = divergence.span else {
        return "its events differ"
      }
      return "its events differ from time bucket \(bucket) on, which begins at "
        + EventLine.time(span.lowerBound)
    case .draws: return "its draws differ, and its events do not"
    case .outcome: return "what it leaves behind differs, and its events do not"
    }
  }
}

extension Digest256 {
  /// Whether a draw of so many percent of all keys takes this one.
  func isDrawn(percent: Int) -> Bool {
    let word = bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return word.multipliedFullWidth(by: 100).high < UInt64(percent)
  }
}
