import Determinism
import Testing

@testable import RolloutStrategies

@Suite("Sizes of Argo Rollouts' canaries")
struct CanarySizesTests {
  @Test("whole pods for a weight: at most one more than wanted, none at 0, all at the most")
  func approximation() {
    for replicas in 1...30 {
      for surge in 0...2 {
        for weight in 0...100 {
          let counts = WeightApproximation(
            replicas: replicas, weight: weight, maxWeight: 100, surge: surge)
          let total = counts.canary + counts.stable
          #expect(total == replicas || surge > 0 && total == replicas + 1)
          #expect(weight > 0 || counts.canary == 0)
          #expect(weight < 100 || counts.stable == 0)
          // Midway between all and one fewer, nothing is rounded down, and nothing may be empty.
          let isStuck = surge == 0 && 2 * replicas * weight == 100 * (2 * replicas - 1)
          #expect(!isStuck || replicas == 1 || counts.canary == 0)
          let isPartial = weight > 0 && weight < 100 && (replicas > 1 || surge > 0) && !isStuck
          #expect(!isPartial || counts.canary > 0 && counts.stable > 0, "\(replicas), \(weight)")
        }
      }
    }
  }

  @Test("pass by pass a canary keeps its limits and reaches every weight and comes back")
  func passes() {
    for replicas in 1...12 {
      for (surge, unavailable) in [(1, 0), (0, 1), (2, 1), (3, 3)] {
        var canary = CopySize(wanted: 0, available: 0)
        var stable = CopySize(wanted: replicas, available: replicas)
        for weight in [10, 50, 75, 0, 100] {
          let position = CanaryPosition(steps: [.setWeight(weight)], index: 0)
          for _ in 0..<4 * replicas {
            let sizes = CanarySizes(
              replicas: replicas, surge: surge, unavailable: min(unavailable, replicas),
              canary: canary, stable: stable)
            let next = sizes.step(to: sizes.target(position))
            #expect(next.canary + next.stable <= replicas + surge)
            let left = min(next.canary, canary.available) + min(next.stable, stable.available)
            #expect(left >= replicas - unavailable, "\(replicas) pods at \(weight)")
            canary = CopySize(wanted: next.canary, available: next.canary)
            stable = CopySize(wanted: next.stable, available: next.stable)
          }
          let sizes = CanarySizes(
            replicas: replicas, surge: surge, unavailable: unavailable, canary: canary,
            stable: stable)
          let target = sizes.target(position)
          #expect(canary.wanted == target.canary && stable.wanted == target.stable)
        }
      }
    }
  }

  @Test("an aborted canary goes back through its weights as the stable copy regains pods")
  func abort() {
    let position = CanaryPosition(
      steps: [.setWeight(20), .setWeight(60)], index: 0, isAborted: true, isRouted: true)
    var weights: [Int] = []
    var canary = RoutedCanary(
      replicas: 10, isStableScaled: true, routed: 60,
      canary: CopySize(wanted: 6, available: 6), stable: CopySize(wanted: 4, available: 4))
    for _ in 0..<6 {
      weights.append(canary.abortRoutedWeight())
      let next = canary.target(position)
      canary.routed = weights.last
      canary.canary = CopySize(wanted: next.canary, available: next.canary)
      canary.stable = CopySize(wanted: next.stable, available: next.stable)
    }
    #expect(weights.sorted(by: >) == weights && weights.contains(20) && weights.last == 0)
  }

  @Test("measurements are tallied as they are judged: errors are taken again and do not count")
  func tally() {
    var tally = MetricTally()
    let limits = MetricLimits(count: 3, hasInterval: true, failureLimit: 1)
    for phase in [AnalysisPhase.successful, .error, .error, .failed] { tally.add(phase) }
    #expect(tally.count == 2 && tally.consecutiveErrors == 0 && tally.failed == 1)
    #expect(tally.verdict(limits, isEnding: false) == .running)
    tally.add(.failed)
    #expect(tally.verdict(limits, isEnding: true) == .failed)
  }
}
