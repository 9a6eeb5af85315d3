import Determinism
import RolloutStrategies
import Testing

@testable import FleetModel

/// What deliveries with two copies of a service do over time, worked out by hand.
///
/// Twenty clusters of 1,000 users and ten pods, which take a minute to start.
@Suite("Deliveries in a cluster")
struct DeliveryClosedFormTests {
  private static let clusters = 20
  private static let users = 1_000

  private func scenario(
    _ delivery: DeliveryPolicy, defects: [DefectPlan] = [], nodes: Int = 3, nodeLimit: Int = 3,
    podsPerNode: Int = 110
  ) -> Scenario {
    Scenario.small(clusters: Self.clusters, defects: defects) { scenario in
      scenario.plain.users = Self.users
      scenario.plain.nodes = nodes
      scenario.plain.nodeLimit = nodeLimit
      scenario.plain.podsPerNode = podsPerNode
      scenario.plain.downWhileUpdating = false
      scenario.web.replicas = 10
      scenario.rollout.delivery = delivery
      // Monitoring is not what is tried here.
      scenario.signals = SignalPlan(detection: .constant(.hours(1_000)))
    }
  }

  private static func canary(_ edit: (inout FlaggerPolicy) -> Void = { _ in }) -> DeliveryPolicy {
    var policy = FlaggerPolicy(
      interval: .seconds(60), threshold: 5, maxWeight: 50, stepWeight: 10,
      metrics: [FlaggerMetric(name: "request-success-rate", least: Measure(99))])
    edit(&policy)
    return DeliveryPolicy.flagger(FlaggerDeliveryPolicy(policy)).bound(
      metric: { _ in .successRate }, hook: { _ in .passes })
  }

  @Test(
    "a canary that fails harms its share of requests until the look after the last check",
    arguments: [1, 2, 5], [10, 25])
  func failedChecks(threshold: Int, weight: Int) throws {
    let defect = DefectPlan.ofTarget(.errorRate(.percent(30)))
    let delivery = Self.canary {
      $0.threshold = threshold
      $0.stepWeight = weight
    }
    let run = scenario(delivery, defects: [defect]).run()
    let rate = Double(Self.clusters * Self.users) * Double(weight) / 100 * 0.3
    #expect(try run.number("usersHarmed.integral") == rate * Double(threshold + 1))
    #expect(try run.number("usersHarmed.peak") == rate)
    #expect(try run.number("carrying.peak") == Double(Self.clusters))
  }

