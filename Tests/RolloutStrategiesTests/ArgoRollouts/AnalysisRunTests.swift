import Determinism
import Testing

@testable import RolloutStrategies

/// Analyses, measurement by measurement.
@Suite("Argo analyses")
struct AnalysisRunTests {
  private static let start = Instant(sinceEpoch: 0)
  private static let good = MetricAnswer.value(Measure(0))
  private static let bad = MetricAnswer.value(Measure(1))

  /// Carries an analysis out, each measurement when it is due; the phases after each.
  private func phases(_ analysis: ArgoAnalysis, _ answers: [MetricAnswer]) -> [AnalysisPhase] {
    var run = AnalysisRun(analysis, at: Self.start)
    return answers.map { answer in
      let due = run.nextMeasurement(of: analysis)
      run.advance(analysis, view(at: due == .never ? Self.start : due, answer))
      return run.phase
    }
  }

  private func view(at now: Instant, _ answer: MetricAnswer) -> DeliveryView {
    DeliveryView(
      now: now, revision: 1, replicas: 1, stable: PodCounts(wanted: 1),
      canary: PodCounts(wanted: 1), metrics: [answer])
  }

  @Test("failures are tolerated up to their number, and one more ends it")
  func failures() {
    let analysis = ArgoAnalysis.one(count: 4, failureLimit: 1)
    #expect(
      phases(analysis, [Self.good, Self.bad, Self.good, Self.good])
        == [.running, .running, .running, .successful])
    #expect(phases(analysis, [Self.bad, Self.bad]) == [.running, .failed])
  }

  @Test(
    "without data a measurement is an error, which is tried again after 10 s and counts for none")
  func errors() {
    let analysis = ArgoAnalysis.one(count: 1)
    var run = AnalysisRun(analysis, at: Self.start)
    run.advance(analysis, view(at: Self.start, .noData))
    #expect(run.phase == .running)
    #expect(run.nextMeasurement(of: analysis) == Self.start + .seconds(10) + Microseconds(1))
    run.advance(analysis, view(at: Self.start + .seconds(10), Self.good))
    #expect(run.phase == .running, "strictly after that")
    run.advance(analysis, view(at: Self.start + .seconds(11), Self.good))
    #expect(run.phase == .successful && run.nextMeasurement(of: analysis) == .never)
    let five = Array(repeating: MetricAnswer.noData, count: 5)
    #expect(phases(analysis, five).last == .error, "the fifth error in a row is too many")
  }

  @Test("the first measurement waits for its delay, later ones strictly for the interval")
  func delays() {
    var analysis = ArgoAnalysis.one(count: 2)
    analysis.metrics[0].initialDelay = .seconds(30)
    var run = AnalysisRun(analysis, at: Self.start)
    #expect(run.nextMeasurement(of: analysis) == Self.start + .seconds(30))
    run.advance(analysis, view(at: Self.start + .seconds(30), Self.good))
    #expect(
      run.nextMeasurement(of: analysis)
        == Self.start + .seconds(30) + .minutes(2) + Microseconds(1))
  }

  @Test("one bad metric ends them all, a dry run none")
  func several() {
    var analysis = ArgoAnalysis.one(count: 3)
    analysis.metrics.append(analysis.metrics[0])
    analysis.metrics[1].limits.failureLimit = 5
    #expect(phases(analysis, [Self.bad]) == [.failed])
    analysis.metrics[0].isDryRun = true
    #expect(phases(analysis, [Self.bad]) == [.running])
    #expect(
      phases(analysis, [Self.bad, Self.bad, Self.bad]) == [.running, .running, .successful])
  }

  @Test("both conditions leave room for neither, and the first that is too much ends it")
  func inconclusive() {
    let bound = { (count: Int64) in Measure(count) }
    let metric = AnalysisMetric(
      name: "m",
      origin: .metric(
        0, success: .compares(.result, .less, bound(1)),
        failure: .compares(.result, .greater, bound(5))), limits: MetricLimits(count: 1))
    let analysis = ArgoAnalysis(metrics: [metric])
    #expect(phases(analysis, [.value(bound(0))]) == [.successful])
    #expect(phases(analysis, [.value(bound(3))]) == [.inconclusive])
    #expect(phases(analysis, [.value(bound(6))]) == [.failed])
  }

  @Test("an inconclusive analysis pauses a rollout for good")
  func inconclusivePauses() {
    let metric = AnalysisMetric(
      name: "m",
      origin: .metric(
        0, success: .compares(.result, .less, Measure(1)),
        failure: .compares(.result, .greater, Measure(5))), limits: MetricLimits(count: 1))
    let canary = ArgoCanaryPolicy(
      steps: [.setWeight(50), .analysis(ArgoAnalysis(metrics: [metric])), .setWeight(75)])
    var world = RolloutWorld(.measured(canary), replicas: 4)
    world.settle(metric: .value(Measure(3)))
    world.settle(after: .hours(99), metric: .value(Measure(0)))
    #expect(world.line == "2+2 waiting" && world.rollout.isInconclusive)
    #expect(world.wish.looksAt == .never)
  }

  @Test("beside the steps it runs from its step on until the end, and may end it")
  func background() {
    var canary = ArgoCanaryPolicy(
      steps: [.setWeight(25), .pause(.minutes(3)), .setWeight(50), .pause(.minutes(3))])
    canary.background = .one()
    canary.backgroundStart = 2
    var world = RolloutWorld(.measured(canary), replicas: 4)
    world.settle(metric: Self.bad)
    #expect(world.rollout.background == nil)
    var failing = world
    failing.settle(after: .minutes(3) + Microseconds(1))
    #expect(failing.rollout.failure == .checks)
    world.settle(after: .minutes(3) + Microseconds(1), metric: Self.good)
    #expect(world.rollout.background?.phase == .running)
    for _ in 0..<4 { world.settle(after: .minutes(1)) }
    #expect(world.line == "0+4 available" && world.rollout.background == nil)
  }

  @Test("conditions compare numbers, and cannot be evaluated where there is none")
  func conditions() {
    let low = MetricCondition.compares(.result, .less, Measure(1))
    let none = MetricCondition.compares(.count, .equal, Measure(0))
    #expect(low.holds(for: .value(Measure(0))) == true)
    #expect(low.holds(for: .noData) == nil)
    #expect(MetricCondition.or(none, low).holds(for: .noData) == true)
    #expect(MetricCondition.or(low, none).holds(for: .noData) == nil)
    #expect(MetricCondition.and(.not(none), low).holds(for: .noData) == false)
    #expect(MetricCondition.not(low).holds(for: .value(Measure(1))) == true)
    #expect(MetricCondition.isNaN.holds(for: .value(Measure(1))) == false)
    for (comparison, results) in [
      (MetricCondition.Comparison.less, [true, false, false]), (.atMost, [true, true, false]),
      (.greater, [false, false, true]), (.atLeast, [false, true, true]),
      (.equal, [false, true, false]), (.unequal, [true, false, true]),
    ] {
      let condition = MetricCondition.compares(.result, comparison, Measure(5))
      #expect([4, 5, 6].map { condition.holds(for: .value(Measure($0))) } == results)
    }
  }
}
