import Foundation
import Testing

/// What people and programs read of a plan.
@Suite("Plans", .serialized)
struct PlanTests {
  private let binaries: Binaries
  private let scratch: Scratch

  init() throws {
    binaries = try Binaries()
    scratch = try Scratch()
    try ShippedScenario.copyAll(into: scratch.folder)
  }

  @Test(
    "every arm of every shipped scenario has a plan, as text and as JSON, and it finishes",
    arguments: ShippedScenario.all)
  func shipped(_ scenario: ShippedScenario) throws {
    for arm in scenario.arms {
      let path = "scenarios/\(scenario.name).yaml"
      let text = try plan([path, "--arm", arm])
      #expect(text.status == 0, "\(arm): \(text.errors)")
      #expect(text.output.contains("\nwaves\n"), "\(arm): \(text.output)")
      #expect(text.output.contains("earliest finish: "), "\(arm): \(text.output)")
      #expect(!text.output.contains("never"), "\(arm): \(text.output)")
      let json = try plan([path, "--arm", arm, "--json"])
      for line in json.output.split(separator: "\n") {
        let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        #expect(object?["planner"] is String && object?["rollouts"] is [Any], "\(arm)")
      }
    }
  }

  @Test("a plan is the same again, and another seed changes no listed order")
  func nothingDrawn() throws {
    let first = try plan(["scenarios/two-coasts.yaml", "--arm", "one-at-a-time"])
    let again = try plan(["scenarios/two-coasts.yaml", "--arm", "one-at-a-time"])
    #expect(again == first)
    let other = try plan(["scenarios/two-coasts.yaml", "--arm", "one-at-a-time", "--seed", "9"])
    #expect(other == first)
  }

  @Test("in the midst of a rollout it goes on from the state file, by another document if asked")
  func fromState() throws {
    let recorded = try binaries.run(
      "rollsim",
      [
        "run", "scenarios/two-coasts.yaml", "--arm", "one-at-a-time", "--case", "good", "--runs",
        "1", "--db", "r.sqlite", "--transcript", "t.jsonl",
      ], in: scratch.folder)
    #expect(recorded.status == 0, "\(recorded.errors)")
    let lines = try scratch.text(named: "t.jsonl").split(separator: "\n")
    // A header and the first two steps: one coast is under way.
    try write(lines.prefix(5).joined(separator: "\n") + "\n", "begun.jsonl")
    let begun = try plan(["begun.jsonl"])
    #expect(begun.status == 0, "\(begun.errors)")
    #expect(begun.output.contains(": 0 updated, 1 under way, 0 failed, 1 to do"), "\(begun.output)")
    let slow = """
      apiVersion: rollsim.dev/v1alpha1
      kind: Strategy
      metadata: {name: slow}
      spec: {progressive: {maxConcurrency: 1, soak: 3h}}

      """
    try write(slow, "slow.yaml")
    let replanned = try plan(["begun.jsonl", "--document", "slow.yaml"])
    #expect(replanned.status == 0, "\(replanned.errors)")
    #expect(
      replanned.output.contains("  1: +3h5m: 1 cluster, done +3h10m: "), "\(replanned.output)")
  }

  @Test(
    "what can not be planned is refused with the reason and a fix",
    arguments: [
      ("missing.yaml", 3, "there is no such file"), (".", 3, "a directory"),
      ("broken.jsonl", 3, "broken.jsonl:1: "), ("empty.yaml", 3, "no Scenario"),
      ("scenarios/two-coasts.yaml --arm nobody", 4, "one-at-a-time"),
      ("scenarios/two-coasts.yaml --update-takes soon", 64, "--update-takes"),
      ("scenarios/two-coasts.yaml --document broken.jsonl", 3, "[E"),
    ])
  func refused(_ arguments: String, _ status: Int32, _ part: String) throws {
    try write("{\"header\":{\"format\":1}}\n", "broken.jsonl")
    try write("", "empty.yaml")
    let outcome = try plan(arguments.split(separator: " ").map(String.init))
    #expect(outcome.status == status, "\(outcome)")
    #expect(outcome.output.isEmpty && outcome.errors.contains(part), "\(outcome.errors)")
    #expect(outcome.errors.contains("help: "), "\(outcome.errors)")
  }

  @Test("of a Flagger Canary it prints the looks in its cluster, and warns of what never ends")
  func canary() throws {
    let head = "apiVersion: flagger.app/v1beta1\nkind: Canary\nmetadata: {name: edge}\nspec:\n"
    let spec = "  targetRef: {kind: Deployment, name: edge}\n"
    try write(
      head + spec + "  analysis: {interval: 30s, threshold: 4, stepWeights: [10, 40]}\n",
      "canary.yaml")
    let text = try plan(["canary.yaml"])
    #expect(text.status == 0 && text.errors.isEmpty, "\(text.errors)")
    #expect(
      text.output == """
        edge (Flagger): Deployment, canary, a look every 30s
        from the first look at a new revision, if pods are ready, checks pass and hooks agree:

        looks
          1: +0s: Progressing, weight 0 %
          2: +30s: Progressing, weight 10 %
          3: +1m: Progressing, weight 40 %
          4: +1m30s: Promoting, weight 40 %
          5: +2m: Finalising, weight 0 %
          6: +2m30s: Succeeded, weight 0 %

        earliest finish: +2m30s, promoted
        rolled back by the look after 4 failed checks, passed checks between them or not
        given up when pods make no progress for 10m

        """)
    let json = try plan(["canary.yaml", "--json"])
    #expect(json.output.contains("\"end\":\"promoted\""), "\(json)")
    try write(head + spec + "  analysis: {threshold: 4}\n", "stuck.yaml")
    let stuck = try plan(["stuck.yaml"])
    #expect(
      stuck.status == 0 && stuck.errors.contains("stuck.yaml:6:13: warning[W003]"), "\(stuck)")
    #expect(stuck.output.contains("never: from +0s on nothing changes any more"), "\(stuck)")
    try write(head + "  analysis: {threshold: 4}\n", "lacking.yaml")
    let lacking = try plan(["lacking.yaml"])
    #expect(lacking.status == 3 && lacking.errors.contains("error[E021]"), "\(lacking)")
    let arm = try plan(["canary.yaml", "--arm", "a"])
    #expect(arm.status == 64 && arm.errors.contains("help: "), "\(arm)")
  }

  private func plan(_ arguments: [String]) throws -> Binaries.Outcome {
    try binaries.run("rollplan", ["plan"] + arguments, in: scratch.folder)
  }

  private func write(_ text: String, _ file: String) throws {
    try Data(text.utf8).write(to: scratch.folder.appending(path: file))
  }
}
