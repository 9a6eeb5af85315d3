import Testing

@testable import LocatedYAML
@testable import ScenarioFiles

@Suite("Field table")
struct FieldTableTests {
  @Test("every map has its own name, and fields refer to maps that are there")
  func names() {
    let names = FieldTable.maps.map(\.name)
    #expect(Set(names).count == names.count)
    for map in FieldTable.maps {
      #expect(Set(map.fields.map(\.name)).count == map.fields.count, "\(map.name)")
      for field in map.fields {
        #expect(field.map.map(names.contains) ?? true, "\(map.name).\(field.name)")
        #expect(!field.meaning.isEmpty && !field.type.isEmpty)
      }
      for name in map.exactlyOneOf {
        #expect(map.fields.contains { $0.name == name }, "\(map.name) lacks \(name)")
      }
    }
  }

  @Test("fields are found by their path, with or without spec, through lists")
  func paths() {
    #expect(FieldTable.find("Scenario.spec.rollouts.to")?.field?.name == "to")
    #expect(FieldTable.find("Fleet.generate.hierarchy.count")?.map.name == "hierarchy")
    #expect(FieldTable.find("Strategy")?.map.name == "Strategy")
    #expect(
      FieldTable.find("Scenario.spec.arms.strategies.staged.stages.gate")?.map.name == "stage")
    #expect(FieldTable.find("Scenario.spec.rollout") == nil)
    #expect(FieldTable.find("") == nil)
  }
}
