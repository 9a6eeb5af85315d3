import Determinism
import Testing

@testable import RolloutStrategies

/// A law that some other planner's system breaks.
enum Law: String {
  /// A strategy made anew from the statuses decides as the one that kept running.
  case takeover
  /// When every cluster has answered, a rollout is over or says what it waits for.
  case settling
  /// Other names and keys change no decision.
  case renaming
  /// Another listing order changes no decision.
  case relisting
  /// Nothing is started with or after a stop.
  case finality

  /// Why a drawn case breaks it; nil: it holds.
  func breach(of entry: CatalogueEntry, seed: UInt64) throws -> String? {
    switch self {
    case .takeover: try LawRun(entry, seed: seed).takeoverBreach()
    case .settling: LawRun(entry, seed: seed).settlingBreach()
    case .renaming: LawRun.renamingBreach(of: entry, seed: seed)
    case .relisting: LawRun.relistingBreach(of: entry, seed: seed)
    case .finality: try LawRun(entry, seed: seed).finalityBreach()
    }
  }
}

/// A law that an entry of the catalogue does not keep, because its system does not.
struct LawException: Sendable, CustomTestStringConvertible {
  var entry: CatalogueEntry
  var law: Law
  /// What the system does instead.
  var quirk: String

  var testDescription: String { "\(entry) \(law.rawValue): \(quirk)" }

  /// All there are.
  static let all = [
    LawException(
      .kubeFleetStaged, .takeover, "which clusters were selected and succeeded is in the run"),
    LawException(.kubeFleetStaged, .settling, "it knows no failures and waits for ever"),
    LawException(.kubeFleetStaged, .renaming, "clusters are taken by name"),
    LawException(.kubeFleetRolling, .settling, "failed clusters use up what may be unavailable"),
    LawException(.kubeFleetRolling, .relisting, "clusters are taken as they are listed"),
    LawException(.talm, .takeover, "the plan is in the upgrade, and a new process looks at once"),
    LawException(.talm, .renaming, "clusters that selectors match are taken by name"),
    LawException(.ocmWork, .settling, "failed clusters without a deadline hold their places"),
    LawException(.ocmWork, .renaming, "clusters are taken by name"),
    LawException(.ocmWork, .finality, "it goes on when failed clusters recover or leave"),
    LawException(.ocmAddOn, .settling, "failed clusters without a deadline hold their places"),
    LawException(.ocmAddOn, .renaming, "clusters are taken by name"),
    LawException(.ocmAddOn, .finality, "it goes on when failed clusters recover or leave"),
    LawException(
      .fleetBundle, .settling, "it knows no failures: what is unavailable uses up the limit"),
    LawException(.fleetBundle, .renaming, "clusters are taken, and partitions cut, by name"),
    LawException(
      .clusterProfile, .takeover, "which clusters were updated is in the profile's own status"),
    LawException(.clusterProfile, .settling, "a failing cluster keeps its slot for ever"),
    LawException(.clusterProfile, .relisting, "clusters are taken as they are listed"),
    LawException(
      .applicationSet, .takeover, "what was seen of each Application is in the set's own status"),
    LawException(.applicationSet, .settling, "what is not healthy holds its step for ever"),
    LawException(.applicationSet, .renaming, "Applications are taken by name"),
  ]

  init(_ entry: CatalogueEntry, _ law: Law, _ quirk: String) {
    self.entry = entry
    self.law = law
    self.quirk = quirk
  }
}

extension CatalogueEntry {
  /// The entries that keep a law.
  static func keeping(_ law: Law) -> [CatalogueEntry] {
    allCases.filter { entry in
      !LawException.all.contains { $0.entry == entry && $0.law == law }
    }
  }
}

extension LawRun {
  /// Why a takeover in the middle changes what is decided; nil: it does not.
  func takeoverBreach() throws -> String? {
    var draws = Draws(seed: lawCase.seed, purpose: 4)
    return try replay { planner, step in
      if draws.chance(15) { planner.takeOver(at: step.at) }
    }
  }

