import Determinism

/// A service that is placed over clusters.
extension DrawnDocument {
  /// Whether the scenario of a seed has one.
  static func isPlaced(seed: UInt64) -> Bool {
    var others = Choices(seed: seed ^ 0x706C_6163_6564)
    return others.happens(15)
  }

  /// Places the first service, and lets it come into clusters by a rolling update.
  ///
  /// What is drawn for it is drawn from choices of its own, so that the rest of the scenario stays
  /// what it is.
  static func place(_ spec: DocumentNode, seed: UInt64, sites: [String]) -> DocumentNode {
    var others = Choices(seed: (seed ^ 0x706C_6163_6564) &+ 1)
    var spec = spec
    guard case .list(var services)? = spec["services"],
      case .list(var rollouts)? = spec["rollouts"],
      case .list(var arms)? = spec["arms"]
    else { return spec }
    services[0]["placement"] = placement(&others, sites: sites)
    rollouts[0]["delivery"] = [
      "rollingUpdate": others.one(of: [
        ["maxSurge": 1, "maxUnavailable": 0], ["maxSurge": 0, "maxUnavailable": 1],
        ["maxSurge": "25%", "maxUnavailable": "25%"],
      ])
    ]
    if arms[0]["strategies"]?["web-v2"]?["exposure"] != nil {
      var strategies = arms[0]["strategies"]
      strategies?["web-v2"] = ["progressive": ["maxConcurrency": 1]]
      arms[0]["strategies"] = strategies
    }
    spec["services"] = .list(services)
    spec["rollouts"] = .list(rollouts)
    spec["arms"] = .list(arms)
    return spec
  }

  private static func placement(_ others: inout Choices, sites: [String]) -> DocumentNode {
    let division = others.one(of: ["duplicated", "divided", "divided", "weighted", "byCapacity"])
    // The first cluster may join late; three pods fit into every other one.
    let isEven = division == "divided" && others.happens(60)
    let most = isEven ? 3 * (sites.count - 1) : 3
    var plan: DocumentNode = [
      "division": .text(division), "replicas": others.count(1...most),
      "usersPerReplica": others.count(1...60), "after": others.seconds(0...400),
      "whenBack": others.one(of: ["restore", "stay"]), "latency": others.one(of: ["0s", "1s"]),
      "routing": others.one(of: ["0s", "10s"]),
    ]
    if division == "weighted" {
      plan["weights"] = [
        ["clusters": ["class": "one"], "weight": others.count(0...3)],
        ["clusters": [:], "weight": 1],
      ]
    }
    guard !isEven, others.happens(60) else { return plan }
    var spread: DocumentNode = ["level": others.one(of: ["region", "site"])]
    if spread["level"] == "region", Set(sites.dropFirst().map { $0 < "s3" }).count == 2 {
      spread["atLeast"] = others.count(1...2)
      spread["atMost"] = 2
    } else {
      spread["atMost"] = others.count(1...2)
    }
    let mayBeSkewed = division != "duplicated" && plan["whenBack"] != "stay"
    if mayBeSkewed, others.happens(50) { spread["maxSkew"] = others.count(1...2) }
    plan["spread"] = [spread]
    return plan
  }
}
