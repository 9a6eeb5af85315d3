import Foundation
import Testing

/// Documents of ours made of what others have written.
@Suite("Imports", .serialized)
struct ImportTests {
  private static let scenario = """
    apiVersion: rollsim.dev/v1alpha1
    kind: Scenario
    metadata: {name: big}
    spec:
      startAt: 2026-03-02T09:00:00Z
      horizon: 12h
      fleet: {path: fleet.yaml}
      services: [{name: pos, version: v1, replicas: 3}]
      rollouts: [{name: pos-v2, service: pos, to: v2}]
      cases: [{name: good, weight: 100%}]
      arms:
        - {name: imported, strategies: {pos-v2: {path: strategy.yaml}}}
        - {name: at-once, strategies: {pos-v2: {allAtOnce: {}}}}
      decide: {primary: usersHarmed.integral}

    """
  private static let strategy = """
    apiVersion: rollsim.dev/v1alpha1
    kind: Strategy
    metadata: {name: slow}
    spec: {progressive: {maxConcurrency: 10%}}

    """

  private let binaries: Binaries
  private let scratch: Scratch

  init() throws {
    binaries = try Binaries()
    scratch = try Scratch()
    try write(Self.scenario, "scenario.yaml")
    try write(Self.strategy, "strategy.yaml")
  }

  @Test("an explicit fleet of a hundred thousand clusters is imported, checked and planned")
  func large() throws {
    var csv = "\u{FEFF}name,class,region,ring,nodes,users\r\n"
    for index in 0..<100_000 {
      let kind = index % 9 == 0 ? "hub" : "edge"
      let ring = index % 100 == 0 ? "canary" : ""
      csv += "site-\(index),\(kind),r\(index % 17),\(ring),\(index % 9 == 0 ? 12 : 1),40\r\n"
    }
    try write(csv, "clusters.csv")
    let imported = try rollsim(["import", "fleet", "clusters.csv", "--level", "region"])
    try #require(imported.status == 0, "\(imported.errors)")
    #expect(imported.output.contains("    - {name: hub, nodes: 12, users: 40}\n"))
    try write(imported.output, "fleet.yaml")
    let validated = try rollsim(["validate", "scenario.yaml"])
    #expect(validated.output.hasPrefix("scenario.yaml: ok: 100000 clusters"), "\(validated)")
    let plan = try binaries.run("rollplan", ["plan", "scenario.yaml"], in: scratch.folder)
    #expect(plan.output.contains("10% of 100000 (all clusters) = 10000"), "\(plan.errors)")
  }

