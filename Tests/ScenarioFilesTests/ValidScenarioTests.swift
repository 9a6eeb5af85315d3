import Experiments
import FleetModel
import Testing

@testable import LocatedYAML
@testable import ScenarioFiles

@Suite("Valid scenarios")
struct ValidScenarioTests {
  @Test("a share that comes out as another one is a warning that says which, and why")
  func nearestShare() throws {
    let text = SmallScenario.with(
      SmallScenario.slow, "{exposure: {shares: [1%, 100%], partial: {replicas: 20}}}")
    let loaded = try ScenarioLoader.load(
      file: "main.yaml", files: .texts(["main.yaml": Array(text.utf8)]))
    let warning = try #require(loaded.warnings.first)
    #expect(loaded.warnings.count == 1 && warning.code == .nearestShare)
    #expect(warning.message.contains("1% of demand comes out as 2.5%"), "\(warning.message)")
    #expect(warning.message.contains("no routing"), "\(warning.message)")
  }

  @Test("a small scenario loads without warnings")
  func small() throws {
    let loaded = try load(SmallScenario.text)
    #expect(loaded.warnings.isEmpty)
    #expect(loaded.experiment.scenario.fleet.clusters.count == 2)
  }
}
