import Determinism
import Experiments
import FleetModel
import ResultStore
import Testing

@testable import Reports

/// Samples that a reader can check: a pattern of seven steps around a value.
func wave(_ middle: Double, _ step: Double, runs: Int) -> [MetricValue] {
  (0..<runs).map { .finite(middle + step * Double($0 * 3 % 7 - 3)) }
}

enum StudyFixture {
  static let metrics: [MetricDefinition] = [
    .init("usersHarmed.integral", unit: "user-minutes", better: .lower, "Harm."),
    .init("duration.p90", unit: "s", better: .lower, "Duration."),
    .init("escaped", unit: "share", better: .lower, "Escapes."),
    .init("guards.refusals", unit: "times", better: .none, "Refusals."),
  ]

  /// Two arms in a good and a bad case; staged is slower and safer.
  static func study(runs: Int, allowedDelaySeconds: Int64 = 7_200) -> ComparisonStudy {
    func table(_ caseName: String, _ arm: String?, _ values: [[MetricValue]]) -> SampleTable {
      SampleTable(
        caseName: caseName, arm: arm, replications: Array(0..<runs), values: values)
    }
    let none = [MetricValue](repeating: .notApplicable, count: runs)
    let zero = [MetricValue](repeating: .finite(0), count: runs)
    let one = [MetricValue](repeating: .finite(1), count: runs)
    let never = [MetricValue](repeating: .never, count: runs)
    return ComparisonStudy(
      scenarioName: "two-coasts", scenarioHash: .of("two-coasts".utf8),
      arms: ["at-once", "staged"],
      cases: [
        .init(name: "good", weight: .percent(95)), .init(name: "bad", weight: .percent(5)),
      ], metrics: metrics,
      samples: [
        table(
          "bad", "at-once",
          [wave(12_340, 600, runs: runs), wave(2_400, 30, runs: runs), one, zero]),
        table("bad", "staged", [wave(1_204, 50, runs: runs), never, zero, zero]),
        table("good", nil, [zero, none, none, zero]),
        table("good", "at-once", [zero, wave(2_400, 30, runs: runs), none, zero]),
        table("good", "staged", [zero, wave(9_600, 60, runs: runs), none, zero]),
      ],
      decide: DecisionRule(
        primary: "usersHarmed.integral",
        guardrails: [
          .init(metric: "duration.p90", marginMillionths: allowedDelaySeconds * 1_000_000)
        ]),
      expect: [
        .init(
          metric: "usersHarmed.integral", caseName: "bad", left: "staged", relation: .lessThan,
          right: "at-once", factor: .percent(50)),
        .init(
          metric: "duration.p90", caseName: "good", left: "staged", relation: .atMost,
          right: "at-once"),
        .init(
          metric: "nothing", caseName: "good", left: "staged", relation: .atMost,
          right: "at-once"),
      ], otherRuns: 1_200)
  }

  static let origin = ComparisonStudy.Origin(
    clusters: 2, seed: 1, database: "x.sqlite", newRuns: 60,
    command: "rollsim run 'my scenarios/x.yaml' --db x.sqlite")

  /// Both arms stop in the bad case, so that durations apply in the good one alone.
  static func stopped() -> ComparisonStudy {
    var study = study(runs: 60)
    let none = [MetricValue](repeating: .notApplicable, count: 60)
    study.samples[0].values[1] = none
    study.samples[1].values[1] = none
    study.expect = []
    study.otherRuns = 0
    study.decide.guardrails[0].marginMillionths = 10_800_000_000
    study.origin = origin
    for (caseName, status) in [("bad", RunStatus.rolledBack), ("good", .completed)] {
      study.endings += study.arms.map { arm in
        let statuses = (0..<60).map { $0 < 3 && arm == "staged" ? RunStatus.halted : status }
        return .init(caseName: caseName, arm: arm, statuses: statuses)
      }
    }
    return study
  }

