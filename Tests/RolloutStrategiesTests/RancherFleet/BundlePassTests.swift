import Testing

@testable import RolloutStrategies

@Suite("Passes over a bundle's clusters")
struct BundlePassTests {
  private func fleet(_ count: Int) -> [BundleTarget] {
    let deployment = BundleDeployment(staged: 1, released: 1, applied: 1, isReady: true)
    return Array(repeating: BundleTarget(desired: 2, deployment: deployment), count: count)
  }

  /// Passes until nothing is released any more; agents apply what was released in between.
  private func run(
    _ policy: RancherFleetPolicy, _ targets: [BundleTarget], isBad: Bool
  ) -> (targets: [BundleTarget], mostUnavailable: Int) {
    var targets = targets
    var most = 0
    for _ in 0..<4 * targets.count {
      targets = BundlePass(policy, targets: targets, listed: []).targets
      most = max(most, targets.count(where: \.isUnavailable))
      for index in targets.indices {
        guard let deployment = targets[index].deployment else { continue }
        targets[index].deployment?.applied = deployment.released
        if deployment.released == 2 { targets[index].deployment?.isReady = !isBad }
      }
    }
    return (targets, most)
  }

  @Test("partitions are made from the threshold on, and only if it and the size are above 0")
  func madePartitions() {
    func size(_ size: FleetLimit?, from threshold: Int, of count: Int) -> FleetLimit? {
      RancherFleetPolicy(autoPartitionSize: size, autoPartitionThreshold: threshold)
        .madePartitionSize(of: count)
    }
    #expect(size(nil, from: 40, of: 40) == .percent(millionths: 25_000_000))
    #expect(size(.count(3), from: 41, of: 40) == nil)
    for threshold in [0, -1] { #expect(size(.count(3), from: threshold, of: 40) == nil) }
    for count in [0, -5] { #expect(size(.count(count), from: 1, of: 40) == nil) }
    #expect(size(.percent(millionths: 0), from: 1, of: 40)?.of(40) == 1)
  }

  @Test("a good version reaches everybody and never more than the limit are unavailable")
  func goodVersion() {
    for limit in [1, 3, 10] {
      let policy = RancherFleetPolicy(
        maxUnavailable: .count(limit), autoPartitionSize: .percent(millionths: 20_000_000),
        autoPartitionThreshold: 10)
      let (targets, most) = run(policy, fleet(30), isBad: false)
      #expect(targets.allSatisfy { $0.isUpToDate } && most <= limit)
    }
  }

  @Test("a bad version stops at the limit, since what fails is unavailable and stays so")
  func badVersion() {
    let (targets, most) = run(RancherFleetPolicy(maxUnavailable: .count(4)), fleet(30), isBad: true)
    #expect(targets.count { $0.deployment?.released == 2 } == 4 && most == 4)
  }

  @Test("with nothing said, everybody is updated in one pass; with 0, nobody who serves ever is")
  func standards() {
    let all = BundlePass(RancherFleetPolicy(), targets: fleet(300), listed: [])
    #expect(all.released.count == 300)
    let none = BundlePass(
      RancherFleetPolicy(maxUnavailable: .count(0)), targets: fleet(300), listed: [])
    #expect(none.released.isEmpty)
  }

  @Test("a percentage rounds down and never below one; a number in quotes is not cut")
  func limits() {
    #expect(FleetLimit.percent(millionths: 12_500_000).of(100) == 12)
    #expect(FleetLimit.percent(millionths: 0).of(100) == 1)
    #expect(FleetLimit.percent(millionths: 900_000_000).of(7) == 7)
    #expect(FleetLimit.quotedCount(9).of(3) == 9 && FleetLimit.count(9).of(3) == 3)
    #expect(FleetLimit.count(0).of(3) == 0 && FleetLimit.count(0).of(0) == 1)
  }
}
