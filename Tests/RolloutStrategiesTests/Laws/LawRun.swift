import Determinism

@testable import RolloutStrategies

/// What one planner saw and decided in the adversarial world of a drawn case.
struct LawRun {
  static let maxSteps = 5_000

  let lawCase: LawCase
  let steps: [PlannerStep]
  /// The planner at the end.
  let planner: Planner

  init(_ lawCase: LawCase) {
    var planner = lawCase.makePlanner()
    var world = AdversarialWorld(lawCase)
    steps = world.run(&planner, maxSteps: Self.maxSteps)
    self.planner = planner
    self.lawCase = lawCase
  }

  init(_ entry: CatalogueEntry, seed: UInt64) {
    self.init(LawCase(entry, seed: seed))
  }

  static func require(_ condition: Bool, _ description: @autoclosure () -> String) throws {
    if !condition { throw BrokenRule(description: description()) }
  }

  /// Why a law is broken; nil: it holds.
  static func breach(_ law: () throws -> Void) throws -> String? {
    do {
      try law()
      return nil
    } catch let breach as BrokenRule {
      return breach.description
    }
  }

  /// Feeds what was seen to a fresh planner and compares what it decides.
  ///
  /// - Parameters:
  ///   - before: changes the planner before each step, or has it told more.
  ///   - after: looks at the planner after each step.
  /// - Returns: the first difference; nil: there is none.
  /// - Throws: what the two closures throw, except a broken law.
  func replay(
    before: (inout Planner, PlannerStep) throws -> [Observation] = { _, _ in [] },
    after: (Planner, PlannerStep) throws -> Void = { _, _ in }
  ) throws -> String? {
    var planner = lawCase.makePlanner()
    return try Self.breach {
      for step in steps {
        let more = try before(&planner, step)
        let decision = planner.step(at: step.at, observing: more + step.observations)
        try Self.require(
          decision == step.decision,
          "at \(step.at.sinceEpoch) decided \(decision) instead of \(step.decision)")
        try after(planner, step)
      }
    }
  }

  /// The same, with a change of the planner alone.
  func replay(_ before: (inout Planner, PlannerStep) throws -> Void) throws -> String? {
    try replay(before: { planner, step in
      try before(&planner, step)
      return []
    })
  }

  /// What a planner knows, as observations about drawn clusters.
  static func known(
    to planner: Planner, percent: Int64, from draws: inout Draws
  ) -> [Observation] {
    var known: [Observation] = []
    for rollout in planner.policies.indices {
      let status = planner.status(of: rollout)
      for cluster in planner.fleet.clusters where draws.chance(percent) {
        known.append(
          .report(rollout: rollout, cluster: cluster, status[cluster].observed))
        let since = status.silentSince(cluster)
        known.append(
          since == .never ? .heard(cluster: cluster) : .silent(cluster: cluster, since: since))
        known.append(
          status[cluster].isMember ? .joined(cluster: cluster) : .left(cluster: cluster))
      }
    }
    return known
  }
}
