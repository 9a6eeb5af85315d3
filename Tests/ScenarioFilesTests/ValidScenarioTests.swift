import Experiments
import FleetModel
import Testing

@testable import LocatedYAML
@testable import ScenarioFiles

@Suite("Valid scenarios")
struct ValidScenarioTests {
  @Test("a small scenario loads without warnings")
  func small() throws {
    let loaded = try load(SmallScenario.text)
    #expect(loaded.warnings.isEmpty)
    #expect(loaded.experiment.scenario.fleet.clusters.count == 2)
  }
}
