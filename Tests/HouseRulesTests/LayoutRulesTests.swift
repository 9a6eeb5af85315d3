import Testing

@Suite("Layout, name and document rules")
struct LayoutRulesTests {
  private let path = "Sources/FleetModel/Loop.swift"

  @Test("a line may have 100 columns and not 101")
  func lineLength() {
    let planted = Planted("line length", at: path)
    let line = "// " + String(repeating: "é", count: 97)
    #expect(planted.messages("\n" + line) == [])
    #expect(
      planted.messages("\n" + line + "!") == [
        "\(path):2: [line length] 101 columns; break it at 100, or let `swift format` do it"
      ])
  }

  @Test("a file may have 600 lines and not 601")
  func fileLength() {
    let planted = Planted("file length", at: path)
    #expect(planted.messages(String(repeating: "\n", count: 600)) == [])
    #expect(planted.messages(String(repeating: "\n", count: 601)).count == 1)
    let data = Planted("file length", at: "Tests/FleetModelTests/Goldens/a.txt")
    #expect(data.messages(String(repeating: "\n", count: 601)) == [])
  }

  @Test("a reminder is found in comments and other files, and is data in a string")
  func reminders() {
    let planted = Planted("unfinished work", at: path)
    #expect(
      planted.messages("let a = 1\n/* x\n TODO: more */") == [
        "\(path):3: [unfinished work] `TODO`; do it now, or leave no trace of it"
      ])
    #expect(planted.messages("let a = \"TODO\" // mastodon XXXL") == [])
    let scenario = Planted("unfinished work", at: "scenarios/a.yaml")
    #expect(scenario.messages("a: 1 # FIXME").count == 1)
  }

  @Test("a path of one machine is found, a relative one and the system's are not")
  func machinePaths() {
    let planted = Planted("machine paths", at: path)
    #expect(
      planted.messages("let a = \"/home/ann/x.yaml\"") == [
        "\(path):1: [machine paths] `/home/ann/x.yaml`; use a path relative to the package, or ask"
          + " the system for a temporary folder"
      ])
    #expect(
      planted.messages("#!/usr/bin/env bash\n>/dev/null and/or/work/a ./home/x a / b / c") == [])
  }

  @Test("a file is named for a type in it, or for an extended type and a topic")
  func fileNames() {
    let planted = Planted("file names", at: path)
    #expect(planted.messages("struct Loop {}\nenum Other {}") == [])
    #expect(
      planted.messages("struct Other {}\nextension Loop {}") == [
        "\(path):1: [file names] `Loop` holds Other; name the file for a type in it, or Type+Topic"
          + " for an extension"
      ])
    let topic = Planted("file names", at: "Sources/FleetModel/Loop+Signals.swift")
    #expect(topic.messages("extension A.Loop {}") == [])
    #expect(topic.messages("extension Signals {}").count == 1)
  }

  @Test("a type has a name that says something")
  func typeNames() {
    let planted = Planted("type names", at: path)
    #expect(
      planted.messages("\nenum FleetUtils {}") == [
        "\(path):2: [type names] `FleetUtils`; Utils says nothing: name it for what it is in the"
          + " field"
      ])
    #expect(planted.messages("struct Commonality {}\nstruct Utilization {}\nlet manager = 1") == [])
  }

  @Test("a path that a document names exists")
  func documents() {
    let planted = Planted("paths in documents", at: ".ci/README.md")
    #expect(planted.messages("See `.ci/README.md`, .ci/ and (.ci/README.md).") == [])
    #expect(
      planted.messages("\nSee [it](Sources/A.swift).") == [
        ".ci/README.md:2: [paths in documents] `Sources/A.swift` is not there; name a file that"
          + " exists, or leave it out until it does"
      ])
    let scenario = Planted("paths in documents", at: "scenarios/a.yaml")
    #expect(scenario.messages("# From knowledge/models.md; fleet: fleets/a.yaml").count == 1)
  }

  @Test("a test that a document names exists")
  func testsInDocuments() {
    let planted = Planted("tests in documents", at: "README.md")
    #expect(planted.messages("No `CrashTests` here, and Tests/ is a folder.").count == 1)
    #expect(
      planted.messages("\nSee `ATests/killed`.") == [
        "README.md:2: [tests in documents] there is no test `ATests/killed`; name one as"
          + " `swift test --filter` takes it: its type, a slash, its function"
      ])
  }
}
