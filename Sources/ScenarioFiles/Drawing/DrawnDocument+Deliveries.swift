import Determinism

/// How versions come into a cluster, and what stands for what canaries ask.
extension DrawnDocument {
  mutating func delivery() -> DocumentNode {
    guard choices.happens(25) else { return ["rollingUpdate": rollingUpdate()] }
    return choices.happens(50) ? ["flagger": canary()] : ["argoRollout": rollout()]
  }

  private mutating func rollingUpdate() -> DocumentNode {
    choices.one(of: [
      ["maxSurge": 1, "maxUnavailable": 0], ["maxSurge": 0, "maxUnavailable": 1],
      ["maxSurge": "25%", "maxUnavailable": "25%"],
    ])
  }

  private mutating func canary() -> DocumentNode {
    var spec: DocumentNode = [
      "targetRef": [
        "kind": choices.one(of: ["Deployment", "Deployment", "DaemonSet"]), "name": "app",
      ],
      "progressDeadlineSeconds": choices.count(60...600),
    ]
    guard choices.happens(85) else { return spec }
    if choices.happens(15) { spec["provider"] = "kubernetes" }
    var analysis: DocumentNode = [
      "interval": choices.seconds(10...60), "threshold": choices.count(1...4),
    ]
    if choices.happens(60) {
      analysis["stepWeight"] = choices.count(10...60)
      analysis["maxWeight"] = choices.count(20...100)
      if choices.happens(30) { analysis["mirror"] = "true" }
    } else {
      analysis["iterations"] = choices.count(1...5)
    }
    var metrics: [DocumentNode] = []
    if choices.happens(70) {
      metrics.append(
        ["name": "request-success-rate", "thresholdRange": ["min": choices.count(90...99)]])
    }
    if choices.happens(30) {
      metrics.append(["name": "request-duration", "thresholdRange": ["max": 500]])
    }
    if !metrics.isEmpty { analysis["metrics"] = .list(metrics) }
    let kinds: [DocumentNode] = [
      "rollout", "pre-rollout", "confirm-rollout", "confirm-promotion", "rollback",
      "confirm-traffic-increase",
    ]
    if choices.happens(40) {
      let kind = choices.one(of: kinds)
      let name: DocumentNode = kind == "rollback" ? "watch" : "gate"
      analysis["webhooks"] = [["name": name, "type": kind, "url": "http://tester/"]]
    }
    spec["analysis"] = analysis
    return spec
  }

  // MARK: Argo Rollouts

  private mutating func rollout() -> DocumentNode {
    var spec: DocumentNode = [
      "strategy": choices.happens(70) ? ["canary": steps()] : ["blueGreen": blueGreen()],
      "progressDeadlineSeconds": choices.count(60...900),
    ]
    if choices.happens(50) { spec["progressDeadlineAbort"] = "true" }
    if choices.happens(20) { spec["rollbackWindow"] = ["revisions": choices.count(1...3)] }
    return spec
  }

  private mutating func steps() -> DocumentNode {
    var canary: DocumentNode = choices.one(of: [
      ["maxSurge": 1, "maxUnavailable": 0], ["maxSurge": 0, "maxUnavailable": 1], [:],
      ["maxSurge": "50%", "maxUnavailable": "50%"], ["maxSurge": 0, "maxUnavailable": 0],
    ])
    let isRouted = choices.happens(50)
    if isRouted {
      canary["trafficRouting"] = [:]
      if choices.happens(40) { canary["dynamicStableScale"] = "true" }
      if choices.happens(40) { canary["abortScaleDownDelaySeconds"] = choices.count(0...300) }
    }
    var steps: [DocumentNode] = []
    for _ in 0..<choices.number(0...6) {
      switch choices.number(0...(isRouted ? 5 : 4)) {
      case 0, 1: steps.append(["setWeight": choices.count(0...100)])
      case 2: steps.append(["pause": ["duration": choices.seconds(0...600)]])
      case 3: steps.append(["pause": [:]])
      case 4: steps.append(["analysis": smoke])
      default: steps.append(["setCanaryScale": ["weight": choices.count(0...100)]])
      }
    }
    canary["steps"] = .list(steps)
    return canary
  }

  private mutating func blueGreen() -> DocumentNode {
    var spec: DocumentNode = [
      "activeService": "app", "scaleDownDelaySeconds": choices.count(0...300),
    ]
    if choices.happens(30) { spec["autoPromotionEnabled"] = "false" }
    if choices.happens(30) { spec["autoPromotionSeconds"] = choices.count(0...300) }
    if choices.happens(40) { spec["previewReplicaCount"] = choices.count(1...2) }
    if choices.happens(40) { spec["prePromotionAnalysis"] = smoke }
    if choices.happens(40) { spec["postPromotionAnalysis"] = smoke }
    return spec
  }

  /// An analysis whose template is elsewhere: something stands for its verdict.
  private var smoke: DocumentNode { ["templates": [["templateName": "smoke"]]] }

  mutating func bindings() -> DocumentNode {
    let gates: [DocumentNode] = [
      "passes", "refuses", ["passesAfter": choices.seconds(0...600)], ["passesBelow": "2%"],
    ]
    var hooks: DocumentNode = [
      "gate": choices.one(of: gates), "watch": ["passesAbove": choices.percent(0...20)],
      "smoke": choices.one(of: ["passes", "passes", ["passesBelow": "5%"], "refuses"]),
      "promotion": choices.one(of: gates),
    ]
    for step in 1...6 { hooks["step-\(step)"] = choices.one(of: gates) }
    return [
      "metrics": [
        "request-success-rate": "successRate",
        "request-duration": ["mean": ["succeeding": 120, "failing": 900]],
      ],
      "hooks": hooks,
    ]
  }
}