  @Test("a fleet of a hub's dumps and a strategy near its document run together")
  func hub() throws {
    let folder = ShippedScenario.root.appending(path: "Tests/PlannerDialectsTests")
    let members = folder.appending(path: "KubeFleet/Dumps/members.json").path
    let fleet = try rollsim(["import", "fleet", members, "--level", "ring", "--name", "hub"])
    try #require(fleet.status == 0, "\(fleet.errors)")
    #expect(fleet.output.contains("# not carried: MemberCluster.spec of 8 objects\n"))
    try write(fleet.output, "fleet.yaml")
    let document = folder.appending(path: "KubeFleet/Documents/staged-run.yaml").path
    let strategy = try rollsim(["import", document])
    try #require(strategy.status == 0, "\(strategy.errors)")
    #expect(strategy.output.contains("#   sortingLabelKey order"), "\(strategy.output)")
    try write(strategy.output, "strategy.yaml")
    let run = try rollsim(["run", "scenario.yaml", "--runs", "1", "--db", "r.sqlite"])
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("8 clusters"), "\(run.output)")
  }

  @Test("of a Deployment the delivery is imported, and a scenario that states it is sound")
  func deployment() throws {
    let deployment = """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: web}
      spec:
        replicas: 4
        minReadySeconds: 15
        strategy: {rollingUpdate: {maxSurge: 50%, maxUnavailable: 1}}
        template: {}

      """
    try write(deployment, "web.yaml")
    let imported = try rollsim(["import", "web.yaml"])
    #expect(imported.status == 0 && imported.errors.contains("warning[W004]"), "\(imported)")
    #expect(imported.output.contains("#   spec.minReadySeconds: say it in the scenario's services"))
    #expect(
      imported.output.hasSuffix(
        "\ndelivery:\n  rollingUpdate:\n    maxSurge: 50%\n    maxUnavailable: 1\n"))
    try write("name\na\nb\n", "clusters.csv")
    try write(try rollsim(["import", "fleet", "clusters.csv"]).output, "fleet.yaml")
    let inline = "rollouts: [{name: pos-v2, service: pos, to: v2}]"
    let stated = imported.output.split(separator: "\n").map { "      \($0)\n" }.joined()
    let block = "rollouts:\n    - name: pos-v2\n      service: pos\n      to: v2\n" + stated
    try write(Self.scenario.replacing(inline, with: block), "own.yaml")
    let own = try rollsim(["validate", "own.yaml"])
    #expect(own.status == 0, "\(own)")
    let arm = "{allAtOnce: {}}}, deliveries: {pos-v2: {path: web.yaml}}}"
    try write(Self.scenario.replacing("{allAtOnce: {}}}}", with: arm), "theirs.yaml")
    let theirs = try rollsim(["validate", "theirs.yaml"])
    #expect(theirs.status == 0 && theirs.errors.contains("W004"), "\(theirs)")
  }

  @Test("a document whose labels ours can not have is refused, and can still be used by path")
  func strangeLabels() throws {
    let profile = """
      apiVersion: ran.openshift.io/v1alpha1
      kind: ClusterGroupUpgrade
      metadata: {name: up}
      spec:
        clusters: ["-", c]
        remediationStrategy: {maxConcurrency: 1, canaries: ["-"]}
        managedPolicies: [p]

      """
    try write(profile, "up.yaml")
    let outcome = try rollsim(["import", "up.yaml"])
    #expect(outcome.status == 3, "\(outcome)")
    #expect(outcome.errors.contains("by path"), "\(outcome.errors)")
  }

  @Test("a table of millions of lines that say the same is refused after the first thousand")
  func monotonous() throws {
    try write("name\n" + String(repeating: "a\n", count: 4_000_000), "a.csv")
    let outcome = try rollsim(["import", "fleet", "a.csv"])
    #expect(outcome.status == 3 && outcome.errors.contains("a.csv:3:1: error[E070]"))
    #expect(outcome.errors.contains("more problems"), "\(outcome.errors.suffix(200))")
  }

  @Test(
    "what can not be imported is refused with a code, a place and a fix",
    arguments: [
      ("fleet a.csv", "", "E022"), ("fleet a.csv", "name\n", "E025"),
      ("fleet a.csv", "name;nodes\na;1\n", "separate values with commas"),
      ("fleet a.csv", "name,nodes\na,many\n", "a.csv:2:3: error[E042]"),
      ("fleet a.csv", "name,nodes\na,0\n", "a.csv:2:3: error[E052]"),
      ("fleet a.csv", "name\na\nb\na\n", "a.csv:4:1: error[E070]"),
      ("fleet a.csv", "name\n\"a\n", "a.csv:2:3: error[E023]"),
      ("fleet a.csv", "name\na\u{0}b\n", "a.csv:2:2: error[E004]"),
      ("fleet a.csv --level region", "name\na\n", "no column region"),
      ("fleet a.csv", "name,x\n../../etc,1\n", "a.csv:2:1: error[E040]"),
      ("fleet missing.csv", "", "E001"), ("fleet .", "", "E002"),
      ("fleet a.yaml", "a: 1\n", "E027"), ("a.yaml", "a: 1\n", "error[E"),
      ("missing.yaml", "", "E001"),
    ])
  func refused(_ arguments: String, _ text: String, _ part: String) throws {
    try write(text, "a.csv")
    try write(text, "a.yaml")
    let outcome = try rollsim(["import"] + arguments.split(separator: " ").map(String.init))
    #expect(outcome.status == 3, "\(outcome)")
    #expect(outcome.output.isEmpty && outcome.errors.contains(part), "\(outcome.errors)")
    #expect(outcome.errors.contains("help: "), "\(outcome.errors)")
  }

  private func rollsim(_ arguments: [String]) throws -> Binaries.Outcome {
    try binaries.run("rollsim", arguments, in: scratch.folder)
  }

  private func write(_ text: String, _ file: String) throws {
    try Data(text.utf8).write(to: scratch.folder.appending(path: file))
  }
}
