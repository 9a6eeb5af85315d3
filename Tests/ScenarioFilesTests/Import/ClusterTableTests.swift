import Experiments
import FleetModel
import Testing

@testable import LocatedYAML
@testable import ScenarioFiles

/// Fleets whose clusters stand in a table.
@Suite("Tables of clusters")
struct ClusterTableTests {
  /// The small scenario with its clusters as a table.
  private func scenario(_ rows: String...) -> String {
    let table = rows.map { "        \($0)\n" }.joined()
    return SmallScenario.with(SmallScenario.clusters, "table: |\n\(table)")
  }

  @Test("a table says the same as a list")
  func same() throws {
    let listed = try load(SmallScenario.text)
    let tabled = try load(
      scenario("name,class,region,hardware", "a,edge,east,gen1", "b,edge,west,gen2"))
    #expect(tabled.experiment.scenario == listed.experiment.scenario)
  }

  @Test("keys, time zones, groups and missing labels are what they are in a list")
  func columns() throws {
    let loaded = try load(
      scenario(
        "name,class,region,hardware,key,timeZone,adminGroup", "a,edge,east,gen1,7,,",
        "b,edge,west,,,Europe/Berlin,body"))
    let clusters = loaded.experiment.scenario.fleet.clusters
    #expect(clusters.map(\.key) == [7, nil])
    #expect(
      clusters[1].labels == [
        Label(key: "adminGroup", value: "body"), Label(key: "region", value: "west"),
        Label(key: "timeZone", value: "Europe/Berlin"),
      ])
  }

  @Test(
    "what is wrong in it is told at its own line and column",
    arguments: [
      (["name,class,region", "a,edge,east", "b,nobody,west"], ProblemCode.unknownName, 14, 11),
      (["name,class,region", "a,edge,east", "a,edge,west"], .duplicateName, 14, 9),
      (["name,class,region", "A,edge,east"], .badName, 13, 9),
      (["name,class,region", "a,edge,"], .incompleteDomains, 13, 16),
      (["name,class,region", "a,edge"], .wrongShape, 13, 9),
      (["name,class,region,region", "a,edge,east,east"], .duplicateName, 12, 27),
      (["name,class", "a,edge"], .missingField, 12, 9),
      (["name;class;region", "a;edge;east"], .missingField, 12, 9),
      (["name,class,region,cluster", "a,edge,east,x"], .reservedLabel, 12, 27),
      (["name,class,region,ring", "a,edge,east,-"], .badLabel, 13, 21),
      (["name,class,region,key", "a,edge,east,-1"], .outOfRange, 13, 21),
      (["name,class,region,timeZone", "a,edge,east,Mars"], .unknownTimeZone, 13, 21),
      (["name,class,region", "a,\"edge,east"], .wrongShape, 13, 21),
    ])
  func located(_ rows: [String], _ code: ProblemCode, _ line: Int, _ column: Int) {
    let table = rows.map { "        \($0)\n" }.joined()
    let found = problems(SmallScenario.with(SmallScenario.clusters, "table: |\n\(table)"))
    #expect(
      found.contains { $0.code == code && $0.line == line && $0.column == column },
      "\(found.map { "\($0.code) \($0.line ?? 0):\($0.column ?? 0) \($0.message)" })")
    #expect(found.allSatisfy { !$0.help.isEmpty })
  }

  @Test("a table without lines, and one in quotes, are told at its field")
  func noLines() {
    for table in ["table: \"\"", "table: \"name,class,region\"", "table: 'name\n\n        x'"] {
      let found = problems(SmallScenario.with(SmallScenario.clusters, table + "\n"))
      #expect(found.contains { $0.line == 11 }, "\(found)")
    }
  }
}
