import Determinism
import Testing

@testable import RolloutStrategies

@Suite("Analyses of counted requests")
struct AnalysisTests {
  private static func ratio(_ partsPerBillion: Int64) -> Ratio {
    Ratio(partsPerBillion: partsPerBillion)
  }

  private static func counts(_ errors: Int64, of requests: Int64) -> RequestCounts {
    RequestCounts(requests: requests, errors: errors)
  }

  private static func millionths(_ q58: Int128) -> Int64 { Int64((q58 * 1_000_000) >> 58) }

  @Test("the score of a difference is that of another program to two millionths")
  func differences() {
    for (x, n, y, m, margin, expected) in AnalysisReference.differences {
      let score = RateComparison.differenceScore(
        Self.counts(x, of: n), Self.counts(y, of: m), margin: Self.ratio(margin))
      #expect(abs(score - expected) <= 2, "\(x) of \(n), \(y) of \(m)")
    }
  }

  @Test("the score of a ratio is that of another program to two millionths")
  func ratios() {
    for (x, n, y, m, factor, expected) in AnalysisReference.ratios {
      let score = RateComparison.ratioScore(
        Self.counts(x, of: n), Self.counts(y, of: m), factor: Self.ratio(factor))
      #expect(abs(score - expected) <= 2, "\(x) of \(n), \(y) of \(m)")
    }
  }

  @Test("the ratio test decides as the exact conditional test where that is clear")
  func exactRatios() {
    for (x, n, y, m, factor, isSignificant) in AnalysisReference.exactRatios {
      let kind = AnalysisKind.ratio(factor: Self.ratio(factor), level: .percent(5))
      var analysis = Analysis(policy: AnalysisPolicy(kind: kind))
      let found = analysis.look(cohort: Self.counts(x, of: n), control: Self.counts(y, of: m))
      #expect(found.verdict == (isSignificant ? .fail : .pass), "\(x) of \(n), \(y) of \(m)")
    }
  }

  @Test("critical scores, evidence and Wald's bounds are those of another program")
  func references() {
    for (level, expected) in AnalysisReference.criticalScores {
      #expect(abs(RateComparison.criticalScore(level: Self.ratio(level)) - expected) <= 1)
    }
    for (good, bad, x, n, expected) in AnalysisReference.evidence {
      let test = SequentialTest(
        good: Self.ratio(good), bad: Self.ratio(bad), falseAlarm: .percent(5), miss: .percent(5))
      let evidence = Self.millionths(test.evidence(Self.counts(x, of: n)))
      #expect(abs(evidence - expected) <= 1 + abs(expected) / 50_000_000, "\(x) of \(n)")
    }
    for (alpha, beta, fails, passes) in AnalysisReference.bounds {
      let test = SequentialTest(
        good: .percent(1), bad: .percent(2), falseAlarm: Self.ratio(alpha), miss: Self.ratio(beta))
      #expect(abs(Self.millionths(test.failsAt) - fails) <= 1)
      #expect(abs(Self.millionths(test.passesAt) - passes) <= 1)
    }
  }

  /// Wald's inequalities bound how often the test errs, on both sides.
  ///
  /// P(fail | good) ≤ α ÷ (1−β) and P(pass | bad) ≤ β ÷ (1−α), whatever the looks. If one looks
  /// after each request, the evidence passes the upper bound by at most ln(bad ÷ good), so
  /// that P(fail | good) ≥ α ÷ (1−β) × good ÷ bad × P(fail | bad) too.
  @Test("a sequential test errs as often as it says, however often one looks", arguments: [1, 25])
  func errorRates(requestsALook: Int) {
    let (good, bad) = (Ratio.percent(5), Ratio.percent(10))
    let (alpha, beta) = (0.05, 0.1)
    let runs = 3_000
    let test = SequentialTest(good: good, bad: bad, falseAlarm: .percent(5), miss: .percent(10))
    func failures(at share: Ratio, seed: UInt64) -> Double {
      let failed = (0..<runs).filter { run in
        var analysis = Analysis(policy: AnalysisPolicy(kind: .sequential(test)))
        let stream = RandomStream(seed: seed, replication: UInt32(run))
        var requests: UInt32 = 0
        while true {
          var counts = RequestCounts.none
          for _ in 0..<requestsALook {
            let isError = stream.words(entity: 0, .test, requests).chance(share)
            counts += RequestCounts(requests: 1, errors: isError ? 1 : 0)
            requests += 1
          }
          let verdict = analysis.look(cohort: counts, control: .none).verdict
          if verdict != .undecided { return verdict == .fail }
        }
      }
      return Double(failed.count) / Double(runs)
    }
    func fourErrors(_ share: Double) -> Double {
      4 * (share * (1 - share) / Double(runs)).squareRoot()
    }
    let (falseAlarms, alarms) = (failures(at: good, seed: 3), failures(at: bad, seed: 4))
    let (mostFalse, mostMissed) = (alpha / (1 - beta), beta / (1 - alpha))
    #expect(falseAlarms <= mostFalse + fourErrors(mostFalse))
    #expect(1 - alarms <= mostMissed + fourErrors(mostMissed))
    if requestsALook == 1 {
      let least = mostFalse * 0.5 * alarms
      #expect(falseAlarms >= least - fourErrors(least))
    }
  }

