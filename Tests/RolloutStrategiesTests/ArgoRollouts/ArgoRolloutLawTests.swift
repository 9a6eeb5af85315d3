import Determinism
import Testing

@testable import RolloutStrategies

/// What holds for every Argo rollout, whatever its pods do.
@Suite("Argo rollout laws")
struct ArgoRolloutLawTests {
  private static let steps: [CanaryStep] = [
    .setWeight(10), .pause(.minutes(1)), .setWeight(35), .analysis(.one(count: 2)),
    .setScale(CanaryScale(weight: 60)), .gate(hook: 0), .route,
  ]

  static let policies: [ArgoRolloutPolicy] = [
    .measured(ArgoCanaryPolicy()),
    .measured(ArgoCanaryPolicy(steps: steps, maxSurge: .count(1), maxUnavailable: .count(0))),
    .measured(ArgoCanaryPolicy(steps: steps, maxSurge: .count(0), maxUnavailable: .count(2))),
    .measured(ArgoCanaryPolicy(steps: steps, routing: .init(), background: .one())),
    .measured(ArgoCanaryPolicy(steps: steps, routing: .init(isStableScaled: true, minPods: 2))),
    .measured(
      ArgoCanaryPolicy(
        steps: steps, routing: .init(isStableScaled: true, abortDelay: .seconds(40)))),
    .measured(.blueGreen(ArgoBlueGreenPolicy(gate: 0, previewReplicas: 2, after: .one(count: 3)))),
    .measured(
      .blueGreen(ArgoBlueGreenPolicy(autoPromotionDelay: .minutes(2), before: .one(count: 2)))),
  ]

  /// Drives a rollout over drawn pods, answers and revisions.
  private func drive(
    _ policy: ArgoRolloutPolicy, seed: UInt64,
    _ check: (_ before: RolloutWorld, _ after: RolloutWorld) -> Void
  ) {
    var drawn = seed &* 0x9E37_79B9_7F4A_7C15
    func draw(_ count: UInt64) -> UInt64 {
      drawn = drawn &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (drawn >> 33) % count
    }
    var world = RolloutWorld(policy, replicas: Int(3 + draw(12)))
    for _ in 0..<120 {
      let before = world
      if draw(3) > 0 { world.finishPods() }
      let isBad = draw(40) == 0
      world.look(
        after: .seconds(Int64(draw(90))), revision: draw(40) == 0 ? Int(1 + draw(4)) : nil,
        metric: isBad ? .value(Measure(1)) : .value(Measure(0)), hooks: [draw(8) == 0])
      check(before, world)
    }
  }

  @Test("a second look at the same changes nothing", arguments: policies.indices)
  func idempotent(_ index: Int) {
    let policy = Self.policies[index]
    for seed in 0..<20 as Range<UInt64> {
      drive(policy, seed: seed) { _, world in
        guard world.wish.promotion == .none else { return }
        var again = world
        again.look()
        #expect(again.wish == world.wish, "seed \(seed)")
        #expect(again.rollout == world.rollout, "seed \(seed)")
      }
    }
  }

  @Test(
    "pods asked for are never more than both copies and the surge allow",
    arguments: policies.indices)
  func limits(_ index: Int) {
    let policy = Self.policies[index]
    for seed in 0..<20 as Range<UInt64> {
      drive(policy, seed: seed) { before, world in
        let replicas = world.view.replicas
        var most = 2 * replicas
        if case .canary(let canary) = policy.strategy, canary.routing == nil {
          most = replicas + canary.limits.surge(of: replicas)
        }
        #expect(world.wish.canary + world.wish.stable <= most, "seed \(seed)")
        #expect(world.wish.looksAt > world.view.now, "seed \(seed)")
      }
    }
  }

  @Test("a canary without a router never asks for less than what must be available")
  func available() {
    for policy in Self.policies {
      guard case .canary(let canary) = policy.strategy, canary.routing == nil else { continue }
      for seed in 0..<20 as Range<UInt64> {
        drive(policy, seed: seed) { before, world in
          let least = world.view.replicas - canary.limits.unavailable(of: world.view.replicas)
          let available = { (view: DeliveryView) in view.canary.available + view.stable.available }
          guard available(before.view) >= least, world.wish.promotion == .none else { return }
          #expect(available(world.view) >= least, "seed \(seed): \(world.line)")
        }
      }
    }
  }

  @Test("where all goes well it comes to its end, and where nothing passes it does not")
  func ends() {
    for policy in Self.policies {
      let forecast = ArgoRolloutForecast(policy, replicas: 10)
      #expect(forecast.end == .promoted)
      #expect(forecast.looks.last?.canary == 0 && forecast.looks.last?.stable == 10)
    }
    var never = ArgoAnalysis.one(count: 1)
    never.metrics[0].origin = .metric(
      0, success: .compares(.count, .greater, Measure(1)), failure: nil)
    let canary = ArgoCanaryPolicy(steps: [.setWeight(10), .analysis(never)])
    #expect(ArgoRolloutForecast(.measured(canary), replicas: 10).end == .aborted)
    var paused = Self.policies[1]
    paused.isPaused = true
    #expect(ArgoRolloutForecast(paused, replicas: 10).end == .stays)
    let endless = ArgoCanaryPolicy(steps: [.setWeight(10), .analysis(.one())])
    #expect(ArgoRolloutForecast(.measured(endless), replicas: 10).end == .goesOn)
  }

  @Test("few pods cannot stand for a small weight, and nobody says so")
  func unattainable() {
    let canary = ArgoCanaryPolicy(
      steps: [.setWeight(5), .gate(hook: 0)], maxSurge: .count(0), maxUnavailable: .count(1))
    var world = RolloutWorld(canary, replicas: 3, hooks: 1)
    world.settle()
    #expect(world.line == "1+2 waiting", "a third of the traffic for 5 %")
  }
}
