import Determinism
import Testing

@testable import RolloutStrategies

/// Flagger's control loop, tick by tick, against what its rules give when worked out by hand.
@Suite("Flagger canaries")
struct FlaggerCanaryTests {
  private let good = MetricAnswer.value(Measure(100))
  private let bad = MetricAnswer.value(Measure(10))
  private let rate = FlaggerMetric(name: "request-success-rate", least: Measure(99))

  /// A canary with a primary that runs revision 1, about to see revision 2.
  private func initialized(_ policy: FlaggerPolicy) -> FlaggerCanary {
    var canary = FlaggerCanary()
    canary.tick(policy, view(policy, revision: 1))
    #expect(canary.phase == .initialized)
    return canary
  }

  private func view(
    _ policy: FlaggerPolicy, revision: Int = 2, _ answer: MetricAnswer? = nil,
    hooks: [Bool]? = nil, canary: FlaggerReadiness = .ready, primary: FlaggerReadiness = .ready
  ) -> FlaggerView {
    FlaggerView(
      revision: revision, primary: primary, canary: canary,
      metrics: policy.metrics.map { _ in answer ?? good },
      hooks: hooks ?? policy.hooks.map { _ in true })
  }

  /// Phase and weight after each of some ticks.
  private func play(
    _ policy: FlaggerPolicy, _ views: [FlaggerView]
  ) -> [String] {
    var canary = initialized(policy)
    return views.map { view in
      canary.tick(policy, view)
      return "\(canary.phase.rawValue) \(canary.routes.canary)"
    }
  }

