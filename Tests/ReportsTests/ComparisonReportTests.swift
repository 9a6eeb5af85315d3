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
  @Test("arms on one line each, what they can express, and why: in the scenario's words, harmless")
  func notes() {
    var study = StudyFixture.stopped()
    study.decide.summary = [
      .init(metric: "usersHarmed.integral"), .init(metric: "duration.p90", caseName: "good"),
      .init(metric: "guards.refusals"), .init(metric: "nothing"),
    ]
    study.notes = [
      .init(arm: "at-once", because: "Nobody\u{1B}[2J is asked\n```."),
      .init(
        arm: "staged", because: String(repeating: "word ", count: 30),
        expresses: [.init(part: "canary", words: "<b>|")]),
      .init(arm: "gone", because: "unseen", expresses: [.init(part: "soak", words: "x")]),
    ]
    let report = ComparisonReport(study)
    let text = report.text()
    #expect(
      text.contains(
        """
        each arm in one line
          arm      usersHarmed.integral  duration.p90 in good  guards.refusals
          at-once                   617                   40m                0
          staged                   60.2                 2h40m                0

        what each arm can express
          arm      canary  soak
          at-once  -       -
          staged   <b>|    cannot express

        Why, as the scenario has it:
          at-once: Nobody\\u{1B}[2J is asked\\u{A}```.
        """), "\(text)")
    #expect(!text.contains("unseen"))
    let markdown = report.markdown()
    #expect(markdown.contains("| staged | &lt;b\\>\\| | cannot express |"), "\(markdown)")
    #expect(
      report.json().contains(#"{"arm":"gone","because":"unseen","expresses":[{"part":"soak""#))
    study.decide.summary = nil
    study.notes = []
    #expect(!ComparisonReport(study).text().contains("in one line"))
  }

  @Test("a winner is named with size, interval and price")
  func winner() {
    let report = ComparisonReport(StudyFixture.simple(runs: 100, margin: 7_200))
    Golden.expect(
      report.text(),
      """
      two-coasts (scenario 7aea9d012763): 1 case x 2 arms x 100 runs

        case       arm      usersHarmed.integral    duration.p90              escaped
        bad 100 %  at-once  12,322                  39m59s                    100 %
                   staged    1,203  -90.2 % better   2h30m  +1h50m within 2h    0 %  -100 % better

      Means over runs; behind them the change against at-once; usersHarmed.integral in user-minutes.

      Decided by usersHarmed.integral, with duration.p90 at most 2h worse.
      winner: staged
        Use it instead of at-once: 11,120 user-minutes less harm to users (usersHarmed.integral, 90.2 %
            less; 95 %: 10,900 to 11,339).
        Price: 1h50m more until 90 % of the clusters are updated (duration.p90, 275 % more; 95 %: 1h48m to
            1h52m), within the margin of 2h.

      Intervals tell how sure the simulation is, not how true its inputs are.
      """)
  }

  @Test("a breached guardrail makes a trade-off with both sides")
  func tradeOff() {
    let report = ComparisonReport(StudyFixture.simple(runs: 100, margin: 600))
    Golden.expect(
      report.text(),
      """
      two-coasts (scenario 7aea9d012763): 1 case x 2 arms x 100 runs

        case       arm      usersHarmed.integral    duration.p90          escaped
        bad 100 %  at-once  12,322                  39m59s                100 %
                   staged    1,203  -90.2 % better   2h30m  +1h50m worse    0 %  -100 % better

      Means over runs; behind them the change against at-once; usersHarmed.integral in user-minutes.

      Decided by usersHarmed.integral, with duration.p90 at most 10m worse.
      no winner: trade-off
        staged gains: 11,120 user-minutes less harm to users (usersHarmed.integral, 90.2 % less; 95 %:
            10,900 to 11,339).
        staged pays: 1h50m more until 90 % of the clusters are updated (duration.p90, 275 % more; 95 %:
            1h48m to 1h52m), more than the margin of 10m.
        To do: decide which side counts more; to allow the price, raise the margin in `decide.guardrails`.

      Intervals tell how sure the simulation is, not how true its inputs are.
      """)
  }

  @Test("several cases are told apart and mixed by their weights")
  func cases() {
    let report = ComparisonReport(StudyFixture.study(runs: 60))
    Golden.expect(
      report.text(),
      """
      two-coasts (scenario 7aea9d012763): 2 cases x 2 arms x 60 runs
      not compared: 1,200 runs of earlier versions of it

        case            arm      usersHarmed.integral    duration.p90
        good 95 %       at-once       0                       40m
                        staged        0  same               2h40m  +2h undecided
        bad 5 %         at-once  12,330                       40m
                        staged    1,203  -90.2 % better     never  -100 % reached worse
        all, by weight  at-once     617                  in 100 %
                        staged     60.2  -90.2 % better   in 95 %  -5 % reached worse

      Means over runs; behind them the change against at-once; usersHarmed.integral in user-minutes.
      The arms differ also in: escaped (--all shows them).

      1 of 3 expectations met:
        NOT met: duration.p90 in good: staged <= at-once, in 0 of 60 runs
        not told of 1: there are no such runs

      Decided by usersHarmed.integral, with duration.p90 at most 2h worse.
      no winner: trade-off
        staged gains: 556 user-minutes less harm to users (usersHarmed.integral, 90.2 % less; 95 %: 542 to
            571).
          In bad: 11,127 user-minutes less (90.2 % less; 95 %: 10,838 to 11,415).
        staged pays: duration.p90 reached in 95 % of runs instead of 100 %.
        To do: decide which side counts more; to allow the price, raise the margin in `decide.guardrails`.

      Intervals tell how sure the simulation is, not how true its inputs are.
      """)
  }

  @Test("too few runs give numbers and ask for more, and no verdict")
  func tooFew() {
    let text = ComparisonReport(StudyFixture.simple(runs: 5, margin: 7_200)).text()
    Golden.expect(
      text,
      """
      two-coasts (scenario 7aea9d012763): 1 case x 2 arms x 5 runs

        case       arm      usersHarmed.integral           duration.p90
        bad 100 %  at-once  12,460                         40m06s
                   staged    1,214  -90.3 % needs 20 runs   2h31m  +1h51m needs 20 runs

      Means over runs; behind them the change against at-once; usersHarmed.integral in user-minutes.
      The arms differ also in: escaped (--all shows them).

      Decided by usersHarmed.integral, with duration.p90 at most 2h worse.
      no winner yet: about 15 more runs of each arm and case may decide
        To do: rollsim run SCENARIO --runs 20
        staged: 11,246 user-minutes less harm to users (usersHarmed.integral, 90.3 % less; 95 %: 9,616 to
            12,876) - needs 20 runs.
          not shown to be at most 2h worse: 1h51m more until 90 % of the clusters are updated
              (duration.p90, 277 % more; 95 %: 1h38m to 2h04m).

      Intervals tell how sure the simulation is, not how true its inputs are.
      """)
  }

  @Test("a metric that some cases do not have is told of the others, and where the runs are")
  func partlyApplicable() {
    Golden.expect(
      ComparisonReport(StudyFixture.stopped()).text(),
      """
      two-coasts (scenario 7aea9d012763), 2 clusters: 2 cases x 2 arms x 60 runs, seed 1
      300 runs in x.sqlite: 60 new, 240 from before; 60 of them without a rollout

        case            arm      ended                         usersHarmed.integral    duration.p90
        good 95 %       at-once  completed                          0                    40m
                        staged   95 % completed, 5 % halted         0  same            2h40m  +2h within 3h
        bad 5 %         at-once  rolled back                   12,330                    n/a
                        staged   95 % rolled back, 5 % halted   1,203  -90.2 % better    n/a
        all, by weight  at-once                                   617                    40m
                        staged                                   60.2  -90.2 % better  2h40m  +2h within 3h

      Means over runs; behind them the change against at-once; usersHarmed.integral in user-minutes.
      By weight, duration.p90 is that of good: elsewhere it applies to no run or too few.
      The arms differ also in: escaped (--all shows them).

      Decided by usersHarmed.integral, with duration.p90 at most 3h worse.
      winner: staged
        Use it instead of at-once: 556 user-minutes less harm to users (usersHarmed.integral, 90.2 % less;
            95 %: 542 to 571).
        In bad: 11,127 user-minutes less (90.2 % less; 95 %: 10,838 to 11,415).
        Price: 2h more until 90 % of the clusters are updated in good (duration.p90, 300 % more; 95 %: 2h
            to 2h), within the margin of 3h.

      Intervals tell how sure the simulation is, not how true its inputs are.
      One run in detail: rollsim show x.sqlite --run staged/1 --case bad
      All metrics:       rollsim compare x.sqlite --all
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
    #expect(text.contains("median 1,204 instead of 12,340 user-minutes"))
  }

  @Test("a guardrail that is never exceeded names the runs that will show it")
  func unclearedGuardrail() {
    var study = StudyFixture.simple(runs: 40, margin: 72_000)
    for run in 0..<40 where run % 10 == 0 { study.samples[1].values[1][run] = .finite(60_000) }
    study.origin = StudyFixture.origin
    let text = ComparisonReport(study).text()
    #expect(text.contains("no winner yet: about 19 more runs of each arm and case may decide"))
    #expect(text.contains("To do: rollsim run 'my scenarios/x.yaml' --db x.sqlite --runs 59"))
    #expect(text.contains("duration.p90 on average 3h55m instead of 40m01s"))
  }

  @Test("cases and arms without runs have no rows, and nothing is decided about them")
  func missingRuns() {
    var study = StudyFixture.study(runs: 60)
    study.samples = [study.samples[0], study.samples[1]]
    let text = ComparisonReport(study).text()
    #expect(!text.contains("good 95 %"))
    #expect(!text.contains("all, by weight"))
    #expect(text.contains("no winner yet: the arms have no runs in common in every case"))
    #expect(text.contains("\n  not told of 2: there are no such runs\n"))
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
