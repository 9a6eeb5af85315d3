import Determinism
import Testing

@testable import RolloutStrategies

/// Argo's switches from one copy to another, look by look.
@Suite("Argo blue/green")
struct ArgoBlueGreenTests {
  private let instant = Microseconds(1)

  private func world(_ blueGreen: ArgoBlueGreenPolicy, replicas: Int = 4) -> RolloutWorld {
    RolloutWorld(.measured(.blueGreen(blueGreen)), replicas: replicas)
  }

  @Test("by itself it switches as soon as all pods are available, and keeps the old ones for 30 s")
  func automatic() {
    var world = world(ArgoBlueGreenPolicy())
    world.look()
    #expect(world.line == "4+4 0% progressing")
    world.settle()
    #expect(world.line == "4+4 100% available" && world.rollout.stable == 2)
    world.settle(after: .seconds(29))
    #expect(world.wish.promotion == .none)
    world.look(after: .seconds(1))
    #expect(world.line == "0+4 0% available" && world.wish.promotion == .swap)
  }

  @Test("a small preview grows to its full size after the pause, and only then serves")
  func preview() {
    var world = world(ArgoBlueGreenPolicy(gate: 0, previewReplicas: 1))
    world.settle()
    #expect(world.line == "1+4 0% waiting" && world.wish.looksAt == .never)
    world.settle(after: .hours(9))
    #expect(world.line == "1+4 0% waiting")
    world.look(hooks: [true])
    #expect(world.line == "4+4 0% progressing")
    world.settle()
    #expect(world.line == "4+4 100% available")
  }

  @Test("it may wait for a time and switch by itself, strictly after that")
  func timed() {
    var world = world(ArgoBlueGreenPolicy(autoPromotionDelay: .minutes(5)))
    world.settle()
    #expect(world.line == "4+4 0% waiting")
    #expect(world.wish.looksAt == world.view.now + .minutes(5) + instant)
    world.look(after: .minutes(5))
    #expect(!world.rollout.isSwitched)
    world.look(after: instant)
    #expect(world.wish.weight == .one)
  }

  @Test("the seconds are ignored where somebody must let it switch")
  func gatedNotTimed() {
    var world = world(ArgoBlueGreenPolicy(gate: 0, autoPromotionDelay: .minutes(5)))
    world.settle()
    world.settle(after: .hours(5))
    #expect(world.line == "4+4 0% waiting")
  }

  @Test("an analysis before the switch comes before the pause, and ends everything if it fails")
  func before() {
    let policy = ArgoBlueGreenPolicy(autoPromotionDelay: .minutes(5), before: .one(count: 2))
    var world = world(policy)
    world.settle()
    #expect(world.line == "4+4 0% progressing" && world.rollout.pausedAt == nil)
    var failing = world
    failing.settle(after: .minutes(2) + instant, metric: .value(Measure(1)))
    #expect(failing.rollout.failure == .checks && failing.wish.weight == .zero)
    #expect(failing.wish.canary == 4, "the pods stay for a while")
    failing.settle(after: .seconds(30))
    #expect(failing.wish.canary == 0)
    world.settle(after: .minutes(2) + instant)
    #expect(world.line == "4+4 0% waiting")
    world.settle(after: .minutes(5) + instant)
    #expect(world.line == "4+4 100% available")
  }

  @Test("an analysis after the switch gives the traffic back to the old copy if it fails")
  func after() {
    var world = world(ArgoBlueGreenPolicy(after: .one(count: 2)))
    world.settle()
    #expect(world.line == "4+4 100% progressing" && world.rollout.stable == 1)
    world.settle(after: .minutes(2) + instant, metric: .value(Measure(1)))
    #expect(world.rollout.failure == .checks && world.wish.weight == .zero)
    #expect(world.wish.stable == 4 && world.rollout.stable == 1)
  }

  @Test("an aborted copy may keep its pods for ever")
  func keeps() {
    var world = world(ArgoBlueGreenPolicy(abortDelay: .zero, before: .one()))
    world.settle()
    world.settle(after: .minutes(3), metric: .value(Measure(1)))
    world.settle(after: .hours(900))
    #expect(world.wish.canary == 4 && world.rollout.failure == .checks)
  }

  @Test("back within the rollback window it switches without analysis and pause")
  func window() {
    var policy = ArgoRolloutPolicy.measured(
      .blueGreen(ArgoBlueGreenPolicy(gate: 0, before: .one(count: 1))))
    policy.rollbackWindow = 2
    var world = RolloutWorld(policy, replicas: 4)
    world.settle(hooks: [true])
    world.settle(after: .seconds(30))
    #expect(world.rollout.stable == 2)
    world.settle(revision: 1, metric: .value(Measure(1)), hooks: [false])
    #expect(world.rollout.stable == 1)
  }

  @Test("back to the copy that serves the preview goes")
  func back() {
    var world = world(ArgoBlueGreenPolicy(gate: 0))
    world.settle()
    world.settle(revision: 1)
    #expect(world.line == "0+4 0% available" && world.rollout.stable == 1)
  }

  @Test("a revision that comes while the old pods are kept ends that first")
  func next() {
    var world = world(ArgoBlueGreenPolicy(scaleDownDelay: .hours(1)))
    world.settle()
    #expect(world.line == "4+4 100% available")
    world.look(revision: 3)
    #expect(world.wish.promotion == .swap && world.wish.looksAt == world.view.now + instant)
    world.finishPods()
    world.look(after: instant)
    #expect(world.line == "4+4 0% progressing" && world.rollout.stable == 2)
  }

  @Test("pods that never come are reported, and given up where the document says so")
  func deadline() {
    var policy = ArgoRolloutPolicy(strategy: .blueGreen(ArgoBlueGreenPolicy()))
    var world = RolloutWorld(policy, replicas: 4)
    world.look()
    world.look(after: .seconds(600) + instant)
    #expect(world.wish.phase == .failed(.canaryNotReady) && world.wish.canary == 4)
    policy.abortsPastDeadline = true
    world = RolloutWorld(policy, replicas: 4)
    world.look()
    world.look(after: .seconds(600) + instant)
    world.look(after: .seconds(30))
    #expect(world.wish.phase == .failed(.canaryNotReady) && world.wish.canary == 0)
  }
}
