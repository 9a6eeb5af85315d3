import Determinism

/// A scenario in which anything may come together with anything, drawn from a seed as a document.
///
/// Drawn as text and not as values, so that a case can be kept as a file, made smaller as a file,
/// and that the loader is tried, too: every one of them must load.
public struct DrawnDocument {
  var choices: Choices
  /// Whether a bad version meets batches that start when the only planner looks, so that halts and
  /// batches fall together.
  let isPaced: Bool
  /// Whether the clusters of one class stand by for those of the other.
  private let isPaired: Bool
  /// Whether few slots of a strategy meet few places of guards, and updates that fail, so that each
  /// may come to wait for the other.
  let isTight: Bool
  /// The site of each cluster.
  private let siteOf: [String]

  private static let sites = ["s1", "s2", "s3", "s4"]

  private init(seed: UInt64) {
    choices = Choices(seed: seed)
    isPaced = choices.happens(10)
    var others = Choices(seed: ~seed)
    isPaired = !isPaced && others.happens(15)
    isTight = !isPaced && !isPaired && others.happens(12)
    var sites: [String] = []
    for _ in 1...choices.number(2...12) { sites.append(choices.one(of: Self.sites)) }
    siteOf = sites
  }

  /// The regions in which there are clusters.
  var regions: [String] {
    ["east", "west"].filter { region in siteOf.contains { Self.region(of: $0) == region } }
  }

  private static func region(of site: String) -> String { site < "s3" ? "east" : "west" }

  /// Draws a scenario.
  ///
  /// - Parameter seed: the same seed draws the same scenario.
  /// - Returns: a document that the loader accepts.
  public static func of(seed: UInt64) -> DocumentNode {
    var drawn = DrawnDocument(seed: seed)
    return drawn.draw(seed)
  }

  private mutating func draw(_ seed: UInt64) -> DocumentNode {
    var spec: DocumentNode = [
      "startAt": "2026-03-02T00:00:00Z", "horizon": choices.happens(80) ? "3h" : "30h",
    ]
    spec["fleet"] = fleet()
    spec["services"] = [service("web"), service("api")]
    spec["planners"] = planners()
    spec["rollouts"] = rollouts()
    spec["environment"] = environment()
    spec["signals"] = [
      "detection": choices.happens(50)
        ? choices.seconds(0...90) : ["exponential": choices.seconds(1...90)]
    ]
    spec["bindings"] = bindings()
    spec["cases"] = [["name": "only", "weight": "100%", "defects": defects()]]
    let strategies: DocumentNode = [
      "web-v2": isPaired ? environments() : strategy(), "api-v2": strategy(),
    ]
    spec["arms"] = [
      [
        "name": "only", "strategies": strategies, "emergencies": emergencies(strategies),
      ]
    ]
    if !isPaced, !isPaired, Self.isPlaced(seed: seed) {
      spec = Self.place(spec, seed: seed, sites: siteOf)
    }
    return [
      "apiVersion": "rollsim.dev/v1alpha1", "kind": "Scenario",
      "metadata": ["name": .text("drawn-\(seed)")], "spec": spec,
    ]
  }

  // MARK: Fleet

  private mutating func fleet() -> DocumentNode {
    let clusters = siteOf.enumerated().map { index, site -> DocumentNode in
      // The first two see to it that every class and group has a cluster.
      let kind = index < 2 ? index : choices.number(0...1)
      let power = index < 2 ? index : choices.number(0...1)
      return [
        "name": .text("k\(index + 1)"), "class": .text(["one", "two"][kind]),
        "domains": ["region": .text(Self.region(of: site)), "site": .text(site)],
        "labels": ["power": .text(["p", "q"][power])],
        "timeZone": .text(choices.one(of: ["UTC", "Europe/Berlin", "America/Chicago"])),
        "adminGroup": .text(choices.one(of: ["north", "south"])),
      ]
    }
    return [
      "levels": ["region", "site"], "groups": ["power"],
      "classes": [clusterClass("one"), clusterClass("two")], "clusters": .list(clusters),
    ]
  }

  private mutating func clusterClass(_ name: String) -> DocumentNode {
    let nodes = choices.number(1...3)
    let users = choices.number(1...100)
    var plan: DocumentNode = [
      "name": .text(name), "nodes": .text("\(nodes)"),
      "nodeLimit": .text("\(nodes + choices.number(0...1))"),
      "podsPerNode": .text("\(7 / nodes + choices.number(1...4))"),
      "otherPods": choices.count(0...2), "users": .text("\(users)"),
      "capacity": .text("\(users + choices.number(0...100))"),
    ]
    if isPaired, name == "two" {
      plan["users"] = 0
      plan["capacity"] = 2_000
    }
    plan["poll"] = choices.one(of: [
      "push", "push", ["every": "60s"], ["jittered": ["30s", "90s"]],
    ])
    if choices.happens(isTight ? 70 : 30) {
      plan["link"] = [
        "up": ["exponential": isTight ? "15m" : "60m"], "down": ["exponential": "8m"],
      ]
    }
    if choices.happens(20) {
      plan["background"] = ["up": ["exponential": "20h"], "down": ["exponential": "10m"]]
    }
    return plan
  }

