import Determinism

/// Looks at what is counted where a course's clusters run the target.
extension StageCourse {
  /// Judges the last look, if there is one to judge.
  mutating func judgeLook(at now: Instant, decision: inout Decision) {
    guard let looks, let finding = analysis?.value.judge(by: looks.rule, at: now) else { return }
    decision.look = finding
  }

  /// The evidence that too many looks have failed; nil: they have not.
  func failedLooks(_ fleet: FleetStatus, _ decision: Decision) -> Evidence? {
    guard let looks, let failed = analysis?.failed else { return nil }
    // Who lets a frozen rollout go on accepts the looks that had failed.
    let limit = max(looks.rule.failedChecks, (fleet.rollout.tolerated?.failedLooks ?? -1) + 1)
    guard failed >= limit else { return nil }
    var evidence = evidence(ledger.count(.failed), budget, part: nil, fleet: fleet)
    evidence.stage = rules[stage].name
    evidence.looks = .init(failed: failed, tolerated: limit - 1, last: decision.look?.finding)
    return evidence
  }

  /// Whether the current stage has passed as many looks as it must; if not, asks for the next.
  ///
  /// A stage of which no cluster runs the target shows nothing and is passed over, and so is one
  /// that leaves nothing to compare with, where the analysis compares.
  mutating func hasPassedLooks(
    since restedAt: Instant, at now: Instant, fleet: FleetStatus, decision: inout Decision
  ) -> Bool {
    guard let looks, stage < looks.stages else { return true }
    var status =
      analysis.flatMap { $0.stage == number ? $0.value : nil }
      ?? AnalysisStatus(stage: number, after: analysis?.value, policy: looks.rule.analysis)
    guard status.passed < looks.rule.checks else { return true }
    guard !status.isAwaited else { return false }
    let cohort = looks.value.cohort(upTo: stage, of: lineup, fleet)
    let control = looks.value.control(fleet)
    guard !cohort.isEmpty, !control.isEmpty || !looks.rule.analysis.kind.comparesWithControl else {
      return true
    }
    let enteredAt = fleet.rollout.stage == number ? fleet.rollout.stageEnteredAt : now
    let from = max(status.lookEndsAt, restedAt, enteredAt)
    status.looks += 1
    status.lookEndsAt = looks.value.end(from: from, after: now)
    status.isAwaited = true
    analysis = Boxed(status)
    decision.lookRequest = LookRequest(
      look: status.looks, from: from, to: status.lookEndsAt, cohort: cohort, control: control)
    return false
  }

  /// When the counts of the last look are no longer waited for; nil: none are.
  var lookTimesOutAt: Instant? {
    guard let analysis, analysis.isAwaited, let looks else { return nil }
    return analysis.lookEndsAt + looks.rule.timeout
  }
}