  /// One case in which every rollout ends.
  static func simple(runs: Int, margin: Int64 = 0) -> ComparisonStudy {
    var study = study(runs: runs)
    study.cases = [.init(name: "bad", weight: .one)]
    study.samples = [
      SampleTable(
        caseName: "bad", arm: "at-once", replications: Array(0..<runs),
        values: [
          wave(12_340, 600, runs: runs), wave(2_400, 30, runs: runs),
          Array(repeating: .finite(1), count: runs), Array(repeating: .finite(0), count: runs),
        ]),
      SampleTable(
        caseName: "bad", arm: "staged", replications: Array(0..<runs),
        values: [
          wave(1_204, 50, runs: runs), wave(9_000, 300, runs: runs),
          Array(repeating: .finite(0), count: runs), Array(repeating: .finite(3), count: runs),
        ]),
    ]
    study.decide.guardrails = [
      .init(metric: "duration.p90", marginMillionths: margin * 1_000_000)
    ]
    study.expect = []
    study.otherRuns = 0
    return study
  }
}

@Suite("ComparisonReport")
struct ComparisonReportTests {
  @Test("a winner is named with size, interval and price")
  func winner() {
    let report = ComparisonReport(StudyFixture.simple(runs: 100, margin: 7_200))
    Golden.expect(
      report.text(),
      """
      two-coasts (7aea9d012763): staged against at-once

      case bad (weight 100 %, 100 runs each)
        metric                arm        mean  difference (95 %)                      verdict
        usersHarmed.integral  at-once  12,322
          user-minutes        staged    1,203  -11,120 (-11,339 to -10,900), -90.2 %  better
        duration.p90          at-once  39m59s
                              staged    2h30m  +1h50m (+1h48m to +1h52m), +275 %      same within 2h
        escaped               at-once   100 %
                              staged      0 %  -100 % (-100 % to -100 %)              better

      quantiles over runs (95 %)
        usersHarmed.integral in bad, staged: p50 1,204 instead of 12,340, -11,136 (-11,686 to
            -10,586)
        usersHarmed.integral in bad, staged: p95 1,354 instead of 14,140, -12,786 (-12,786 to
            -12,786)
        duration.p90 in bad, staged: p50 2h30m instead of 40m, +1h50m (+1h46m to +1h55m)
        duration.p90 in bad, staged: p95 2h45m instead of 41m30s, +2h04m (+2h04m to +2h04m)

      decided by usersHarmed.integral, with duration.p90 at most 2h worse
      winner: staged
        size: usersHarmed.integral: 11,120 user-minutes less (95 %: 10,900 to 11,339), 90.2 %
            less, in 100 pairs with at-once
        price: duration.p90: 1h50m more (95 %: 1h48m to 1h52m), 275 % more

      Intervals tell how sure the simulation is, not how true its inputs are.
      """)
  }

  @Test("a breached guardrail makes a trade-off with both sides")
  func tradeOff() {
    let report = ComparisonReport(StudyFixture.simple(runs: 100, margin: 600))
    Golden.expect(
      report.text(),
      """
      two-coasts (7aea9d012763): staged against at-once

      case bad (weight 100 %, 100 runs each)
        metric                arm        mean  difference (95 %)                      verdict
        usersHarmed.integral  at-once  12,322
          user-minutes        staged    1,203  -11,120 (-11,339 to -10,900), -90.2 %  better
        duration.p90          at-once  39m59s
                              staged    2h30m  +1h50m (+1h48m to +1h52m), +275 %      worse
        escaped               at-once   100 %
                              staged      0 %  -100 % (-100 % to -100 %)              better

      quantiles over runs (95 %)
        usersHarmed.integral in bad, staged: p50 1,204 instead of 12,340, -11,136 (-11,686 to
            -10,586)
        usersHarmed.integral in bad, staged: p95 1,354 instead of 14,140, -12,786 (-12,786 to
            -12,786)
        duration.p90 in bad, staged: p50 2h30m instead of 40m, +1h50m (+1h46m to +1h55m)
        duration.p90 in bad, staged: p95 2h45m instead of 41m30s, +2h04m (+2h04m to +2h04m)

      decided by usersHarmed.integral, with duration.p90 at most 10m worse
      no winner: trade-off
        staged gains: usersHarmed.integral: 11,120 user-minutes less (95 %: 10,900 to 11,339),
            90.2 % less
        staged pays: duration.p90: 1h50m more (95 %: 1h48m to 1h52m), 275 % more

      Intervals tell how sure the simulation is, not how true its inputs are.
      """)
  }

