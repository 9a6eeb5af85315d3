import Determinism
import RolloutStrategies

/// The fingerprint of what a run leaves behind at every level of detail.
enum OutcomeDigest {
  /// Chains status, metrics and verdicts in their order.
  static func of(_ record: RunRecord) -> UInt64 {
    var digest = EntityKey.hash(of: record.status.rawValue)
    func take(_ word: UInt64) { digest = SplitMix64.mix(digest ^ word &+ 0x9E37_79B9_7F4A_7C15) }
    for metric in record.metrics {
      switch metric {
      case .finite(let value): take((value + 0).bitPattern)
      case .never: take(1)
      case .notApplicable: take(2)
      }
    }
    for outcome in record.rollouts {
      take(EntityKey.hash(of: outcome.planner + "/" + outcome.rollout + "/" + outcome.verdict.word))
      take(UInt64(outcome.clusters) << 32 | UInt64(outcome.updated))
      take(UInt64(outcome.stragglers))
    }
    take(UInt64(record.eventCount))
    return digest
  }
}