  @Test("too few requests are waited for and added up, fail or are ignored")
  func unknown() {
    func verdicts(_ unknown: UnknownMeasure) -> [AnalysisVerdict] {
      let policy = AnalysisPolicy(
        kind: .threshold(.percent(1)), minimumRequests: 100, unknown: unknown)
      var analysis = Analysis(policy: policy)
      return [(0, 60), (2, 60), (1, 100), (2, 100)].map { errors, requests in
        analysis.look(cohort: Self.counts(errors, of: requests), control: .none).verdict
      }
    }
    // 2 of 120 is more than 1 %, 1 of 100 is not, 2 of 100 is.
    #expect(verdicts(.wait) == [.undecided, .fail, .pass, .fail])
    #expect(verdicts(.fail) == [.fail, .fail, .pass, .fail])
    #expect(verdicts(.ignore) == [.pass, .pass, .pass, .fail])
  }

  @Test("a comparison without a control is unknown")
  func noControl() {
    let kind = AnalysisKind.difference(margin: .zero, level: .percent(5))
    var analysis = Analysis(policy: AnalysisPolicy(kind: kind))
    let finding = analysis.look(cohort: Self.counts(50, of: 100), control: .none)
    #expect(finding.verdict == .undecided && finding.control == RequestCounts.none)
  }

  @Test("a burn rate alarms when both windows of a pair burn, and ends soon after the errors do")
  func burnRate() {
    // A budget of 0.1 %: 2 errors of 100 burn 20 times too fast; over 4 looks of which one is
    // like that 5 times, over two 10 times.
    let burn = BurnRate(
      errorBudget: Ratio(partsPerBillion: 1_000_000),
      windows: [.init(long: 4, short: 1, rate: Ratio(partsPerBillion: 9_000_000_000))])
    var analysis = Analysis(policy: AnalysisPolicy(kind: .burnRate(burn)))
    let looks: [Int64] = [0, 0, 0, 2, 2, 0, 2]
    let findings = looks.map { analysis.look(cohort: Self.counts($0, of: 100), control: .none) }
    #expect(findings.map(\.verdict) == [.pass, .pass, .pass, .pass, .fail, .pass, .fail])
    #expect(findings.map { $0.value / 1_000_000 } == [0, 0, 0, 5, 10, 0, 15])
  }

  @Test("settings that cannot be are said to be so")
  func problems() {
    let test = SequentialTest(
      good: .percent(1), bad: .percent(2), falseAlarm: .percent(5), miss: .percent(5))
    var backward = test
    swap(&backward.good, &backward.bad)
    var blind = test
    blind.miss = .percent(50)
    let window = BurnRate.Window(long: 2, short: 3, rate: .one)
    let impossible: [AnalysisKind] = [
      .sequential(backward), .sequential(blind), .threshold(.percent(101)),
      .difference(margin: .zero, level: .zero), .ratio(factor: .zero, level: .percent(5)),
      .burnRate(BurnRate(errorBudget: .percent(1), windows: [window])),
      .burnRate(BurnRate(errorBudget: .percent(1), windows: [])),
    ]
    for kind in impossible { #expect(AnalysisPolicy(kind: kind).problem != nil) }
    #expect(AnalysisPolicy(kind: .sequential(test)).problem == nil)
    #expect(AnalysisPolicy(kind: .sequential(test), minimumRequests: 0).problem != nil)
  }
}
