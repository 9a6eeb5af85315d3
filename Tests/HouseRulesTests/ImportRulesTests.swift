import Testing

@Suite("Import rules")
struct ImportRulesTests {
  private let inExperiments = Planted("import graph", at: "Sources/Experiments/Pairs.swift")

  @Test("an import that points down is named with what is allowed")
  func pointsDown() {
    let expected =
      "Sources/Experiments/Pairs.swift:2: [import graph] Experiments imports ScenarioFiles; it may"
      + " import Determinism, DiscreteEvents, FleetModel, RolloutStrategies"
    #expect(inExperiments.messages("import FleetModel\nimport ScenarioFiles\n") == [expected])
  }

  @Test("an import is found whatever stands before and behind the word")
  func forms() {
    for form in [
      "public import Foundation", "@testable import Foundation", "import struct Foundation.Date",
      "@_exported public import class Foundation.Thread", "import Foundation.NSDate",
    ] {
      #expect(inExperiments.messages(form).count == 1, "\(form)")
    }
  }

  @Test("an import up, or in a comment or string, passes")
  func pointsUp() {
    let source = "public import FleetModel // import Glibc\nlet a = \"import Yams\"\n"
    #expect(inExperiments.messages(source) == [])
  }

  @Test("a target that the table does not know fails")
  func unknownTarget() {
    let unknown = Planted("import graph", at: "Sources/Surprise/Thing.swift")
    #expect(
      unknown.messages("struct Thing {}\n") == [
        "Sources/Surprise/Thing.swift:1: [import graph] the target Surprise is not in the table of"
          + " imports; add it to ImportRules.graph with what it may import"
      ])
  }

  @Test("a suite may import what its target may, and its target")
  func suites() {
    let suite = Planted("import graph", at: "Tests/FleetModelTests/LoopTests.swift")
    #expect(suite.messages("import Testing\n@testable import FleetModel\nimport Determinism") == [])
    #expect(suite.messages("import ResultStore").count == 1)
  }

  @Test("the planner's shell cannot reach the simulator")
  func plannerShell() {
    let shell = Planted("import graph", at: "Sources/rollplan/main.swift")
    #expect(shell.messages("import FleetModel").count == 1)
    #expect(shell.messages("import RolloutStrategies\nimport ArgumentParser") == [])
  }

  @Test("the table has no way round: no target may import one that may import it")
  func noCycles() {
    for (target, allowed) in ImportRules.graph {
      for other in allowed {
        #expect(ImportRules.graph[other]?.contains(target) != true, "\(target) and \(other)")
      }
    }
  }

  @Test("a dependency that the manifest declares is one that the table allows")
  func declaredDependencies() {
    let planted = Planted("declared dependencies", at: "Package.swift")
    let kept = """
      func library(_ name: String) -> Target { .target(name: name) }
      library("LocatedYAML", ["Determinism", yams]), tests("EndToEndTests", ["rollsim"]),
      tests("ReportsTests", ["Reports"], resources: [.copy("Goldens")]),
      """
    #expect(planted.messages(kept) == [])
    #expect(
      planted.messages("\nlibrary(\"FleetModel\", [\"Determinism\", grdb]),") == [
        "Package.swift:2: [declared dependencies] FleetModel depends on GRDB; leave it out, or"
          + " change ImportRules.graph and say why"
      ])
    #expect(planted.messages("tests(\"HouseRulesTests\", [\"FleetModel\"])").count == 1)
  }
}
