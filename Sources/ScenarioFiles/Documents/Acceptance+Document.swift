import Determinism
import LocatedYAML
import RolloutStrategies

extension MapSpec {
  /// The fields that every strategy has in common.
  static let acceptance: [FieldSpec] = [
    .standard(
      "soak", "duration", "0s", "How long a cluster must be available and not bad to be done."),
    .optional(
      "progressDeadline", "duration", absent: "no deadline",
      "How long after being asked a cluster may take to become available."),
    .standard(
      "failureBudget", "count or percent", "0",
      "Failed clusters that are tolerated; a share is rounded down."),
    .standard(
      "onBreach", "halt, freeze, rollBackStage or rollBackAll", "halt",
      "What happens when more clusters fail; freeze pauses what is under way until it is resumed."),
    .optional(
      "demandBudget", "percent", absent: "any share",
      "The share of demand that failed clusters may carry: of users, if classes state capacity."),
    .optional(
      "offline", "start or skip", absent: "start",
      "Whether a cluster that cannot be reached is started like others or passed over for now."),
    .optional(
      "retry", "map", absent: "a failed update is not tried again",
      "How a cluster is asked again whose update failed or whose deadline passed.", map: "retry"),
    .optional(
      "membership", "map", absent: "clusters that join are adopted",
      "What is done about clusters that join or leave meanwhile.", map: "membershipRule"),
  ]
  /// The same without what a ladder states for each share.
  static let acceptanceOfLadders = acceptance.filter { $0.name != "soak" }

  static let retry = MapSpec(
    "retry", "How a cluster is asked again; until the last time it has not failed.",
    [
      .required("limit", "integer from 1 to 100", "The most times it is asked again."),
      .required("after", "duration", "How long after the first failure it is asked again."),
      .standard(
        "factor", "integer from 1 to 100", "1", "How many times longer each further wait is."),
      .optional("cap", "duration", absent: "any", "The longest wait."),
    ])

  static let membershipRule = MapSpec(
    "membershipRule", "What is done about clusters that join or leave after the rollout began.",
    [
      .standard(
        "joins", "adopt, ignore or abort", "adopt",
        "One that joins is taken in where its labels put it, stays as it is, or halts the rollout."
      ),
      .standard(
        "leaves", "ignore or abort", "ignore", "Whether the rollout halts when one leaves."),
    ])
}

extension Acceptance {
  init(_ fields: Fields, hasOffline: Bool = true) {
    self.init(
      soak: fields.has("soak") ? fields["soak"].duration() : .zero,
      progressDeadline: fields.written("progressDeadline")?.positiveDuration(),
      failureBudget: fields["failureBudget"].amount(),
      demandBudget: fields.has("demandBudget") ? fields.written("demandBudget")?.ratio() : nil,
      onBreach: fields["onBreach"].choice(Breach.allCases, else: .halt),
      offline: hasOffline
        ? fields.written("offline")?.choice(Offline.allCases, else: .start) : nil,
      retry: fields.has("retry")
        ? fields.written("retry").map { RetryRule($0.fields(.retry)) } : nil,
      membership: fields.has("membership")
        ? fields.written("membership").map { MembershipRule($0.fields(.membershipRule)) } : nil)
  }
}

extension RetryRule {
  fileprivate init(_ fields: Fields) {
    self.init(
      limit: fields["limit"].integer(in: 1...100), after: fields["after"].duration(),
      factor: fields["factor"].integer(in: 1...100), cap: fields.written("cap")?.duration())
    if let cap, cap < after {
      fields["cap"].report(
        .outOfRange, "the longest wait is shorter than the first",
        help: "raise cap to at least after, or leave it away")
    }
  }
}

extension MembershipRule {
  fileprivate init(_ fields: Fields) {
    self.init(
      joins: fields["joins"].choice(Joins.allCases, else: .adopt),
      leaves: fields["leaves"].choice(Leaves.allCases, else: .ignore))
  }
}