  /// What was started with or after a stop; nil: nothing.
  func finalityBreach() throws -> String? {
    var stops: [Evidence?] = lawCase.policies.map { _ in nil }
    return try LawRun.breach {
      for step in steps {
        // Whoever resumes a rollout that froze wants it to go on.
        for case .resumed(let rollout) in step.observations
        where stops[rollout].map({ freezes(rollout, $0) }) ?? false {
          stops[rollout] = nil
        }
        for decision in step.decision.rollouts {
          try Self.requireRest(decision, after: &stops[decision.rollout])
        }
      }
    }
  }

  /// Whether a rollout that stopped for a reason stands still only until it is resumed.
  private func freezes(_ rollout: Int, _ evidence: Evidence) -> Bool {
    lawCase.policies[rollout].strategy.acceptance.onBreach == .freeze
      && !evidence.causes.contains { $0.cause == .membershipChanged }
      && (evidence.unanswered == nil || evidence.unanswered?.name == "the approval")
  }

  private static func requireRest(
    _ decision: RolloutDecision, after stop: inout Evidence?
  ) throws {
    let started = starts(decision)
    try require(started.isEmpty || stop == nil, "started after a stop: \(started)")
    guard let verdict = decision.verdict else { return }
    try require(
      verdict.word != "halted" || started.isEmpty, "a halt came with \(started)")
    try require(verdict.isStopped || stop == nil, "\(verdict.word) after a stop")
    if let evidence = verdict.evidence { stop = evidence }
  }

  /// The directives of a decision that ask a cluster for the target for the first time, or again
  /// after it went back.
  private static func starts(_ decision: RolloutDecision) -> [Directive] {
    decision.directives.filter { $0.revision == .target && !$0.isPaused && $0.generation == 1 }
  }

  /// What is left undone at the end; nil: nothing.
  func settlingBreach() -> String? {
    guard steps.count < LawRun.maxSteps else { return "no rest in \(steps.count) steps" }
    for rollout in lawCase.policies.indices {
      let verdict = planner.status(of: rollout).rollout.verdict
      switch verdict {
      case .complete, .halted, .rolledBack: continue
      case .waiting, .rolling, .paused, .rollingBack: break
      }
      let holds = planner.holds(of: rollout).filter { $0.clusters > 0 }
      // Failed clusters are down for good, so that others may never be spared or let go on.
      let mayLast = ["after", "skew", "headroom"]
      guard holds.contains(where: { mayLast.contains($0.name) }) else {
        return "rollout \(rollout) ends \(verdict.word), held by \(holds)"
      }
    }
    return nil
  }

  /// How other names change what is decided in listed order; nil: they do not.
  static func renamingBreach(of entry: CatalogueEntry, seed: UInt64) -> String? {
    let lawCase = LawCase(entry, seed: seed, order: .listed)
    var draws = Draws(seed: seed, purpose: 5)
    let order = draws.permutation(lawCase.fleet.count)
    let renamed = LawRun(lawCase.renamed(by: order)).steps.map(\.withoutNames)
    let steps = LawRun(lawCase).steps.map(\.withoutNames)
    guard let step = zip(steps, renamed).first(where: { $0 != $1 }) else {
      return steps.count == renamed.count ? nil : "\(renamed.count) steps, not \(steps.count)"
    }
    return "decided \(step.1) instead of \(step.0)"
  }

  /// How another listing changes what is decided in drawn order; nil: it does not.
  static func relistingBreach(of entry: CatalogueEntry, seed: UInt64) -> String? {
    let run = LawRun(LawCase(entry, seed: seed, order: .drawn))
    var draws = Draws(seed: seed, purpose: 6)
    let place = draws.permutation(run.lawCase.fleet.count)
    var planner = run.lawCase.relisted(by: place).makePlanner()
    for step in run.steps.map({ $0.relisted(by: place) }) {
      let decision = planner.step(at: step.at, observing: step.observations)
      if decision != step.decision { return "decided \(decision) instead of \(step.decision)" }
    }
    return nil
  }
}
