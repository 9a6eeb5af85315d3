import Determinism

/// What is rolled out, how, and under which rules.
extension DrawnDocument {
  mutating func rollouts() -> DocumentNode {
    var web = rollout("web")
    var api = rollout("api")
    if choices.happens(50) {
      let source: DocumentNode = [
        "rollout": "web-v2", "state": choices.one(of: ["launched", "available"]),
        "in": choices.one(of: ["sameCluster", ["domain": "site"], "fleet"]),
        "share": choices.one(of: ["100%", "40%"]), "soak": choices.seconds(0...120),
        "onRollback": choices.one(of: ["ignore", "rollBack"]),
      ]
      api["after"] = [choices.happens(50) ? "all" : "any": [source]]
    }
    if choices.happens(15) {
      let skew: DocumentNode = [
        "name": "skew",
        "versionSkew": [
          "atMost": choices.count(0...1), "to": 2,
          "others": [["rollout": "api-v2", "from": 1, "to": 2]],
          "in": choices.one(of: ["sameCluster", ["domain": "site"], "fleet"]),
        ],
      ]
      // A rollout that waits for another can not be waited for by it.
      if api["after"] == nil { web["guards"] = added(skew, to: web["guards"]) }
    }
    return [web, api]
  }

  /// Limits for an emergency of rollouts whose strategies can have such, in some scenarios.
  mutating func emergencies(_ strategies: DocumentNode) -> DocumentNode {
    var emergencies = DocumentNode.map([])
    for name in ["web-v2", "api-v2"] where choices.happens(30) {
      let canHurry = [
        "allAtOnce", "progressive", "perGroup", "staged", "timedBatches", "riskRamp",
        "cohortCanary",
      ].contains { strategies[name]?[$0] != nil }
      guard canHurry else { continue }
      emergencies[name] = [
        "after": choices.seconds(60...3_600), "canary": choices.count(1...3),
        "canarySoak": choices.seconds(0...120), "maxConcurrency": choices.percent(20...100),
        "failureBudget": choices.percent(0...20),
      ]
    }
    return emergencies
  }

  private func added(_ rule: DocumentNode, to rules: DocumentNode?) -> DocumentNode {
    guard case .list(let items) = rules else { return [rule] }
    return .list(items + [rule])
  }

  private mutating func rollout(_ service: String) -> DocumentNode {
    var rollout: DocumentNode = [
      "name": .text("\(service)-v2"), "service": .text(service), "to": "v2",
      "startsAfter": choices.seconds(0...600),
      "delivery": delivery(),
    ]
    var rules: [DocumentNode] = isTight ? [tightRule()] : []
    while choices.happens(35), rules.count < 3 { rules.append(rule("guard-\(rules.count)")) }
    guard !rules.isEmpty else { return rollout }
    rollout["guards"] = .list(rules)
    let giveWay = rules.filter { rule in
      ["window", "freeze", "approval"].contains { rule[$0] != nil }
    }
    if let first = giveWay.first?["name"], choices.happens(40) {
      let seconds = choices.number(600...7_200)
      rollout["deadline"] = [
        "after": .text("\(seconds + 600)s"), "overridesAfter": .text("\(seconds)s"),
        "overrides": [first],
      ]
    }
    return rollout
  }

  /// A guard that lets one or two be under way.
  private mutating func tightRule() -> DocumentNode {
    let level: DocumentNode = choices.one(of: ["site", "power", "region"])
    let atMost = choices.count(1...2)
    let domains: DocumentNode = ["level": level, "atMost": atMost]
    let limits: [(kind: String, limit: DocumentNode)] = [
      ("domainLimit", domains), ("domainLimit", domains),
      ("neighbours", ["labels": [level], "atMost": 1]),
      ("domainShare", ["level": level, "atMost": "20%"]),
    ]
    let (kind, limit) = choices.one(of: limits)
    var rule: DocumentNode = ["name": "tight"]
    rule[kind] = limit
    return rule
  }