  @Test("a step that does not divide the weight overshoots it, and the end takes three ticks")
  func timeline() {
    let policy = FlaggerPolicy(threshold: 2, maxWeight: 50, stepWeight: 20, metrics: [rate])
    #expect(
      play(policy, Array(repeating: view(policy), count: 8)) == [
        "Progressing 0", "Progressing 20", "Progressing 40", "Progressing 60", "Promoting 60",
        "Finalising 0", "Succeeded 0", "Succeeded 0",
      ])
  }

  @Test("failed checks add up, and the tick after the last one that is tolerated rolls back")
  func rollback() {
    let policy = FlaggerPolicy(threshold: 2, maxWeight: 50, stepWeight: 20, metrics: [rate])
    let views = [nil, nil, bad, bad, nil, nil].map { view(policy, $0) }
    #expect(
      play(policy, views) == [
        "Progressing 0", "Progressing 20", "Progressing 20", "Progressing 20", "Failed 0",
        "Failed 0",
      ])
  }

  @Test("a canary that is not ready stops the tick before failed checks are looked at")
  func notReady() {
    let policy = FlaggerPolicy(stepWeight: 20, metrics: [rate])
    let waits = view(policy, canary: .waiting(.updates))
    #expect(
      play(policy, [view(policy), view(policy), view(policy, bad), waits, waits])
        == [
          "Progressing 0", "Progressing 20", "Progressing 20", "Progressing 20", "Progressing 20",
        ])
    #expect(play(policy, [view(policy), view(policy, canary: .failed)]).last == "Failed 0")
  }

  @Test("no data fail a check, and so does a metric from nowhere")
  func noData() {
    #expect(!rate.passes(.noData) && rate.passes(.value(Measure(99))))
    #expect(!FlaggerMetric(name: "errors").passes(good))
    let duration = FlaggerMetric(
      name: "request-duration", most: Measure("500.9"), threshold: Measure(0))
    #expect(duration.passes(.value(Measure(500))) && !duration.passes(.value(Measure(501))))
    #expect(!FlaggerMetric(name: "custom", hasQuery: true).passes(good))
  }

  @Test(
    "the next step follows the list; a repeated entry gives none, an unknown weight goes to 100",
    arguments: [
      ([2, 10, 40], 0, 2), ([2, 10, 40], 2, 8), ([2, 10, 40], 40, 60), ([2, 10, 40], 7, 93),
      ([5, 5], 5, 0), ([200], 0, 100), ([], 0, 0), ([10], 100, 1),
    ])
  func steps(weights: [Int], from: Int, step: Int) {
    #expect(FlaggerPolicy(stepWeights: weights).step(from: from) == step)
  }

  @Test("without steps or iterations it progresses for ever at no weight")
  func forEver() {
    let policy = FlaggerPolicy(metrics: [rate])
    let states = play(policy, Array(repeating: view(policy), count: 20))
    #expect(states.allSatisfy { $0 == "Progressing 0" })
  }

  @Test("traffic is copied first, and then given")
  func mirrored() {
    let policy = FlaggerPolicy(maxWeight: 50, stepWeight: 10, mirrors: true)
    var canary = initialized(policy)
    canary.tick(policy, view(policy))
    canary.tick(policy, view(policy))
    #expect(canary.routes == .init(primary: 100, canary: 0, isMirrored: true))
    canary.tick(policy, view(policy))
    #expect(canary.routes == .init(primary: 90, canary: 10, isMirrored: false))
  }

  @Test("blue and green: checks without traffic, one with all of it, then the promotion")
  func blueGreen() {
    let policy = FlaggerPolicy(iterations: 2, metrics: [rate])
    #expect(
      play(policy, Array(repeating: view(policy), count: 7)) == [
        "Progressing 0", "Progressing 0", "Progressing 0", "Progressing 100", "Promoting 100",
        "Finalising 0", "Succeeded 0",
      ])
    let plain = FlaggerPolicy(isWithoutRouter: true, iterations: 1)
    #expect(play(plain, Array(repeating: view(plain), count: 3)).last == "Progressing 0")
  }

  @Test("a promotion that nobody confirms waits, is checked on, and can still fail")
  func waitingPromotion() {
    let gate = FlaggerHook(name: "signoff", kind: .confirmPromotion)
    let policy = FlaggerPolicy(maxWeight: 20, stepWeight: 20, metrics: [rate], hooks: [gate])
    let refused = view(policy, hooks: [false])
    #expect(
      play(policy, [refused, refused, refused, view(policy, bad, hooks: [false]), refused])
        == [
          "Progressing 0", "Progressing 20", "WaitingPromotion 20", "WaitingPromotion 20",
          "Failed 0",
        ])
    #expect(
      play(policy, [refused, refused, refused, view(policy)]).last == "Promoting 20")
  }

  @Test("what nobody confirms waits without counting, and a rollback hook that passes ends")
  func hooks() {
    let confirm = FlaggerPolicy(stepWeight: 10, hooks: [.init(name: "go", kind: .confirmRollout)])
    #expect(
      play(confirm, [view(confirm, hooks: [false]), view(confirm)]) == [
        "Waiting 0", "Progressing 0",
      ])
    let back = FlaggerPolicy(stepWeight: 10, hooks: [.init(name: "back", kind: .rollback)])
    #expect(
      play(back, [view(back, hooks: [false]), view(back, hooks: [false]), view(back)]).last
        == "Failed 0")
  }

  @Test("a new revision begins again and costs a tick; a failed one is not tried again")
  func revisions() {
    let policy = FlaggerPolicy(stepWeight: 10, metrics: [rate])
    #expect(
      play(
        policy, [view(policy), view(policy), view(policy, revision: 3), view(policy, revision: 3)])
        == ["Progressing 0", "Progressing 10", "Progressing 0", "Progressing 10"])
    #expect(
      play(
        policy,
        [
          view(policy), view(policy, canary: .failed), view(policy), view(policy, revision: 1),
          view(policy, revision: 3),
        ]) == ["Progressing 0", "Failed 0", "Failed 0", "Failed 0", "Progressing 0"])
  }

  @Test("a primary that can not come up while it takes over leaves all traffic to the canary")
  func failedPromotion() {
    let policy = FlaggerPolicy(maxWeight: 10, stepWeight: 10, stepWeightPromotion: 5)
    var canary = initialized(policy)
    for _ in 1...3 { canary.tick(policy, view(policy)) }
    #expect(canary.phase == .promoting)
    canary.tick(policy, view(policy))
    #expect(canary.routes == .init(primary: 95, canary: 5))
    canary.tick(policy, view(policy, primary: .failed))
    #expect(canary.phase == .failed && canary.routes == .init(primary: 0, canary: 100))
    #expect(canary.statusWeight == 100 && !canary.isScaledToZero)
  }

  @Test("a decimal number is read to six places and refused when it is none")
  func measures() {
    #expect(Measure("99.5") == Measure(millionths: 99_500_000))
    #expect(Measure("-0.0000019") == Measure(millionths: -1))
    #expect(Measure(".5") == Measure(millionths: 500_000))
    for text in ["", ".", "1e3", "1.2.3", "nan", "0x1", "1234567890123"] {
      #expect(Measure(text) == nil, "\(text)")
    }
  }
}