  @Test("a good version is promoted nine looks after the first, which is each cluster's own")
  func promotion() throws {
    let run = scenario(Self.canary()).run()
    // Looks 2 to 6 raise the weight to 50, 7 promotes; two rounds of pods take until look 9, which
    // gives the traffic back, and 10 ends it.
    let phases = try run.updatedAfter.map { try #require($0) - 9 * 60 }
    #expect(phases.allSatisfy { $0 > 0 && $0 <= 60 })
    #expect(Set(phases).count == Self.clusters)
    #expect(try run.number("usersHarmed.integral") == 0)
  }

  @Test("a canary that only gets copies of requests harms nobody, and is found out")
  func mirrored() throws {
    let defect = DefectPlan.ofTarget(.errorRate(.percent(30)))
    let run = scenario(Self.canary { $0.mirrors = true }, defects: [defect]).run()
    #expect(try run.number("usersHarmed.integral") == 0)
    #expect(run.result.coverage.deliveriesFailed == Self.clusters)
  }

  @Test("a canary that never becomes ready is given up at its deadline and harms nobody")
  func neverReady() throws {
    let delivery = Self.canary { $0.progressDeadline = .seconds(300) }
    let run = scenario(delivery, defects: [.ofTarget(.neverReady)]).run()
    #expect(try run.number("usersHarmed.integral") == 0)
    let reports = run.reports(on: "c-000001").filter { $0.report.phase == .failed }
    let failedAfter = try #require(reports.first?.at)
    // Too few are available from the first look on; the deadline is over strictly after it.
    #expect(failedAfter > .seconds(300) && failedAfter <= .seconds(480))
  }

  @Test("a canary that does not fit waits for nodes, and without them is given up")
  func room() throws {
    let narrow = scenario(Self.canary(), nodes: 2, nodeLimit: 2, podsPerNode: 8).run()
    #expect(narrow.result.coverage.deliveriesFailed == Self.clusters)
    #expect(narrow.updatedAfter.allSatisfy { $0 == nil })
    let growing = scenario(Self.canary(), nodes: 2, nodeLimit: 3, podsPerNode: 8).run()
    #expect(growing.updatedAfter.allSatisfy { $0 != nil })
  }

  @Test("a hook that passes after a while holds the promotion until then")
  func gate() throws {
    var policy = FlaggerPolicy(
      interval: .seconds(60), maxWeight: 50, stepWeight: 10,
      hooks: [FlaggerHook(name: "gate", kind: .confirmPromotion)])
    policy.threshold = 3
    let delivery = DeliveryPolicy.flagger(FlaggerDeliveryPolicy(policy)).bound(
      metric: { _ in .successRate }, hook: { _ in .passesAfter(.minutes(60)) })
    let run = scenario(delivery).run()
    for after in run.updatedAfter {
      let after = try #require(after)
      #expect(after > 63 * 60 && after <= 64 * 60, "\(after) s")
    }
  }

  @Test("steps of an Argo Rollout take their pods' start and their pauses")
  func argoSteps() throws {
    let policy = ArgoRolloutPolicy(
      strategy: .canary(
        ArgoCanaryPolicy(
          steps: [.setWeight(20), .pause(.minutes(10))], routing: .init())))
    let run = scenario(.argoRollout(policy)).run()
    // Two pods, the pause, and the other eight.
    let after = try run.decidedAfter()
    #expect(after >= .seconds(60 + 600 + 60) && after < .seconds(721), "\(after)")
    #expect(try run.number("usersHarmed.integral") == 0)
  }

  @Test("a pause that is over while a closed window holds the cluster costs no look after look")
  func pausedOver() throws {
    let policy = ArgoRolloutPolicy(
      strategy: .canary(
        ArgoCanaryPolicy(
          steps: [.setWeight(20), .pause(.minutes(10))], routing: .init())))
    var held = scenario(.argoRollout(policy))
    let window = WindowRule(
      from: .zero, to: .minutes(5), timeZone: "UTC", reserve: .zero, atClose: .pause)
    held.rollouts[0].guards = [GuardPolicy(name: "night", rule: .window(window))]
    held.horizon = .hours(30)
    let run = held.run()
    #expect(run.record.eventCount < 1_000)
    // It goes on when the window opens again, a day later.
    for after in run.updatedAfter { #expect(try #require(after) > 24 * 3_600) }
  }

  @Test("pods stand for weights where an Argo Rollout has no router")
  func argoWithoutRouter() throws {
    let policy = ArgoRolloutPolicy(
      strategy: .canary(
        ArgoCanaryPolicy(
          steps: [.setWeight(20), .pause(.hours(30))], maxSurge: .count(0),
          maxUnavailable: .count(2))))
    let defect = DefectPlan.ofTarget(.errorRate(.percent(50)))
    let run = scenario(.argoRollout(policy), defects: [defect]).run()
    let rate = Double(Self.clusters * Self.users) * 0.2 * 0.5
    #expect(try run.number("usersHarmed.peak") == rate)
  }

  @Test("an Argo Rollout harms its share of requests until its analysis has failed too often")
  func argoAnalysis() throws {
    let low = MetricCondition.compares(.result, .less, Measure(millionths: 10_000))
    let errors = AnalysisMetric(
      name: "errors", origin: .metric(0, success: low, failure: nil),
      limits: MetricLimits(count: 6, failureLimit: 1), interval: .minutes(2))
    let policy = ArgoRolloutPolicy(
      strategy: .canary(
        ArgoCanaryPolicy(
          steps: [
            .setWeight(10), .pause(.minutes(15)), .analysis(ArgoAnalysis(metrics: [errors])),
          ], routing: .init())), metricBindings: [Binding(name: "errors")])
    let delivery = DeliveryPolicy.argoRollout(policy).bound(
      metric: { _ in .mean(succeeding: Measure(0), failing: Measure(1)) }, hook: { _ in nil })
    let run = scenario(delivery, defects: [.ofTarget(.errorRate(.percent(30)))]).run()
    // The pause, and from the first bad measurement to the second, which is one too many.
    let harmed = Double(Self.clusters * Self.users) * 0.1 * 0.3 * 17
    #expect(abs(try run.number("usersHarmed.integral") / harmed - 1) < 1e-6)
    #expect(run.result.coverage.deliveriesFailed == Self.clusters)
  }

  @Test("a switch harms everybody, until its analysis afterwards has failed")
  func argoSwitch() throws {
    let low = MetricCondition.compares(.result, .less, Measure(millionths: 10_000))
    let errors = AnalysisMetric(
      name: "errors", origin: .metric(0, success: low, failure: nil),
      limits: MetricLimits(count: 9, failureLimit: 2), interval: .minutes(1))
    let policy = ArgoRolloutPolicy(
      strategy: .blueGreen(
        ArgoBlueGreenPolicy(
          autoPromotionDelay: .minutes(5), previewReplicas: 2,
          after: ArgoAnalysis(metrics: [errors]))), metricBindings: [Binding(name: "errors")])
    let delivery = DeliveryPolicy.argoRollout(policy).bound(
      metric: { _ in .mean(succeeding: Measure(0), failing: Measure(1)) }, hook: { _ in nil })
    let run = scenario(delivery, defects: [.ofTarget(.errorRate(.percent(30)))]).run()
    let everybody = Double(Self.clusters * Self.users) * 0.3
    #expect(try run.number("usersHarmed.peak") == everybody)
    // From the first measurement, at the switch, to the third.
    #expect(abs(try run.number("usersHarmed.integral") / (everybody * 2) - 1) < 1e-6)
  }
}