  private mutating func rule(_ name: String) -> DocumentNode {
    let level: DocumentNode = choices.one(of: ["region", "site", "power"])
    var rule: DocumentNode = ["name": .text(name)]
    switch choices.number(0...8) {
    case 0: rule["window"] = window()
    case 1:
      rule["freeze"] = [
        "from": "2026-03-02T00:10", "to": "2026-03-02T01:30",
        "timeZone": choices.one(of: ["UTC", "Europe/Berlin"]),
      ]
    case 2: rule["domainLimit"] = ["level": level, "atMost": choices.count(1...2)]
    case 3: rule["domainShare"] = ["level": level, "atMost": choices.percent(20...80)]
    case 4: rule["neighbours"] = ["labels": [level], "atMost": choices.count(1...2)]
    case 5: rule["headroom"] = ["level": level, "reserve": choices.percent(0...10)]
    case 6:
      let releases = regions.map { region -> DocumentNode in
        ["value": .text(region), "after": choices.seconds(0...7_200)]
      }
      rule["residency"] = ["label": "region", "released": .list(releases)]
    case 7: rule["approval"] = approval()
    default:
      rule["budget"] = ["atMost": choices.count(1...4), "latency": choices.seconds(1...30)]
    }
    return rule
  }

  private mutating func window() -> DocumentNode {
    var window: DocumentNode = [
      "from": .text("00:\(10 + choices.number(0...20))"),
      "to": .text("0\(choices.number(1...2)):\(10 + choices.number(0...40))"),
      "atClose": choices.one(of: ["finish", "pause"]), "reserve": choices.seconds(0...60),
    ]
    if choices.happens(60) { window["timeZone"] = "UTC" }
    if choices.happens(20) { window["days"] = ["Mon"] }
    return window
  }

  private mutating func approval() -> DocumentNode {
    var approval: DocumentNode = ["label": choices.one(of: ["adminGroup", "region"])]
    guard choices.happens(60) else { return approval }
    approval["timeout"] = choices.seconds(60...1_800)
    approval["onTimeout"] = choices.one(of: ["hold", "proceed", "abort"])
    return approval
  }

  // MARK: Strategies

  mutating func strategy() -> DocumentNode {
    if isTight { return tightStrategy() }
    switch isPaced ? 4 : choices.number(0...7) {
    case 0: return ["allAtOnce": accepted(["order": order()])]
    case 1:
      return [
        "progressive": accepted(["maxConcurrency": choices.count(1...4), "order": order()])
      ]
    case 2:
      return [
        "perGroup": accepted([
          "groupBy": choices.one(of: ["site", "region"]), "maxConcurrency": choices.count(1...3),
          "groupSoak": choices.seconds(0...120), "order": order(),
        ])
      ]
    case 3: return ["staged": accepted(["stages": stages(), "order": order()])]
    case 5: return ["exposure": exposure()]
    case 6:
      var ramp = accepted([
        "budget": choices.count(1...3), "probability": choices.percent(1...40),
        "batchSoak": choices.seconds(0...120), "order": choices.one(of: ["listed", "drawn"]),
      ])
      ramp["offline"] = nil
      return ["riskRamp": ramp]
    case 7: return ["cohortCanary": cohortCanary()]
    default:
      return [
        "timedBatches": accepted([
          "batchSize": isPaced ? 1 : choices.count(1...4),
          "interval": isPaced ? "60s" : choices.seconds(10...120), "order": order(),
          "jitter": isPaced || choices.happens(70) ? "0%" : choices.percent(1...100),
        ])
      ]
    }
  }

  /// Few slots, which soaking and failed clusters hold, and many failures tolerated.
  private mutating func tightStrategy() -> DocumentNode {
    var plan = accepted(["maxConcurrency": choices.count(1...3), "order": order()])
    plan["failureBudget"] = choices.count(2...8)
    plan["soak"] = choices.seconds(0...400)
    if choices.happens(70) { plan["offline"] = "skip" }
    if choices.happens(80) {
      plan["retry"] = ["limit": choices.count(1...3), "after": choices.seconds(0...60)]
    }
    guard choices.happens(30) else { return ["progressive": plan] }
    plan["groupBy"] = choices.one(of: ["site", "region"])
    return ["perGroup": plan]
  }

