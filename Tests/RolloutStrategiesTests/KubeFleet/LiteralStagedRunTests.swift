import Determinism
import Testing

@testable import RolloutStrategies

@Suite("KubeFleet staged update runs, against one that really polls")
struct LiteralStagedRunTests {
  @Test("looking only when there is something to find starts the same clusters at the same times")
  func agreement() throws {
    var starts = 0
    var ends: [Bool] = []
    for seed in 1...120 as ClosedRange<UInt64> {
      let run = LawRun(.kubeFleetStaged, seed: seed)
      // While an operator has paused a rollout its strategy is not stepped at all.
      guard !run.steps.contains(where: { $0.observations.contains(.paused(rollout: 0)) }),
        case .kubeFleetStaged(let policy) = run.lawCase.policies[0].strategy
      else { continue }
      let literal = Self.play(run, policy)
      let status = run.planner.status(of: 0)
      // A window that closes asks again, to pause.
      for (cluster, at) in literal.startedAt where status[cluster].asked.generation == 1 {
        #expect(status[cluster].asked.since == at, "seed \(seed), \(cluster)")
        starts += 1
      }
      let asked = status.fleet.clusters.filter { status[$0].asked.generation > 0 }
      let started = literal.startedAt.map(\.cluster)
      #expect(asked.allSatisfy(started.contains), "seed \(seed)")
      switch status.rollout.verdict {
      case .complete: #expect(literal.end?.isComplete == true, "seed \(seed)")
      case .halted: #expect(literal.end?.isComplete == false, "seed \(seed)")
      default: #expect(literal.end == nil, "seed \(seed)")
      }
      if let end = literal.end { ends.append(end.isComplete) }
    }
    #expect(starts > 400 && ends.contains(true) && ends.contains(false), "\(starts) \(ends.count)")
  }

  /// Lets the literal run look at what the planner knew, whenever it looks.
  private static func play(_ run: LawRun, _ policy: KubeFleetStagedPolicy) -> LiteralStagedRun {
    var planner = run.lawCase.makePlanner()
    var literal: LiteralStagedRun?
    for (index, step) in run.steps.enumerated() {
      // Looks before this step see what was known until then.
      while let next = literal?.nextLook, next < step.at, literal?.end == nil {
        literal?.look(planner.status(of: 0))
      }
      _ = planner.step(at: step.at, observing: step.observations)
      let status = planner.status(of: 0)
      if literal == nil, status.rollout.startedAt <= step.at {
        literal = LiteralStagedRun(policy, planner.members(of: 0), status, at: step.at)
      }
      let isLast = index == run.steps.count - 1
      let until = isLast ? step.at + .hours(24) : step.at
      while let next = literal?.nextLook, next <= until, literal?.end == nil {
        literal?.look(status)
      }
    }
    return literal
      ?? LiteralStagedRun(
        policy, planner.members(of: 0), planner.status(of: 0), at: .never)
  }
}
