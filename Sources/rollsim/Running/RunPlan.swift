import Determinism
import Experiments
import FleetModel
import ResultStore

/// The runs of an experiment, in the order in which they are stored: by replication, then case; in
/// each such group first the run without any rollout, then the arms.
struct RunPlan: Sendable {
  /// One run.
  struct Item: Sendable {
    var caseIndex: Int
    /// The arm; nil: no rollout.
    var armIndex: Int?
    var random: RandomStream
    var key: Digest256
    /// Whether it is carried out twice, to compare.
    var isAudited: Bool

    /// The run as it is asked of the world.
    var request: RunRequest {
      RunRequest(caseIndex: caseIndex, armIndex: armIndex, random: random)
    }
  }

  /// The runs of one case and replication; the first is the one without a rollout.
  struct Group: Sendable {
    var items: [Item]
    /// Which of them are to be stored.
    var isMissing: [Bool]
  }

  private(set) var groups: [Group] = []
  /// Runs that are in the database already.
  private(set) var presentCount = 0

  /// Runs to be carried out twice.
  var auditedCount: Int { groups.reduce(0) { $0 + $1.items.count(where: \.isAudited) } }

  /// Runs to be carried out.
  var runCount: Int { groups.reduce(0) { $0 + $1.items.count } }

  /// `audit` is how many percent of the runs that are to be stored are carried out twice.
  init(
    scenario: Scenario, keys: RunKeys, cases: [Int], arms: [Int], seed: UInt64,
    replications: Range<Int>, present: Set<Digest256>, audit: Int
  ) {
    for replication in replications {
      let random = RandomStream(seed: seed, replication: UInt32(replication))
      for caseIndex in cases {
        let choices: [Int?] = [nil] + arms.map { $0 }
        var group = Group(items: [], isMissing: [])
        for armIndex in choices {
          let key = Digest256(
            keys.key(caseIndex: caseIndex, armIndex: armIndex, random: random))
          let isMissing = !present.contains(key)
          let item = Item(
            caseIndex: caseIndex, armIndex: armIndex, random: random, key: key,
            isAudited: isMissing && key.isDrawn(percent: audit))
          if !isMissing { presentCount += 1 }
          // The run without a rollout is needed by every arm, stored or not.
          guard isMissing || armIndex == nil else { continue }
          group.items.append(item)
          group.isMissing.append(isMissing)
        }
        if group.isMissing.contains(true) { groups.append(group) }
      }
    }
  }
}
