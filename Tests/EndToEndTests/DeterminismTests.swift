import Foundation
import Testing

/// A result depends on the scenario and the seed and on nothing else.
@Suite("Determinism of the programs")
struct DeterminismTests {
  /// Where a program runs; nothing of it may matter.
  struct Surroundings: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var environment = Binaries.plainEnvironment
    var threads = 1
    /// What a shell does before the program.
    var preparation = ""
    /// What a shell adds to the program.
    var redirection = ""

    static let all: [Surroundings] =
      [
        .init(testDescription: "another process"),
        .init(testDescription: "Turkish", environment: ["LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR"]),
        .init(testDescription: "German", environment: ["LC_ALL": "de_DE.UTF-8", "LANG": "de_DE"]),
        .init(testDescription: "another time zone", environment: ["TZ": "Pacific/Kiritimati"]),
        .init(testDescription: "a broken time zone", environment: ["TZ": ":/nowhere"]),
        .init(testDescription: "no environment", environment: [:]),
        .init(testDescription: "no home", environment: ["HOME": "/nonexistent"]),
        .init(
          testDescription: "500 variables more",
          environment: Dictionary(
            uniqueKeysWithValues: (0..<500).map { ("VARIABLE_\($0)", "value \($0)") })),
        .init(testDescription: "another mask", preparation: "umask 077;"),
        .init(testDescription: "closed input", redirection: "<&-"),
        .init(testDescription: "closed errors", redirection: "2>&-"),
        .init(testDescription: "a small stack", preparation: "ulimit -s 1024;"),
      ] + [2, 3, 5, 64].map { .init(testDescription: "\($0) threads", threads: $0) }
  }

  /// A release build beside the debug build under test, if there is one.
  private static let release = ShippedScenario.root.appending(path: ".build/release")
  private static let hasRelease = FileManager.default.isExecutableFile(
    atPath: release.appending(path: "rollsim").path)

  private let binaries: Binaries
  private let scratch: Scratch

  init() throws {
    binaries = try Binaries()
    scratch = try Scratch()
    try ShippedScenario.copyAll(into: scratch.folder)
  }

  @Test("surroundings do not matter", arguments: Surroundings.all)
  func surroundings(_ surroundings: Surroundings) throws {
    let plain = try digest(binaries, ["--runs", "1", "--threads", "1"], "a.sqlite")
    let command = "rollsim run scenarios/service-chain.yaml --seed 7 --runs 1 --db b.sqlite"
    let outcome = try binaries.shell(
      "\(surroundings.preparation) \(command) --threads \(surroundings.threads)"
        + " > report \(surroundings.redirection)",
      in: scratch.folder, environment: surroundings.environment)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let other = try binaries.run(
      "rollsim", ["digest", "b.sqlite"], in: scratch.folder, environment: surroundings.environment)
    #expect(other.output == plain)
    #expect(try scratch.text(named: "report").contains("service-chain"))
  }

  @Test("a run whose clusters several threads move is the run of one thread")
  func lanes() throws {
    try Self.largeScenario.write(
      to: scratch.folder.appending(path: "large.yaml"), atomically: true, encoding: .utf8)
    let digests = try [1, 2, 3, 5].map { threads in
      let file = "\(threads).sqlite"
      let outcome = try binaries.run(
        "rollsim", ["run", "large.yaml", "--runs", "1", "--threads", "\(threads)", "--db", file],
        in: scratch.folder)
      #expect(outcome.status == 0, "\(outcome.errors)")
      return try binaries.run("rollsim", ["digest", file], in: scratch.folder).output
    }
    #expect(Set(digests).count == 1)
  }

  /// Enough clusters to be divided among threads, with a planner that looks now and then.
  private static let largeScenario = """
    apiVersion: rollsim.dev/v1alpha1
    kind: Scenario
    metadata: {name: large}
    spec:
      startAt: 2026-03-02T09:00:00Z
      horizon: 3h
      fleet:
        levels: [region]
        classes: [{name: site, nodes: 1, users: 10}]
        generate:
          clusters: 17000
          prefix: site
          hierarchy: [{level: region, count: 9}]
          classes: [{name: site, share: 100%}]
      services:
        - {name: app, version: v1, replicas: 3, podStart: {lognormal: {median: 30s, sigma: 1}}}
      planners:
        - {name: hub, lookInterval: 20s}
      rollouts:
        - {name: app-v2, service: app, to: v2}
      environment:
        failures:
          - level: region
            between: {exponential: 2h}
            repair: {uniform: [1m, 20m]}
            effect: linkDown
      cases:
        - name: bad
          weight: 100%
          defects:
            - {carrier: {service: app, version: v2}, trigger: {afterStart: 30m}, effect: crash}
      arms:
        - name: steady
          strategies:
            app-v2:
              progressive: {maxConcurrency: 5%, failureBudget: 2%, onBreach: rollBackAll}
    """

  @Test("the current folder does not matter")
  func folder() throws {
    let plain = try digest(binaries, ["--runs", "2"], "a.sqlite")
    let elsewhere = try Scratch()
    let scenario = scratch.folder.appending(path: "scenarios/service-chain.yaml").path
    let outcome = try binaries.run(
      "rollsim", ["run", scenario, "--seed", "7", "--runs", "2"], in: elsewhere.folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let other = try binaries.run(
      "rollsim", ["digest", "results/service-chain.sqlite"], in: elsewhere.folder)
    #expect(other.output == plain)
  }

  @Test(
    "a debug and a release build agree",
    .enabled(if: hasRelease, "there is no .build/release/rollsim; .ci/run compares the builds"))
  func builds() throws {
    let debug = try digest(.builtWithTests(), ["--runs", "5"], "a.sqlite")
    let release = try digest(Binaries(in: Self.release), ["--runs", "5"], "b.sqlite")
    #expect(debug == release)
  }

  @Test("the seed matters, and so does what is run")
  func seedMatters() throws {
    let plain = try digest(binaries, ["--runs", "2"], "a.sqlite")
    let seed = try digest(binaries, ["--runs", "2", "--seed", "8"], "b.sqlite")
    let count = try digest(binaries, ["--runs", "1"], "c.sqlite")
    let arm = try digest(binaries, ["--runs", "2", "--arm", "staged"], "d.sqlite")
    #expect(Set([plain, seed, count, arm]).count == 4)
  }

  @Test("a run is the same in any batch: alone, in more replications, arms or cases")
  func runAlone() throws {
    _ = try digest(binaries, ["--runs", "3", "--arm", "staged", "--case", "bad"], "a.sqlite")
    _ = try digest(binaries, ["--runs", "5"], "b.sqlite")
    for replication in 0..<3 {
      let shown = try ["a.sqlite", "b.sqlite"].map { file in
        try binaries.run(
          "rollsim",
          ["show", file, "--run", "staged/\(replication)", "--case", "bad", "--json"],
          in: scratch.folder)
      }
      #expect(shown[0].status == 0, "\(shown[0].errors)")
      #expect(shown[0].output == shown[1].output)
    }
  }

  @Test("batches that add to each other come to the same as one")
  func growing() throws {
    let whole = try digest(binaries, ["--runs", "4"], "a.sqlite")
    for step in [
      ["--runs", "1", "--case", "latent"], ["--runs", "3", "--arm", "staged"], ["--runs", "2"],
      ["--runs", "4", "--threads", "3"],
    ] {
      _ = try digest(binaries, step, "b.sqlite")
    }
    let grown = try binaries.run("rollsim", ["digest", "b.sqlite"], in: scratch.folder)
    #expect(grown.output == whole)
  }

  @Test("runs are made again from the file alone")
  func rerun() throws {
    _ = try digest(binaries, ["--runs", "2"], "a.sqlite")
    try FileManager.default.removeItem(at: scratch.folder.appending(path: "scenarios"))
    let outcome = try binaries.run(
      "rollsim", ["verify", "a.sqlite", "--rerun", "100"], in: scratch.folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("40 runs carried out again: same digests"))
  }

  /// The content digest after a batch.
  private func digest(
    _ binaries: Binaries, _ arguments: [String], _ file: String
  ) throws -> String {
    let outcome = try binaries.run(
      "rollsim",
      ["run", "scenarios/service-chain.yaml", "--db", file]
        + (arguments.contains("--seed") ? [] : ["--seed", "7"]) + arguments,
      in: scratch.folder)
    try #require(outcome.status == 0, "\(outcome.errors)")
    let digest = try binaries.run("rollsim", ["digest", file], in: scratch.folder).output
    #expect(digest.wholeMatch(of: #/[0-9a-f]{64}\n/#) != nil)
    return digest
  }
}
