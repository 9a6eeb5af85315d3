import Determinism
import RolloutStrategies
import Testing

@testable import FleetModel

@Suite struct OwnershipTests {
  @Test("a handler that touches another cluster traps and names both")
  func touchingAnotherCluster() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var options = RunOptions()
      options.plantsViolation = true
      _ = Scenario.small(clusters: 4).run(options)
    }
    let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(message.contains("an event of cluster 0 touches cluster 1"))
  }

  @Test("the same run without the violation does not trap")
  func noViolation() {
    #expect(Scenario.small(clusters: 4).run().record.status == .completed)
  }

  @Test("rows have no gaps, for a million clusters hold as many of them")
  func sizes() {
    #expect(MemoryLayout<ClusterState>.stride == 64)
    #expect(MemoryLayout<ClusterState>.size == 61)
    #expect(MemoryLayout<ServingState>.stride == 32)
    #expect(MemoryLayout<ServiceState>.stride == 56)
    #expect(MemoryLayout<ClusterStatus>.stride == 56)
  }
}
