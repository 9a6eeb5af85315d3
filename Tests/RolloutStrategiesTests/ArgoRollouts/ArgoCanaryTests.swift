import Determinism
import Testing

@testable import RolloutStrategies

/// Argo's canaries, look by look, against what its rules give when worked out by hand.
@Suite("Argo canaries")
struct ArgoCanaryTests {
  private let instant = Microseconds(1)

  @Test("pods stand for weights: the stable copy shrinks when the canary is available")
  func basic() {
    let policy = ArgoCanaryPolicy(
      steps: [.setWeight(10), .pause(.minutes(15)), .setWeight(60), .gate(hook: 0)],
      maxSurge: .count(2), maxUnavailable: .count(0))
    var world = RolloutWorld(policy, replicas: 12, hooks: 1)
    world.look()
    #expect(world.line == "1+12 progressing", "a canary on top, before it serves")
    world.settle()
    #expect(world.line == "1+11 waiting" && world.rollout.step == 1)
    #expect(world.wish.looksAt == world.view.now + .minutes(15) + instant)
    world.look(after: .minutes(15))
    #expect(world.rollout.step == 1, "a pause is over strictly after its length")
    world.settle(after: instant)
    #expect(world.line == "8+5 waiting", "8 of 13 are nearer to 60 % than 7 of 12")
    #expect(world.wish.looksAt == .never, "nobody lets it go on")
    world.settle(after: .hours(1), hooks: [true])
    #expect(world.line == "0+12 available" && world.rollout.stable == 2)
  }

  @Test("the end swaps the copies once, and only when all pods of the new one are available")
  func end() {
    var world = RolloutWorld(ArgoCanaryPolicy(maxSurge: .count(1)), replicas: 4)
    var swaps = 0
    for _ in 0..<20 {
      world.look()
      #expect(world.view.canary.available + world.view.stable.available >= 3)
      if world.wish.promotion == .swap {
        swaps += 1
        #expect(world.view.revision == world.rollout.stable)
      }
      world.finishPods()
    }
    #expect(swaps == 1 && world.line == "0+4 available")
  }

  @Test("a router's traffic is raised when the pods for it are there, and lowered at once")
  func routed() {
    let policy = ArgoCanaryPolicy(
      steps: [.setWeight(50), .gate(hook: 0), .setWeight(20), .gate(hook: 1)],
      routing: ArgoCanaryPolicy.Routing())
    var world = RolloutWorld(policy, replicas: 10, hooks: 2)
    world.look()
    #expect(world.line == "5+10 0% progressing")
    world.settle()
    #expect(world.line == "5+10 50% waiting")
    world.look(hooks: [true, false])
    #expect(world.line == "2+10 20% waiting")
    world.settle()
    world.look(hooks: [true, true])
    #expect(world.line == "10+10 20% progressing")
    world.settle()
    #expect(world.line == "10+10 100% available", "the old copy stays for 30 s")
    #expect(world.wish.looksAt == world.view.now + .seconds(30))
    world.settle(after: .seconds(30))
    #expect(world.line == "0+10 0% available")
  }

  @Test("a router's weights may be of more than a hundred")
  func maxWeight() {
    let policy = ArgoCanaryPolicy(
      steps: [.setWeight(10), .gate(hook: 0)],
      routing: ArgoCanaryPolicy.Routing(maxWeight: 1_000))
    var world = RolloutWorld(policy, replicas: 10, hooks: 1)
    world.settle()
    #expect(world.line == "1+10 1% waiting")
  }

  @Test("a scale of its own overrides the weight until a later step takes it back")
  func scale() {
    let policy = ArgoCanaryPolicy(
      steps: [
        .setScale(CanaryScale(replicas: 1)), .setWeight(50), .gate(hook: 0),
        .setScale(CanaryScale(matchesTrafficWeight: true)), .gate(hook: 1),
      ], routing: ArgoCanaryPolicy.Routing())
    var world = RolloutWorld(policy, replicas: 10, hooks: 2)
    world.settle()
    #expect(world.line == "1+10 50% waiting")
    world.settle(hooks: [true, false])
    #expect(world.line == "5+10 50% waiting")
  }

  @Test(
    "the stable copy shrinks as the canary grows, and regains its pods before traffic goes back")
  func stableScale() {
    let policy = ArgoCanaryPolicy(
      steps: [.setWeight(20), .analysis(.one(count: 2))],
      routing: ArgoCanaryPolicy.Routing(isStableScaled: true))
    var world = RolloutWorld(.measured(policy), replicas: 10)
    world.settle()
    #expect(world.line == "2+8 20% progressing")
    world.look(after: .minutes(2) + instant, metric: .value(Measure(1)))
    #expect(world.line == "2+10 20% failed(RolloutStrategies.DeliveryFailure.checks)")
    world.settle()
    #expect(world.line == "0+10 0% failed(RolloutStrategies.DeliveryFailure.checks)")
  }