  private mutating func service(_ name: String) -> DocumentNode {
    var plan: DocumentNode = [
      "name": .text(name), "version": "v1", "replicas": choices.count(1...3),
    ]
    plan["podStart"] =
      choices.happens(50)
      ? choices.seconds(0...60) : ["lognormal": ["median": "20s", "sigma": "0.6"]]
    plan["imagePull"] = choices.happens(50) ? "0s" : ["uniform": ["0s", "60s"]]
    plan["minReady"] = choices.seconds(0...10)
    plan["progressDeadline"] = choices.seconds(60...300)
    if choices.happens(20) { plan["initial"] = [["version": "v2", "share": "30%"]] }
    if choices.happens(10) { plan["initiallyUnhealthy"] = "10%" }
    if choices.happens(40) {
      plan["requests"] = [
        "perUserHour": choices.count(1...3_600), "failing": choices.one(of: ["0%", "0.3%", "5%"]),
      ]
    }
    return plan
  }

  // MARK: Planners

  private mutating func planners() -> DocumentNode {
    let partings: [[[String]]] = [
      [Self.sites], [["s1", "s2"], ["s3", "s4"]], [["s1"], ["s2", "s3"], ["s4"]],
    ]
    let isAlone = isPaced || isPaired || isTight
    let parts = (isAlone ? [Self.sites] : choices.one(of: partings))
      .map { $0.filter(siteOf.contains) }.filter { !$0.isEmpty }
    return .list(
      parts.enumerated().map { index, sites in
        var plan: DocumentNode = [
          "name": .text("hub-\(index)"),
          "clusters": ["site": .list(sites.map { .text($0) })],
          "reportLatency": choices.one(of: ["0s", "1s", "20s"]),
          "deliveryLatency": choices.one(of: ["0s", "1s", "7s"]),
          "lookInterval": isPaced ? "30s" : choices.one(of: ["0s", "0s", "30s"]),
          "staleAfter": choices.seconds(30...(isTight ? 60 : 400)),
          "approval": ["exponential": "10m"],
        ]
        if choices.happens(40) { plan["resume"] = resume() }
        if choices.happens(20) {
          plan["outages"] = [
            ["after": choices.seconds(0...3_600), "for": choices.seconds(1...1_800)]
          ]
        }
        return plan
      })
  }

  private mutating func resume() -> DocumentNode {
    var plan: DocumentNode = [
      "response": choices.happens(50) ? choices.seconds(0...900) : ["exponential": "10m"],
      "times": choices.count(1...3), "then": choices.one(of: ["leave", "rollBack"]),
    ]
    if choices.happens(30) { plan["hours"] = ["from": "00:20", "to": "02:00"] }
    return plan
  }

  // MARK: What goes wrong

  private mutating func environment() -> DocumentNode {
    let effects: [DocumentNode] = ["down", "linkDown", "controlPlaneDown"]
    var failures: [DocumentNode] = []
    while choices.happens(40) {
      failures.append([
        "level": choices.one(of: ["site", "power", "cluster"]),
        "between": ["exponential": .text("\(choices.number(20...120))m")],
        "repair": ["exponential": "4m"], "effect": choices.one(of: effects),
      ])
    }
    var plan: DocumentNode = ["failures": .list(failures)]
    if choices.happens(50) {
      plan["outages"] = [
        [
          "name": "outage", "clusters": ["power": .text(choices.one(of: ["p", "q"]))],
          "after": choices.seconds(0...900), "for": choices.seconds(10...900),
          "effect": choices.one(of: effects),
        ]
      ]
    }
    if choices.happens(40) {
      var change: DocumentNode = [
        "clusters": ["name": "k1"], "joinsAfter": choices.seconds(1...1_800),
      ]
      if choices.happens(40) { change["leavesAfter"] = choices.seconds(2_000...6_000) }
      plan["membership"] = [change]
    }
    return plan
  }

  private mutating func defects() -> DocumentNode {
    guard isPaced || isTight || choices.happens(60) else { return [] }
    let triggers: [DocumentNode] = [
      "atStart", ["afterStart": choices.seconds(1...600)], ["at": choices.seconds(1...3_600)],
    ]
    var defect: DocumentNode = [
      "carrier": ["service": .text(choices.one(of: ["web", "api"])), "version": "v2"],
      "trigger": choices.one(of: triggers),
      "effect": choices.one(of: ["crash", "neverReady", ["errorRate": "20%"]]),
    ]
    if isTight {
      defect["trigger"] = "atStart"
      defect["effect"] = choices.one(of: ["crash", "neverReady"])
    }
    let narrowed = isTight ? 20 : 50
    if !isPaced, choices.happens(narrowed) { defect["where"] = ["class": "one"] }
    if !isPaced, choices.happens(narrowed) { defect["share"] = "30%" }
    return [defect]
  }
}