  @Test("several cases are told apart and mixed by their weights")
  func cases() {
    let report = ComparisonReport(StudyFixture.study(runs: 60))
    Golden.expect(
      report.text(),
      """
      two-coasts (7aea9d012763): staged against at-once
      not compared: 1,200 runs of earlier versions of it

      case good (weight 95 %, 60 runs each)
        metric                arm       mean  difference (95 %)         verdict
        usersHarmed.integral  at-once      0
          user-minutes        staged       0  none in 60 pairs          identical
        duration.p90          at-once    40m
                              staged   2h40m  +2h (+2h to +2h), +300 %  undecided
        escaped               at-once    n/a
                              staged     n/a  -                         no pairs

      case bad (weight 5 %, 60 runs each)
        metric                arm        mean  difference (95 %)                      verdict
        usersHarmed.integral  at-once  12,330
          user-minutes        staged    1,203  -11,127 (-11,415 to -10,838), -90.2 %  better
        duration.p90          at-once     40m
                              staged    never  reached in -100 % (-100 % to -90.5 %)  worse
        escaped               at-once   100 %
                              staged      0 %  -100 % (-100 % to -100 %)              better

      all cases by their weights
        metric                arm      weighted  difference (95 %)                    verdict
        usersHarmed.integral  at-once       617
          user-minutes        staged       60.2  -556 (-571 to -542), -90.2 %         better
        duration.p90          at-once  in 100 %
                              staged    in 95 %  reached in -5 % (-9.1 % to -0.58 %)  worse
        escaped               at-once         -
                              staged          -  -                                    not in all

      quantiles over runs (95 %)
        usersHarmed.integral in bad, staged: p50 1,204 instead of 12,340, -11,136 (-11,686 to
            -10,586)
        usersHarmed.integral in bad, staged: p95 1,354 instead of 14,140, -12,786 (-12,786 to
            -12,786)
        duration.p90 in good, staged: p50 2h40m instead of 40m, +2h (+2h to +2h01m)
        duration.p90 in good, staged: p95 2h43m instead of 41m30s, +2h02m (+2h02m to +2h02m)
        duration.p90 in bad, staged: p50 never instead of 40m
        duration.p90 in bad, staged: p95 never instead of 41m30s

      expectations
        met: usersHarmed.integral in bad: staged < 0.5 x at-once, in 60 of 60 runs
        NOT met: duration.p90 in good: staged <= at-once, in 0 of 60 runs
        not told: nothing in good: staged <= at-once: there are no such runs

      decided by usersHarmed.integral, with duration.p90 at most 2h worse
      no winner: trade-off
        staged gains: usersHarmed.integral: 556 user-minutes less (95 %: 542 to 571), 90.2 %
            less
        staged pays: duration.p90: reached in 95 % of runs instead of 100 %

      Intervals tell how sure the simulation is, not how true its inputs are.
      """)
  }

  @Test("too few runs give numbers and ask for more, and no verdict")
  func tooFew() {
    let text = ComparisonReport(StudyFixture.simple(runs: 5, margin: 7_200)).text()
    Golden.expect(
      text,
      """
      two-coasts (7aea9d012763): staged against at-once

      case bad (weight 100 %, 5 runs each)
        metric                arm        mean  difference (95 %)                     verdict
        usersHarmed.integral  at-once  12,460
          user-minutes        staged    1,214  -11,246 (-12,876 to -9,616), -90.3 %  needs 20 runs
        duration.p90          at-once  40m06s
                              staged    2h31m  +1h51m (+1h38m to +2h04m), +277 %     needs 20 runs
        escaped               at-once   100 %
                              staged      0 %  -100 % (-100 % to -100 %)             needs 20 runs

      quantiles over runs (95 %)
        usersHarmed.integral in bad, staged: p50 needs 6 runs, there are 5
        usersHarmed.integral in bad, staged: p95 needs 59 runs, there are 5
        duration.p90 in bad, staged: p50 needs 6 runs, there are 5
        duration.p90 in bad, staged: p95 needs 59 runs, there are 5

      decided by usersHarmed.integral, with duration.p90 at most 2h worse
      no winner yet: about 15 more runs of each arm and case may decide (--runs 20)
        staged: usersHarmed.integral: 11,246 user-minutes less (95 %: 9,616 to 12,876), 90.3 %
            less - needs 20 runs
          not shown to be at most 2h worse: duration.p90: 1h51m more (95 %: 1h38m to 2h04m),
              277 % more

      Intervals tell how sure the simulation is, not how true its inputs are.
      """)
  }

  @Test("a metric that some cases do not have is told of the others, and where the runs are")
  func partlyApplicable() {
    Golden.expect(
      ComparisonReport(StudyFixture.stopped()).text(),
      """
      """)
  }

