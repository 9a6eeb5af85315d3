import Determinism

/// How versions come into a cluster, and what stands for what canaries ask.
extension DrawnDocument {
  mutating func delivery() -> DocumentNode {
    guard choices.happens(25) else { return ["rollingUpdate": rollingUpdate()] }
    return ["flagger": canary()]
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

  mutating func bindings() -> DocumentNode {
    let gates: [DocumentNode] = [
      "passes", "refuses", ["passesAfter": choices.seconds(0...600)], ["passesBelow": "2%"],
    ]
    return [
      "metrics": [
        "request-success-rate": "successRate",
        "request-duration": ["mean": ["succeeding": 120, "failing": 900]],
      ],
      "hooks": ["gate": choices.one(of: gates), "watch": ["passesAbove": choices.percent(0...20)]],
    ]
  }
}