  @Test(
    "given up, a shrunken stable copy regains its pods step by step, also where the canary is kept",
    arguments: [
      (nil, ["5+9 50%", "1+10 10%", "0+10 0%"]),
      (Microseconds.minutes(5), ["5+9 50%", "5+10 10%", "5+10 0%"]),
      // The canary's pods are never fewer, and hold its weight up: a quirk of the system.
      (Microseconds.zero, ["5+9 50%", "5+9 10%"]),
    ] as [(Microseconds?, [String])])
  func stableScaleSteps(delay: Microseconds?, lines: [String]) {
    let policy = ArgoCanaryPolicy(
      steps: [.setWeight(10), .setWeight(50), .analysis(.one(count: 2))],
      routing: ArgoCanaryPolicy.Routing(isStableScaled: true, abortDelay: delay))
    var world = RolloutWorld(.measured(policy), replicas: 10)
    world.settle()
    #expect(world.line == "5+5 50% progressing")
    world.look(after: .minutes(2) + instant, metric: .value(Measure(1)))
    var seen = [world.line]
    for _ in 0..<8 {
      world.finishPods()
      world.look()
      if seen.last != world.line { seen.append(world.line) }
    }
    #expect(seen == lines.map { "\($0) failed(RolloutStrategies.DeliveryFailure.checks)" })
  }

  @Test(
    "an aborted canary behind a router loses its traffic at once, and its pods later or never",
    arguments: [(nil, 30), (Microseconds.seconds(90), 90), (Microseconds.zero, nil)]
      as [(Microseconds?, Int64?)])
  func abortDelay(delay: Microseconds?, seconds: Int64?) {
    let policy = ArgoCanaryPolicy(
      steps: [.setWeight(20), .analysis(.one(count: 2))],
      routing: ArgoCanaryPolicy.Routing(abortDelay: delay))
    var world = RolloutWorld(.measured(policy), replicas: 10)
    world.settle()
    world.settle(after: .minutes(2) + instant, metric: .value(Measure(1)))
    #expect(world.rollout.failure == .checks && world.rollout.step == 0)
    #expect(world.wish.canary == 2 && world.wish.weight == .zero)
    #expect(world.wish.looksAt == (seconds.map { world.view.now + .seconds($0) } ?? .never))
    world.settle(after: .seconds(seconds ?? 1_000_000))
    #expect(world.wish.canary == (seconds == nil ? 2 : 0))
  }

  @Test("without a router an aborted canary gives its pods back, and nothing is tried again")
  func abort() {
    let policy = ArgoCanaryPolicy(
      steps: [.setWeight(50), .analysis(.one(count: 2))], maxSurge: .count(0),
      maxUnavailable: .count(1))
    var world = RolloutWorld(.measured(policy), replicas: 6)
    world.settle()
    #expect(world.line == "3+3 progressing")
    world.look(after: .minutes(2) + instant, metric: .value(Measure(1)))
    #expect(world.wish.canary == 2 && world.wish.stable == 4, "no more than one may be missing")
    world.settle()
    #expect(world.wish.canary == 0 && world.wish.stable == 6)
    world.settle(after: .hours(5), metric: .value(Measure(0)))
    #expect(world.wish.canary == 0 && world.rollout.failure == .checks)
    world.look(revision: 3)
    #expect(world.rollout.failure == nil && world.wish.stable == 5, "another revision is")
  }

  @Test("no progress for too long is reported, and no more, unless the document says to give up")
  func deadline() {
    let canary = ArgoCanaryPolicy(steps: [.setWeight(50)])
    var policy = ArgoRolloutPolicy(strategy: .canary(canary), progressDeadline: .seconds(60))
    var world = RolloutWorld(policy, replicas: 4)
    world.look()
    #expect(world.wish.looksAt == world.view.now + .seconds(60) + instant)
    world.look(after: .seconds(60))
    #expect(world.wish.phase == .progressing)
    world.look(after: instant)
    #expect(world.wish.phase == .failed(.canaryNotReady) && world.wish.canary > 0)
    world.settle()
    world.finishPods()
    world.settle(after: .seconds(1))
    #expect(world.line == "0+4 available", "it goes on as if nothing had been")
    policy.abortsPastDeadline = true
    world = RolloutWorld(policy, replicas: 4)
    world.look()
    world.look(after: .seconds(60) + instant)
    #expect(world.wish.phase == .failed(.canaryNotReady) && world.wish.canary == 0)
  }

  @Test("the deadline does not run while it is paused or analysed")
  func deadlineRests() {
    for step in [CanaryStep.pause(.hours(1)), .gate(hook: 0), .analysis(.one(count: 90))] {
      var policy = ArgoRolloutPolicy.measured(ArgoCanaryPolicy(steps: [.setWeight(25), step]))
      policy.abortsPastDeadline = true
      policy.progressDeadline = .seconds(60)
      var world = RolloutWorld(policy, replicas: 4)
      world.settle()
      for _ in 0..<20 { world.settle(after: .minutes(2)) }
      #expect(world.rollout.failure == nil && world.rollout.step == 1, "\(step)")
    }
  }

