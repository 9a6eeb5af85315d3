import LocatedYAML
import ScenarioFiles

extension BrokenText {
  /// Texts that are refused before they are understood, and documents of the wrong form.
  static let shapes: [BrokenText] = [
    BrokenText(.badText, "a NUL byte", "horizon: 12h", to: "horizon: ⟪\0"),
    BrokenText(.badText, "a byte order mark", "⟪\u{FEFF}" + SmallScenario.text),
    BrokenText(.badText, "a control character", "{name: small}", to: "{name: s⟪\u{1B}mall}"),
    BrokenText(.badText, "a bidirectional control", "{name: small}", to: "{name: s⟪\u{202E}mall}"),
    BrokenText(.yamlSyntax, "an open bracket", "{name: small}", to: "{name: small\nxyz⟪:"),
    BrokenText(.yamlSyntax, "a tab as indentation", "  horizon: 12h", to: "⟪\thorizon: 12h"),
    BrokenText(.yamlSyntax, "an explicit key", "  horizon: 12h", to: "  ⟪? horizon\n  : 12h"),
    BrokenText(.duplicateKey, "a key twice", "replicas: 3}", to: "replicas: 3, ⟪version: v3}"),
    BrokenText(
      .duplicateKey, "a quoted key twice", "replicas: 3}", to: "replicas: 3, ⟪\"version\": v3}"),
    BrokenText(.aliasRefused, "an anchor", "horizon: 12h", to: "horizon: ⟪&a 12h"),
    BrokenText(.aliasRefused, "an alias", "horizon: 12h", to: "horizon: ⟪*a"),
    BrokenText(.aliasRefused, "a merge key", "replicas: 3}", to: "replicas: 3, ⟪<<: {a: b}}"),
    BrokenText(.tagRefused, "a tag", "horizon: 12h", to: "horizon: ⟪!!str 12h"),
    BrokenText(
      .tooDeep, "65 levels", "horizon: 12h",
      to: "horizon: \(nested(62, open: "["))⟪[\(nested(63, open: "]"))"),
    BrokenText(.unknownField, "a misspelt field", "  horizon:", to: "  ⟪horizn: 1h\n  horizon:"),
    BrokenText(.unknownField, "a status", "spec:\n", to: "⟪status: {}\nspec:\n"),
    BrokenText(
      .missingField, "no replicas", SmallScenario.service, to: "- ⟪{name: pos, version: v1}"),
    BrokenText(
      .missingField, "a fleet without clusters",
      edits: [("    \(SmallScenario.clusters)", ""), ("levels: [region]", "⟪levels: [region]")]),
    BrokenText(
      .missingField, "an idle membership", "cases:",
      to: environment("membership: [⟪{clusters: {}}]")),
    BrokenText(.missingValue, "an empty value", "horizon: 12h", to: "horizon:⟪"),
    BrokenText(.missingValue, "a tilde", "horizon: 12h", to: "horizon: ⟪~"),
    BrokenText(.wrongShape, "a map for a text", "horizon: 12h", to: "horizon: ⟪{h: 12}"),
    BrokenText(.wrongShape, "a text for a list", "levels: [region]", to: "levels: ⟪region"),
    BrokenText(.wrongShape, "a list for a map", "{name: small}", to: "⟪[small]"),
    BrokenText(
      .wrongShape, "a map as key", "replicas: 3}", to: "replicas: 3, ⟪{a: b}: c}"),
    BrokenText(
      .notExactlyOne, "two strategies", SmallScenario.slow,
      to: "⟪{allAtOnce: {}, timedBatches: {batchSize: 1, interval: 1m}}"),
    BrokenText(.notExactlyOne, "no strategy", SmallScenario.slow, to: "⟪{}"),
    BrokenText(
      .emptyList, "no services", "services:\n    \(SmallScenario.service)", to: "services: ⟪[]"),
    BrokenText(.unsupportedVersion, "v2", "rollsim.dev/v1alpha1", to: "⟪rollsim.dev/v2"),
    BrokenText(.unsupportedKind, "a study", "kind: Scenario", to: "kind: ⟪Study"),
    BrokenText(.unsupportedKind, "a misspelt kind", "kind: Scenario", to: "kind: ⟪scenario"),
    BrokenText(
      .wrongDocuments, "two scenarios",
      SmallScenario.text + "---\n" + SmallScenario.with("{name: small}", "{name: ⟪two}")),
    BrokenText(
      .wrongDocuments, "a path to the wrong kind", SmallScenario.slow, to: "{path: ⟪fleet.yaml}",
      [
        "fleet.yaml": document(
          "Fleet", "{levels: [], classes: [{name: c}], clusters: [{name: z, class: c}]}")
      ]),
    BrokenText(
      .wrongDocuments, "a path to two documents", SmallScenario.slow, to: "{path: ⟪two.yaml}",
      [
        "two.yaml": document("Strategy", "{allAtOnce: {}}")
          + document("Strategy", "{allAtOnce: {}}", name: "y")
      ]),
    BrokenText(.fileUnreadable, "a missing file", SmallScenario.slow, to: "{path: ⟪none.yaml}"),
    BrokenText(.pathRefused, "an absolute path", SmallScenario.slow, to: "{path: ⟪/etc/passwd}"),
    BrokenText(.pathRefused, "a path outwards", SmallScenario.slow, to: "{path: ⟪a/../../b.yaml}"),
    BrokenText(.pathRefused, "a URL", SmallScenario.slow, to: "{path: ⟪\"http://a/b\"}"),
    BrokenText(.cycle, "a path to itself", SmallScenario.slow, to: "{path: ⟪./main.yaml}"),
    BrokenText(
      .badDuration, "a mistake in another file", SmallScenario.slow, to: "{path: s.yaml}",
      ["s.yaml": document("Strategy", "{allAtOnce: {soak: ⟪5}}")]),
    BrokenText(
      .badDuration, "a mistake in another document",
      SmallScenario.with(SmallScenario.slow, "{name: x}")
        + document("Strategy", "{allAtOnce: {soak: ⟪5}}")),
    BrokenText(
      .badDuration, "a mistake in a document that is not used",
      SmallScenario.text + document("Strategy", "{allAtOnce: {soak: ⟪5}}")),
  ]

  private static func nested(_ count: Int, open: String) -> String {
    String(repeating: open, count: count)
  }

  /// A document besides the scenario.
  static func document(_ kind: String, _ spec: String, name: String = "x") -> String {
    "---\napiVersion: rollsim.dev/v1alpha1\nkind: \(kind)\nmetadata: {name: \(name)}\n"
      + "spec: \(spec)\n"
  }

  /// An environment before the cases.
  static func environment(_ fields: String) -> String { "environment: {\(fields)}\n  cases:" }
}
