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

  @Test("of an Argo Rollout it prints steps, pods and shares, and what is asked and measured")
  func rollout() throws {
    try write(
      """
      apiVersion: argoproj.io/v1alpha1
      kind: Rollout
      metadata: {name: pay}
      spec:
        replicas: 4
        strategy:
          canary:
            maxSurge: 1
            maxUnavailable: 0
            steps: [{setWeight: 10}, {pause: {duration: 5m}}, {pause: {}}]
      """, "rollout.yaml")
    let text = try plan(["rollout.yaml"])
    #expect(text.status == 0 && text.errors.isEmpty, "\(text.errors)")
    #expect(
      text.output == """
        pay (Argo Rollouts): 4 pods, canary of 3 steps, at most 1 more and 0 fewer
        from the first look at a new revision, if pods are ready at once, analyses succeed and
        whoever is asked agrees:

        looks
          1: +0s: step 1 (weight 10), 1 new and 4 old, 20.0 % of the pods
          2: +0s: step 2 (pause of 5m), 1 new and 4 old, 20.0 % of the pods
          3: +5m: past the last step, 2 new and 3 old, 40.0 % of the pods
          4: +5m: past the last step, 3 new and 2 old, 60.0 % of the pods
          5: +5m: past the last step, 4 new and 1 old, 80.0 % of the pods
          6: +5m: 4 new

        earliest finish: +5m, promoted
        asks: step-3
        reported, and not given up, when pods make no progress for 10m

        """)
    let json = try plan(["rollout.yaml", "--json"])
    #expect(json.output.contains("\"end\":\"promoted\""), "\(json)")
    let seed = try plan(["rollout.yaml", "--rollout", "a"])
    #expect(seed.status == 64 && seed.errors.contains("is a Rollout"), "\(seed)")
  }

  @Test("of a Deployment it prints the passes, the numbers they come from, and where it halts")
  func deployment() throws {
    let head = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: in}\nspec:\n"
    try write(head + "  replicas: 10\n  minReadySeconds: 30\n", "deployment.yaml")
    let text = try plan(["deployment.yaml"])
    #expect(text.status == 0 && text.errors.isEmpty, "\(text.errors)")
    #expect(
      text.output == """
        in (Deployment): 10 pods, at most 3 (25% rounded up) more and 2 (25% rounded down) fewer
        from the first pass over a new template, if pods are ready at once:

        passes
          1: +0s: 5 new and 8 old, 8 available
          2: +30s: 10 new and 3 old, 8 available
          3: +1m: 10 new and 0 old, 10 available

        earliest finish: +1m, complete
        halts at 5 pods of a version that never becomes available, with 2 of 10 missing
        no progress for 10m is reported, and never rolled back

        """)
    try write(head + "  paused: true\n", "paused.yaml")
    let paused = try plan(["paused.yaml"])
    #expect(paused.errors.contains("warning[W003]"), "\(paused)")
    #expect(paused.output.contains("never: nothing is replaced"), "\(paused)")
  }

  private func plan(_ arguments: [String]) throws -> Binaries.Outcome {
    try binaries.run("rollplan", ["plan"] + arguments, in: scratch.folder)
  }

  private func write(_ text: String, _ file: String) throws {
    try Data(text.utf8).write(to: scratch.folder.appending(path: file))
  }
}