  @Test("another revision begins anew, and the pods of the last go before anything else shrinks")
  func rollover() {
    let policy = ArgoCanaryPolicy(
      steps: [.setWeight(50), .gate(hook: 0), .setWeight(75)], maxSurge: .count(1),
      maxUnavailable: .count(0))
    var world = RolloutWorld(policy, replicas: 4, hooks: 1)
    world.settle()
    #expect(world.line == "2+2 waiting")
    world.settle(hooks: [true])
    #expect(world.line == "0+4 available")
    world.settle(revision: 3, hooks: [false])
    #expect(world.line == "2+2 waiting")
    world.look(revision: 4)
    #expect(world.rollout.step == 0 && world.rollout.pausedAt == nil)
    #expect(world.line == "2+2 progressing", "the last revision's pods are still there")
    world.settle(after: .seconds(40))
    #expect(world.rollout.step == 1 && world.rollout.pausedAt == world.view.now)
  }

  @Test("back to the stable revision all steps are skipped, also in the midst of one")
  func back() {
    let policy = ArgoCanaryPolicy(
      steps: [.setWeight(50), .gate(hook: 0)], maxSurge: .count(1), maxUnavailable: .count(0))
    var world = RolloutWorld(policy, replicas: 4, hooks: 1)
    world.settle()
    #expect(world.line == "2+2 waiting")
    world.look(revision: 1)
    #expect(world.wish.phase == .progressing && world.rollout.step == 2)
    #expect(world.view.stable.wanted == 3 && world.view.canary.wanted == 2)
    world.settle()
    #expect(world.line == "0+4 available" && world.rollout.stable == 1)
  }

  @Test("within the rollback window steps and analyses are skipped, outside of it they are not")
  func window() {
    var policy = ArgoRolloutPolicy.measured(
      ArgoCanaryPolicy(steps: [.setWeight(25), .analysis(.one(count: 2))]))
    policy.rollbackWindow = 1
    var world = RolloutWorld(policy, replicas: 4)
    for revision in [2, 3] {
      world.settle(revision: revision)
      world.settle(after: .minutes(2) + instant)
      #expect(world.rollout.stable == revision)
    }
    var twoBack = world
    twoBack.settle(revision: 1)
    #expect(twoBack.rollout.stable == 3 && twoBack.rollout.step == 1, "two revisions back")
    world.settle(revision: 2)
    #expect(world.rollout.stable == 2)
  }

  @Test("steps that are edited on the way begin anew")
  func edited() {
    let policy = ArgoCanaryPolicy(steps: [.setWeight(25), .gate(hook: 0)])
    var world = RolloutWorld(policy, replicas: 4, hooks: 1)
    world.settle()
    var rollout = world.rollout
    var edited = world.policy
    edited.strategy = .canary(
      ArgoCanaryPolicy(steps: [.setWeight(25), .pause(.seconds(5)), .gate(hook: 0)]))
    #expect(rollout.step == 1)
    let wish = rollout.look(edited, world.view)
    #expect(rollout.step == 1 && wish.looksAt == world.view.now + .seconds(5) + instant)
  }

  @Test("held, it takes up no revision and completes no step")
  func held() {
    let policy = ArgoCanaryPolicy(steps: [.setWeight(25), .pause(.seconds(5)), .gate(hook: 0)])
    var world = RolloutWorld(policy, replicas: 4, hooks: 1)
    world.hold(true)
    world.look()
    #expect(world.rollout.current == 1 && world.wish.phase == .waiting)
    world.hold(false)
    world.settle()
    world.hold(true)
    world.settle(after: .hours(1))
    #expect(world.rollout.step == 1)
    world.hold(false)
    world.settle()
    #expect(world.rollout.step == 2)
  }

  @Test("enough pods may be fewer than all of them")
  func threshold() {
    var policy = ArgoCanaryPolicy(steps: [.setWeight(50), .gate(hook: 0)], maxSurge: .count(9))
    policy.progressThreshold = .percent(50)
    var world = RolloutWorld(policy, replicas: 4, hooks: 1)
    world.look()
    #expect(world.wish.canary == 2 && world.rollout.step == 0)
    world.finishCanary(1)
    for _ in 0..<3 { world.look() }
    #expect(world.rollout.step == 1)
  }
}

extension RolloutWorld {
  fileprivate mutating func hold(_ isHeld: Bool) { view.isPaused = isHeld }

  fileprivate mutating func finishCanary(_ available: Int) {
    view.canary = PodCounts(wanted: view.canary.wanted, available: available)
  }
}
