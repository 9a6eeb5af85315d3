import Testing

@testable import LocatedYAML
@testable import ScenarioFiles

@Suite("Problems")
struct ProblemTests {
  @Test("all problems of all documents are reported at once, in the order of their places")
  func several() {
    let main = """
      apiVersion: rollsim.dev/v1alpha1
      kind: Scenario
      metadata: {name: Small}
      spec:
        startAt: soon
        horizon: 12
        fleet: {path: fleet.yaml}
        services: [{name: pos, version: v1, replicas: 0x10, replica: 3}]
        rollouts: [{name: r, service: poz, to: v2}]
        arms: [{name: a, strategies: {r: {name: none}}}, {name: a, strategies: {}}]
      ---
      apiVersion: rollsim.dev/v1alpha1
      kind: Strategy
      metadata: {name: idle}
      spec: {allAtOnce: {soak: 5}}
      """
    let fleet = BrokenText.document("Fleet", "{levels: [], classes: [{name: c, nodes: 0}]}")
    let found = problems(main, ["fleet.yaml": fleet]).map {
      "\($0.file):\($0.line ?? 0):\($0.column ?? 0) \($0.code.rawValue) \($0.path)"
    }
    #expect(
      found == [
        "fleet.yaml:5:7 E021 spec",
        "fleet.yaml:5:47 E052 spec.classes[0].nodes",
        "main.yaml:3:18 E040 metadata.name",
        "main.yaml:5:12 E047 spec.startAt",
        "main.yaml:6:12 E044 spec.horizon",
        "main.yaml:8:49 E042 spec.services[0].replicas",
        "main.yaml:8:55 E020 spec.services[0].replica",
        "main.yaml:9:33 E071 spec.rollouts[0].service",
        "main.yaml:10:43 E071 spec.arms[0].strategies.r.name",
        "main.yaml:10:52 E081 spec.arms[1]",
        "main.yaml:10:59 E070 spec.arms[1].name",
        "main.yaml:14:18 W001 metadata.name",
        "main.yaml:15:26 E044 spec.allAtOnce.soak",
      ])
  }

  @Test(
    "what may be a word or a map is asked for as both",
    arguments: [
      (SmallScenario.edge, "{name: edge, nodes: 1, users: 10, poll: 1s}", 3),
      ("effect: crash", "effect: crush", 3),
      ("effect: crash", "effect: crash\n          trigger: later", 3),
      (
        SmallScenario.rollout,
        "- {name: pos-v2, service: pos, to: v2, after: [{rollout: other, in: same}]}", 3
      ),
      (SmallScenario.slow, "{exposure: {shares: [100%], partial: pods}}", 3),
      (SmallScenario.slow, "{staged: {stages: [{name: all, gate: shut}]}}", 4),
      (SmallScenario.decide, SmallScenario.decide + "\n  bindings: {metrics: {m: fine}}", 5),
      (SmallScenario.decide, SmallScenario.decide + "\n  bindings: {hooks: {h: 1}}", 5),
    ])
  func wordOrMap(_ part: String, _ replacement: String, _ forms: Int) throws {
    let found = problems(SmallScenario.with(part, replacement)).filter { $0.code == .badChoice }
    let help = try #require(found.first?.help, "\(replacement)")
    let listed = try #require(help.firstRange(of: "write one of: "), "\(help)")
    // Every form that is listed can be written: a comma between forms stands outside of braces.
    var depth = 0
    let commas = help[listed.upperBound...].count { character in
      depth += "{[".contains(character) ? 1 : "}]".contains(character) ? -1 : 0
      return character == "," && depth == 0
    }
    #expect(commas + 1 == forms && help.contains("{"), "\(help)")
  }

  @Test("what may be a duration or a distribution is asked for as both")
  func durationOrMap() throws {
    let text = SmallScenario.with(
      SmallScenario.decide, SmallScenario.decide + "\n  signals: {detection: soon}")
    let help = try #require(problems(text).first?.help)
    #expect(help.contains("; or one of: {uniform: [duration, duration]}, {exponential: duration}"))
  }

  @Test("a problem is shown with its line, a mark under the value, and its help")
  func rendering() {
    let found = problems(SmallScenario.with("weight: 95%", "weight: 950%"))
    #expect(
      found.map(\.description) == [
        """
        main.yaml:19:28: error[E052]: weight is "950%"
           19 |     - {name: good, weight: 950%}
              |                            ^~~~
           help: write a share from 0% to 100%

        """
      ])
  }

  @Test("nothing from a document reaches the terminal as a control sequence or a new line")
  func visibility() {
    let name = "\"\\e]8;;x\\x07\\n::error::\\u202E\""
    let found = problems(SmallScenario.with("{name: small}", "{name: \(name)}"))
    let text = found.map(\.description).joined()
    #expect(found.map(\.code) == [.badName])
    #expect(found.first?.message.contains("\n") == false)
    #expect(
      text.unicodeScalars.allSatisfy {
        $0 == "\n" || !$0.properties.isDefaultIgnorableCodePoint && $0.value >= 0x20
      })
    #expect(text.contains("\\u{1b}"))
  }

  @Test("a misspelt field names the one that was meant")
  func suggestions() {
    let helps = [
      ("  horizon:", "  horizn: 1h\n  horizon:"),
      ("decide: {primary", "decide: {primray: x, primary"),
    ].map { problems(SmallScenario.with($0.0, $0.1)).first?.help }
    #expect(helps == ["did you mean \"horizon\"?", "did you mean \"primary\"?"])
  }

  @Test("a strategy and a guard that nothing uses are warnings")
  func warnings() throws {
    let text =
      SmallScenario.with(
        "  rollouts:",
        "  guards: [{name: g, domainLimit: {level: region, atMost: 1}}]\n  rollouts:")
      + BrokenText.document("Strategy", "{allAtOnce: {}}")
    #expect(try load(text).warnings.map(\.code) == [.unused, .unused])
  }

  @Test("a key that stands three times is reported twice, at the later places")
  func tripled() {
    let found = problems(
      SmallScenario.with("replicas: 3}", "replicas: 3, version: a, version: b}"))
    #expect(found.map(\.code) == [.duplicateKey, .duplicateKey])
    #expect(found.map(\.column) == [45, 57])
  }
}
