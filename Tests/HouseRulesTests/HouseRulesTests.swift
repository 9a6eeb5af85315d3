import Testing

@Suite("House rules")
struct HouseRulesTests {
  @Test("the project keeps every rule", arguments: Rule.all)
  func projectKeeps(_ rule: Rule) {
    let findings = rule.findings(in: .project)
    #expect(findings.isEmpty, "\n\(findings.map(\.description).joined(separator: "\n"))")
  }

  @Test("every exception is still needed", arguments: Rule.all)
  func exceptionsAreNeeded(_ rule: Rule) {
    let needless = rule.needlessExceptions(in: .project).map { "\($0.path): \($0.reason)" }
    #expect(needless.isEmpty, "take these off the list of [\(rule.name)]: \(needless)")
  }

  @Test("the rules look at the project and not at an empty folder")
  func projectIsFound() {
    for path in ["Package.swift", "README.md", ".ci/run", "Sources/Determinism/Instant.swift"] {
      let isThere = SourceTree.project.contains(path)
      #expect(isThere, "\(path) was not found")
    }
  }

  @Test("an exception covers its file or its folder and nothing else")
  func exceptionsCover() {
    var rule = Rule.bans("no cats", in: { _ in true }, [Ban("cat", instead: "dog")])
    rule.exceptions = [
      .init(path: "Sources/A/One.swift", reason: "a test"),
      .init(path: "Sources/B/", reason: "a test"),
      .init(path: "Sources/C/", reason: "a test"),
    ]
    let tree = SourceTree(
      files: ["Sources/A/One.swift", "Sources/A/Two.swift", "Sources/B/One.swift"].map {
        SourceFile($0, "let cat = 1\n")
      })
    #expect(rule.findings(in: tree).map(\.path) == ["Sources/A/Two.swift"])
    #expect(rule.needlessExceptions(in: tree).map(\.path) == ["Sources/C/"])
  }
}
