import Foundation
import Testing

/// What would my planner do now? From dumps of a hub to a decision and a plan.
@Suite("Observing real estates", .serialized)
struct ObserveTests {
  /// The dumps of one hub.
  struct Hub: CustomTestStringConvertible, Sendable {
    var files: [String]
    var options: [String] = []
    /// Who is started now.
    var starts: [String]

    var testDescription: String { files.joined(separator: " ") }

    static let all = [
      Hub(
        files: ["clusters.json", "works-settled.json", "rollout.json"].map {
          "OpenClusterManagement/Dumps/\($0)"
        }, options: ["--at", "2026-03-02T09:00:00Z"], starts: ["tower-004", "tower-005"]),
      Hub(
        files: ["clusters.json", "upgrade.json"].map { "TALM/Dumps/\($0)" },
        options: ["--at", "2026-03-02T11:20:00Z"], starts: ["spoke-005", "spoke-006"]),
      Hub(files: ["KubeFleet/Dumps/rolling.json"], starts: ["m-04"]),
      Hub(
        files: ["members.json", "staged.json"].map { "KubeFleet/Dumps/\($0)" },
        starts: ["m-05"]),
      Hub(
        files: ["RancherFleet/Dumps/estate.json"], options: ["--document", "own.yaml"],
        starts: ["store-05"]),
      Hub(
        files: ["ArgoCD/Dumps/estate.json"], options: ["--document", "own.yaml"],
        starts: ["du-t5"]),
    ]
  }

  private static let own = """
    apiVersion: rollsim.dev/v1alpha1
    kind: Strategy
    metadata: {name: three}
    spec: {progressive: {maxConcurrency: 3, failureBudget: 2}}

    """

  private let binaries: Binaries
  private let scratch: Scratch

  init() throws {
    binaries = try Binaries()
    scratch = try Scratch()
    try Data(Self.own.utf8).write(to: scratch.folder.appending(path: "own.yaml"))
  }

  @Test("the decision and the first wave of the plan are the system's own", arguments: Hub.all)
  func decides(_ hub: Hub) throws {
    let observed = try observe(hub)
    try #require(observed.status == 0, "\(observed.errors)")
    #expect(observed.errors.contains("unmapped: "))
    let stepped = try binaries.run(
      "rollplan", ["step", "--out"], in: scratch.folder, input: Data(observed.output.utf8))
    #expect(stepped.status == 0, "\(stepped.errors)")
    let started = stepped.output.split(separator: "\n").compactMap { line in
      line.firstMatch(of: #/"cluster":"([^"]+)"/#).map { String($0.1) }
    }
    #expect(started == hub.starts)
    try Data(observed.output.utf8).write(to: scratch.folder.appending(path: "now.jsonl"))
    let plan = try binaries.run("rollplan", ["plan", "now.jsonl"], in: scratch.folder)
    #expect(plan.status == 0, "\(plan.errors)")
    let first = plan.output.split(separator: "\n").first { $0.contains("  1: +0s") }
    #expect(first?.hasSuffix(": " + hub.starts.joined(separator: " ")) == true, "\(plan.output)")
  }

  @Test("a scenario's guards hold on a real estate, for the plan and for the step")
  func guards() throws {
    let scenario = """
      apiVersion: rollsim.dev/v1alpha1
      kind: Scenario
      metadata: {name: rules}
      spec:
        startAt: 2026-01-01T00:00:00Z
        horizon: 30d
        fleet:
          levels: [ring]
          classes: [{name: plain}]
          clusters: [{name: a, class: plain, domains: {ring: broad}}]
        services: [{name: base, version: v6, replicas: 3}]
        guards: [{name: night, window: {from: "22:00", to: "04:00"}}]
        rollouts: [{name: base-v7, service: base, to: v7, guards: [{name: night}]}]
        cases: [{name: good, weight: 100%}]
        arms:
          - {name: slow, strategies: {base-v7: {progressive: {maxConcurrency: 1}}}}
          - {name: at-once, strategies: {base-v7: {allAtOnce: {}}}}
        decide: {primary: usersHarmed.integral}

      """
    try Data(scenario.utf8).write(to: scratch.folder.appending(path: "rules.yaml"))
    let observed = try observe(
      Hub(
        files: Hub.all[3].files, options: ["--document", "rules.yaml", "--arm", "at-once"],
        starts: []))
    try #require(observed.status == 0, "\(observed.errors)")
    let stepped = try step(Data(observed.output.utf8))
    #expect(stepped.output.contains("\"cause\":\"window\""), "\(stepped)")
    try Data(observed.output.utf8).write(to: scratch.folder.appending(path: "now.jsonl"))
    let plan = try binaries.run("rollplan", ["plan", "now.jsonl"], in: scratch.folder)
    #expect(plan.output.contains("  night (window): up to 4 clusters wait from +0s until +10h30s"))
    let slow = try binaries.run(
      "rollplan", ["plan", "now.jsonl", "--document", "rules.yaml", "--arm", "slow"],
      in: scratch.folder)
    #expect(slow.output.contains("  4: +10h15m30s: 1 cluster"), "\(slow)")
  }

  @Test("a state file takes the estate over and goes on from it")
  func state() throws {
    let observed = try observe(Hub.all[2])
    let input = Data(observed.output.utf8)
    let first = try step(input)
    #expect(first.status == 0 && first.output.contains("\"cluster\":3"), "\(first)")
    let again = try step(input)
    #expect(again.status == 0 && again.output == first.output, "\(again)")
  }

  @Test("dumps without a document, and what is no dump, are refused with a fix")
  func refused() throws {
    let lonely = try observe(Hub(files: ["OpenClusterManagement/Dumps/clusters.json"], starts: []))
    #expect(lonely.status == 3 && lonely.output.isEmpty, "\(lonely)")
    #expect(lonely.errors.contains("--document"), "\(lonely.errors)")
    let strange = try observe(
      Hub(files: ["KubeFleet/Goldens/placement.txt"], starts: []))
    #expect(strange.status == 3 && strange.errors.contains("help: "), "\(strange)")
    let late = try observe(
      Hub(files: Hub.all[2].files, options: ["--at", "2026-03-01T00:00:00Z"], starts: []))
    #expect(late.status == 3 && late.errors.contains("later than the dumps"), "\(late.errors)")
    let senseless = try observe(
      Hub(files: Hub.all[2].files, options: ["--at", "noon"], starts: []))
    #expect(senseless.status == 64 && senseless.errors.contains("--at"), "\(senseless.errors)")
  }

  private func observe(_ hub: Hub) throws -> Binaries.Outcome {
    let folder = ShippedScenario.root.appending(path: "Tests/PlannerDialectsTests")
    let files = hub.files.map { folder.appending(path: $0).path }
    return try binaries.run("rollplan", ["observe"] + files + hub.options, in: scratch.folder)
  }

  private func step(_ input: Data) throws -> Binaries.Outcome {
    try binaries.run("rollplan", ["step", "--state", "s.jsonl"], in: scratch.folder, input: input)
  }
}