  @Test("a skewed metric has a size all the same, and the verdict counts runs")
  func skewed() {
    var study = StudyFixture.simple(runs: 100, margin: 7_200)
    // One run in ten is a hundred times as bad in the baseline.
    for run in 0..<100 where run % 10 == 0 { study.samples[0].values[0][run] = .finite(1_234_000) }
    let text = ComparisonReport(study).text()
    #expect(text.contains("~-99.1 % better"))
    #expect(text.contains("~: too rare or too skewed for an interval"))
    #expect(text.contains("usersHarmed.integral better in 100 % of runs, worse in 0 % (mean 1,203"))
    #expect(text.contains("median 1,204 instead of 12,940 user-minutes"))
  }

  @Test("a guardrail that is never exceeded names the runs that will show it")
  func unclearedGuardrail() {
    var study = StudyFixture.simple(runs: 40, margin: 72_000)
    for run in 0..<40 where run % 10 == 0 { study.samples[1].values[1][run] = .finite(60_000) }
    study.origin = StudyFixture.origin
    let text = ComparisonReport(study).text()
    #expect(text.contains("no winner yet: about 19 more runs of each arm and case may decide"))
    #expect(text.contains("To do: rollsim run 'my scenarios/x.yaml' --db x.sqlite --runs 59"))
    #expect(text.contains("worse by more than that in 0 %"))
  }

  @Test("cases and arms without runs have no rows, and nothing is decided about them")
  func missingRuns() {
    var study = StudyFixture.study(runs: 60)
    study.samples = [study.samples[0], study.samples[1]]
    let text = ComparisonReport(study).text()
    #expect(!text.contains("good 95 %"))
    #expect(!text.contains("all, by weight"))
    #expect(text.contains("no winner yet"))
  }

  @Test("expectations take one line when all are met, and all of them with every detail")
  func expectationsMet() {
    var study = StudyFixture.study(runs: 60)
    study.expect = [study.expect[0]]
    #expect(ComparisonReport(study).text().contains("\n1 of 1 expectation met.\n"))
    let all = ComparisonReport(study, detail: .all).text()
    #expect(all.contains("1 of 1 expectation met:\n  met: usersHarmed.integral in bad"))
    #expect(all.contains("quantiles over runs (95 %)"))
    #expect(all.contains("case bad (weight 5 %, 60 runs each)"))
  }

  @Test("no line of the comparison is wider than 100 columns beside its indent")
  func width() {
    let text = ComparisonReport(StudyFixture.stopped()).text()
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 102 })
  }

  @Test("Markdown and JSON tell the same")
  func otherForms() {
    let report = ComparisonReport(StudyFixture.simple(runs: 100, margin: 7_200), detail: .all)
    let markdown = report.markdown()
    #expect(markdown.contains("| metric | arm | mean |"))
    #expect(
      markdown.contains("| guards.refusals | at\\-once | 0 |"))
    let json = report.json()
    #expect(
      json.hasPrefix(
        #"{"alpha":0.05,"arms":["at-once","staged"],"baseline":"at-once","decision":{"#))
    #expect(
      json.contains(#""outcome":"winner","primary":"usersHarmed.integral","winner":"staged""#))
    #expect(json.contains(#""schemaVersion":1"#))
  }

  @Test("runs are paired by replication, and those of one arm alone are left out")
  func pairing() {
    var study = StudyFixture.simple(runs: 40)
    let whole = ComparisonReport(study).json()
    study.samples[1].replications = study.samples[1].replications.map { $0 + 10 }
    let pairs = study.paired(0, in: "bad", "at-once", "staged")
    #expect(pairs.left.count == 30)
    #expect(pairs.left.first == study.samples[0].values[0][10])
    #expect(pairs.right.first == study.samples[1].values[0][0])
    #expect(ComparisonReport(study).json() != whole)
  }

  @Test("a study of one arm, or without runs, has tables and no decision")
  func degenerate() {
    var study = StudyFixture.simple(runs: 30)
    study.arms = ["at-once"]
    #expect(ComparisonReport(study).decision == nil)
    #expect(ComparisonReport(study).text().contains("usersHarmed.integral"))
    study = StudyFixture.simple(runs: 30)
    study.samples = []
    #expect(ComparisonReport(study).text().contains("no winner yet"))
    study.cases = []
    #expect(!ComparisonReport(study).text().isEmpty)
  }
}
