public import Determinism

/// What is recorded of the looks at a rollout, so that another planner process goes on with them.
public struct AnalysisStatus: Codable, Equatable, Sendable {
  /// The stage that is looked at.
  public internal(set) var stage: Int
  /// Looks that were asked for since the rollout began; the last of them has this number.
  public internal(set) var looks: Int
  /// When the interval of the last look ends; the distant past: none was asked for in the stage.
  public internal(set) var lookEndsAt = Instant.distantPast
  /// Whether the last look is yet to be judged.
  public internal(set) var isAwaited = false
  /// What was counted at the last look and is yet to be judged; nil: nothing is known of it.
  public internal(set) var counted: RequestCounts?
  /// The same of the control.
  public internal(set) var controlCounted: RequestCounts?
  /// Looks at the stage that have passed.
  public internal(set) var passed = 0
  /// Looks at the rollout that have failed.
  public internal(set) var failed: Int
  /// What was counted since a look last passed or failed.
  var analysis: Analysis

  /// The status before the first look at a stage.
  init(stage: Int, after previous: AnalysisStatus?, policy: AnalysisPolicy) {
    self.stage = stage
    looks = previous?.looks ?? 0
    failed = previous?.failed ?? 0
    analysis = Analysis(policy: policy)
  }

  /// Takes in what was counted at a look; what belongs to another look, or was known, changes
  /// nothing.
  mutating func take(look: Int, cohort: RequestCounts, control: RequestCounts?) {
    guard isAwaited, look == looks, counted == nil else { return }
    counted = cohort
    controlCounted = control
  }

  /// Judges the last look, once it was counted or is no longer waited for.
  ///
  /// - Parameters:
  ///   - rule: how is looked.
  ///   - now: the time.
  /// - Returns: what the analysis says; nil: the look is waited for, or there is none.
  mutating func judge(by rule: LookRule, at now: Instant) -> LookFinding? {
    guard isAwaited, counted != nil || now >= lookEndsAt + rule.timeout else { return nil }
    // Another document may have been taken up since.
    if analysis.policy != rule.analysis { analysis = Analysis(policy: rule.analysis) }
    let finding = analysis.look(cohort: counted ?? .none, control: controlCounted ?? .none)
    switch finding.verdict {
    case .pass: passed += 1
    case .fail: failed += 1
    case .undecided: break
    }
    isAwaited = false
    counted = nil
    controlCounted = nil
    return LookFinding(look: looks, finding: finding)
  }

  /// Whether nothing in it is out of range; what a person hands on may be anything.
  var isPossible: Bool {
    let range = 0...1_000_000_000
    let isTime = lookEndsAt == .distantPast || lookEndsAt.sinceEpoch.magnitude < 1 << 60
    return [stage, looks, passed, failed].allSatisfy(range.contains) && isTime
      && (counted ?? .none).isPossible && (controlCounted ?? .none).isPossible
      && analysis.isPossible
  }
}
