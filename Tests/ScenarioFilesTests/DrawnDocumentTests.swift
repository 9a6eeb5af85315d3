import LocatedYAML
import Testing

@testable import ScenarioFiles

/// Drawn scenarios, which fuzzing makes its cases of.
@Suite("Drawn scenarios")
struct DrawnDocumentTests {
  @Test("every one of them loads, and the same seed draws the same one")
  func theyLoad() {
    for seed in 1...300 as ClosedRange<UInt64> {
      let text = DrawnDocument.of(seed: seed).yaml
      #expect(text == DrawnDocument.of(seed: seed).yaml)
      let found = problems(text)
      #expect(found.isEmpty, "seed \(seed): \(found.first.map(\.description) ?? "")\n\(text)")
      if !found.isEmpty { return }
    }
  }

  @Test("every way into a cluster is drawn")
  func deliveries() {
    let texts = (1...300).map { DrawnDocument.of(seed: $0).yaml }
    for kind in ["rollingUpdate:", "flagger:", "canary: {maxSurge", "blueGreen:", "setWeight:"] {
      #expect(texts.contains { $0.contains(kind) }, "\(kind)")
    }
  }

  @Test("a document is written so that what fits stands in a line, quoted where YAML needs it")
  func text() {
    let node: DocumentNode = [
      "kind": "Scenario",
      "spec": [
        "from": "22:30", "items": [["name": "a b"], ["name": "c\"d"]], "none": [],
        "long": ["first": .text(String(repeating: "x", count: 90)), "second": 60],
      ],
    ]
    #expect(
      node.yaml == """
        kind: Scenario
        spec:
          from: "22:30"
          items: [{name: "a b"}, {name: "c\\"d"}]
          none: []
          long:
            first: \(String(repeating: "x", count: 90))
            second: 60

        """)
  }

  @Test("a document that is made smaller loses levels that nothing needs, and gets short names")
  func reduction() {
    let node: DocumentNode = [
      "levels": ["region", "site"],
      "clusters": [
        ["name": "east-1", "domains": ["region": "east", "site": "s1"]],
        ["name": "west-1", "domains": ["region": "west", "site": "s2"]],
      ],
      "strategies": ["web-v2": ["staged": ["stages": [["name": "pilot", "size": "5%"]]]]],
      "rollouts": [["name": "web-v2", "service": "web"]],
    ]
    let small = DocumentReduction.reduced(node) { candidate in
      guard case .list(let clusters)? = candidate["clusters"],
        case .map(let strategies)? = candidate["strategies"],
        case .list(let rollouts)? = candidate["rollouts"]
      else { return false }
      let isRegional = clusters.contains { $0["domains"]?["region"] != nil }
      return isRegional
        && rollouts.contains { rollout in
          strategies.contains { entry in
            guard case .map = entry.value else { return false }
            return rollout["name"] == .text(entry.key)
          }
        }
    }
    #expect(
      small.yaml == """
        clusters: [{domains: {region: west}}]
        strategies: {a: {}}
        rollouts: [{name: a}]

        """)
  }
}
