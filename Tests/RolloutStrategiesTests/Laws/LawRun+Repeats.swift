import Determinism

@testable import RolloutStrategies

extension LawRun {
  /// What was asked twice in a row and is no retry that its document allows; nil: nothing.
  func repeatBreach() throws -> String? {
    var last: [[Directive?]] = lawCase.policies.map { _ in
      Array(repeating: nil, count: lawCase.fleet.count)
    }
    var repeats = lawCase.policies.map { _ in Array(repeating: 0, count: lawCase.fleet.count) }
    var before: [[Asked]] = []
    return try replay(
      before: { planner, _ in
        before = planner.policies.indices.map { rollout in
          let status = planner.status(of: rollout)
          return lawCase.fleet.clusters.map { status[$0].asked }
        }
        return []
      },
      after: { planner, step in
        for made in step.decision.rollouts {
          for directive in made.directives {
            let (rollout, offset) = (made.rollout, directive.cluster.offset)
            let old = last[rollout][offset]
            last[rollout][offset] = directive
            let isSameRevision =
              old?.revision == directive.revision && old?.share == directive.share
            guard isSameRevision else {
              repeats[rollout][offset] = 0
              continue
            }
            guard old?.isPaused == directive.isPaused else { continue }
            repeats[rollout][offset] += 1
            try requireRetry(
              directive, number: repeats[rollout][offset], of: rollout,
              asked: before[rollout][offset],
              observed: planner.status(of: rollout)[directive.cluster].observed, at: step.at)
          }
        }
      })
  }

  /// Throws when a directive is not the numbered retry of what was asked before.
  private func requireRetry(
    _ directive: Directive, number: Int, of rollout: Int, asked: Asked, observed: Observed,
    at now: Instant
  ) throws {
    let acceptance = lawCase.policies[rollout].strategy.acceptance
    guard let retry = acceptance.retry, directive.revision == .target, number <= retry.limit else {
      throw BrokenRule(description: "repeated \(directive)")
    }
    var failedAt = acceptance.progressDeadline.map { asked.since + $0 }
    if observed.generation == asked.generation, observed.phase == .failed {
      failedAt = max(observed.since, asked.since)
    }
    var wait = retry.after
    for _ in 1..<number as Range<Int> { wait = wait * Int64(retry.factor) }
    wait = min(wait, retry.cap ?? wait)
    guard let failedAt, now >= failedAt + wait else {
      throw BrokenRule(
        description: "retry \(number) of \(directive) \(wait.count) µs after a failure came early")
    }
  }
}