  private mutating func cohortCanary() -> DocumentNode {
    var canary = accepted([
      "steps": choices.one(of: [["1", "40%"], ["20%", "60%", "100%"], ["2"]]),
      "interval": choices.seconds(10...90), "checks": choices.count(1...3),
      "failedChecks": choices.count(1...2), "timeout": choices.seconds(0...300),
      "stepSoak": choices.seconds(0...60), "order": order(),
      "maxConcurrency": choices.percent(20...100),
    ])
    var analysis = analysis()
    if analysis["difference"] != nil || analysis["ratio"] != nil {
      canary["control"] = choices.happens(50) ? choices.count(1...4) : choices.percent(10...60)
    }
    if choices.happens(60) { analysis["minimumRequests"] = choices.count(1...2_000) }
    analysis["unknown"] = choices.one(of: ["wait", "fail", "ignore"])
    canary["analysis"] = analysis
    return canary
  }

  private mutating func analysis() -> DocumentNode {
    switch choices.number(0...4) {
    case 0: return ["threshold": choices.percent(0...20)]
    case 1: return ["difference": ["margin": choices.percent(0...5), "level": "5%"]]
    case 2: return ["ratio": ["factor": choices.one(of: ["1", "2.5"]), "level": "1%"]]
    case 3: return ["sequential": ["good": "1%", "bad": choices.percent(2...30)]]
    default:
      return [
        "burnRate": [
          "errorBudget": choices.percent(1...5),
          "windows": [["long": choices.count(2...5), "short": "1", "rate": "14.4"]],
        ]
      ]
    }
  }

  private mutating func exposure() -> DocumentNode {
    var ladder = accepted([
      "shares": choices.one(of: [["5%", "40%", "100%"], ["1%", "100%"], ["25%", "50%", "100%"]]),
      "partial": choices.one(of: [["replicas": 4], ["weights": 100]]),
      "rungSoak": choices.seconds(0...600),
    ])
    ladder["soak"] = nil
    return ladder
  }

  /// From the clusters of one class to those of the other.
  mutating func environments() -> DocumentNode {
    var plan = accepted([
      "live": ["class": "one"], "backup": ["class": "two"],
      "steps": choices.one(of: [["100%"], ["10%", "100%"], ["1%", "50%", "100%"]]),
      "stepSoak": choices.seconds(0...600), "hold": choices.seconds(0...900), "order": order(),
    ])
    for name in ["demandBudget", "retry", "membership"] { plan[name] = nil }
    plan["onBreach"] = choices.one(of: ["halt", "rollBackStage", "rollBackAll"])
    return ["blueGreen": plan]
  }

  private mutating func stages() -> DocumentNode {
    let approval: DocumentNode = [
      "timeout": choices.seconds(30...1_800), "onTimeout": choices.one(of: ["proceed", "breach"]),
    ]
    let gate: DocumentNode? = choices.one(of: [
      nil, "approval", ["timedWait": "45s"], ["approval": approval],
    ])
    var canary: DocumentNode = ["name": "canary", "size": 1, "soak": choices.seconds(0...300)]
    canary["gate"] = gate
    var some: DocumentNode = [
      "name": "some", "size": "30%", "maxConcurrency": choices.count(1...2),
    ]
    if choices.happens(30) { some["failureBudget"] = choices.count(0...1) }
    return [canary, some, ["name": "rest"]]
  }

  private mutating func accepted(_ strategy: DocumentNode) -> DocumentNode {
    var strategy = strategy
    if choices.happens(60) { strategy["soak"] = choices.seconds(0...120) }
    if choices.happens(40) { strategy["progressDeadline"] = choices.seconds(120...900) }
    if choices.happens(40) { strategy["offline"] = choices.one(of: ["start", "skip"]) }
    if choices.happens(20) { strategy["demandBudget"] = choices.percent(0...80) }
    strategy["failureBudget"] = isPaced ? 0 : choices.count(0...2)
    strategy["onBreach"] = choices.one(of: ["halt", "freeze", "rollBackStage", "rollBackAll"])
    if !isPaced, choices.happens(25) {
      strategy["retry"] = [
        "limit": choices.count(1...3), "after": choices.seconds(0...120),
        "factor": choices.count(1...3), "cap": "300s",
      ]
    }
    if choices.happens(25) {
      strategy["membership"] = [
        "joins": choices.one(of: ["adopt", "ignore", "abort"]),
        "leaves": choices.one(of: ["ignore", "abort"]),
      ]
    }
    return strategy
  }

  private mutating func order() -> DocumentNode {
    choices.one(of: ["listed", "drawn", "stratified"])
  }
}
