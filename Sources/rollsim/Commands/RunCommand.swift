public import ArgumentParser
import Determinism
import Experiments
public import FleetModel
import LocatedYAML
import Reports
import ResultStore
import RolloutStrategies
import ScenarioFiles

/// The main job: carries out a scenario's runs, stores them, and compares the arms.
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run scenarios, store every run, and say which strategy is better.",
    discussion: """
      Runs that are in the database already are not repeated, so an interrupted batch goes on \
      where it
      stopped. Every run is a function of the scenario, the seed and its number alone.
      """)

  @Argument(help: "Scenario files.")
  var scenarios: [String]

  @Option(help: "Run only this arm; may be repeated.")
  var arm: [String] = []

  @Option(name: .customLong("case"), help: "Run only this case; may be repeated.")
  var caseName: [String] = []

  @Option(help: "The seed of all randomness.")
  var seed: UInt64 = 1

  @Option(
    help: """
      Replications of each case and arm. Without it: 100 for fleets of up to 5,000 clusters, 20 \
      up to \
      50,000, and 3 beyond.
      """)
  var runs: Int?

  @Option(help: "The database. Without it: results/<scenario>.sqlite.")
  var db: String?

  @Option(help: "Threads to run on. Without it: one per core.")
  var threads: Int?

  @Option(help: "What to keep of each run: metrics, waves, clusters or events.")
  var detail: RecordingDetail = .waves

  @Option(
    help: """
      Write what the planners saw and decided in one run to this file; without --arm and --case \
      the first of each.
      """)
  var transcript: String?

  @Option(
    help: """
      Begin where rollouts stand in a transcript, as `rollplan observe` and `rollplan step` \
      --state write it: at its time, with what was asked and reported. Clusters are known by \
      their names.
      """)
  var from: String?

  @Flag(help: "Carry out runs again that are stored already, and compare.")
  var fresh = false

  @Option(
    help: """
      Carry out this percentage of the runs twice, in another way the second time, and compare; \
      which ones, their keys decide. Exit code 11: one came out differently, and is not stored.
      """)
  var audit = 0

  @Flag(help: .hidden)
  var spoilsAudit = false

  @Flag(help: "Print the key of each run once it is safely stored.")
  var keys = false

  @Flag(help: "Print the comparison as JSON.")
  var json = false

  func validate() throws {
    if let runs, !(1...1_000_000).contains(runs) {
      throw ValidationError("--runs is a number from 1 to 1000000")
    }
    if let threads, !(1...1_024).contains(threads) {
      throw ValidationError("--threads is a number from 1 to 1024")
    }
    guard (0...100).contains(audit) else {
      throw ValidationError("--audit is a percentage from 0 to 100")
    }
    if db != nil, scenarios.count > 1 {
      throw ValidationError("--db takes the results of one scenario; give one scenario file")
    }
    if from != nil, scenarios.count > 1 {
      throw ValidationError("--from says where one scenario begins; give one scenario file")
    }
  }

  func run() throws {
    try reporting {
      // Every file is checked before anything runs, and nothing is written if one is wrong.
      var loaded = try loadAll()
      if let from { try Takeover(file: from).begin(&loaded[0]) }
      let interruption = Interruption()
      for (path, scenario) in zip(scenarios, loaded) {
        try run(scenario, path: path, interruption: interruption)
      }
    }
  }

  private func loadAll() throws -> [LoadedScenario] {
    var loaded: [LoadedScenario] = []
    var failed: ExitCode?
    for path in scenarios {
      do throws(DocumentProblems) {
        loaded.append(try ScenarioLoader.load(file: path))
      } catch {
        failed = Failure.exit(error)
      }
    }
    if let failed { throw failed }
    return loaded
  }

  private func run(
    _ loaded: LoadedScenario, path: String, interruption: Interruption
  ) throws {
    for warning in loaded.warnings { Failure.say("\(warning)\n") }
    let batch = try Batch(loaded, self)
    let database = try open(batch)
    let summary: ExperimentRunner.Summary
    do {
      summary = try batch.run(into: database, interruption: interruption) { key in
        guard keys else { return }
        try Output.line("\(key)")
      }
    } catch {
      try? database.close()
      guard let different = error as? DifferentRun else { throw error }
      throw different.failure(shownBy: command(showing: different.identity, path))
    }
    if audit > 0, interruption.signal == nil {
      Failure.say("\(summary.audited) runs carried out twice: same digests\n")
    }
    if let transcript { try batch.write(summary.transcript, to: transcript) }
    if let signal = interruption.signal {
      try database.close()
      Failure.say("interrupted: \(summary.stored) runs stored; run the same command to go on\n")
      throw ExitCode(128 + signal)
    }
    let origin = ComparisonStudy.Origin(
      clusters: batch.world.fleet.count, seed: seed, database: databasePath(batch),
      newRuns: summary.stored, command: continuation(path))
    try Comparison.print(
      database, scenario: batch.hash, options: batch.keys.options, origin: origin, asJSON: json)
    try database.close()
  }

  /// The command that carries out a run twice again; those before it are stored already.
  private func command(showing run: RunIdentity, _ path: String) -> String {
    var narrowed = self
    narrowed.arm = run.arm.map { [$0] } ?? arm
    narrowed.caseName = [run.caseName]
    let planted = spoilsAudit ? " --spoils-audit" : ""
    return narrowed.continuation(path) + " --runs \(run.replication + 1) --audit 100" + planted
  }

  /// The command that carries out more runs of a scenario, without their number.
  private func continuation(_ path: String) -> String {
    var words = ["rollsim", "run", Escaping.shell(path)]
    words += arm.flatMap { ["--arm", Escaping.shell($0)] }
    words += caseName.flatMap { ["--case", Escaping.shell($0)] }
    if let from { words += ["--from", Escaping.shell(from)] }
    if seed != 1 { words += ["--seed", "\(seed)"] }
    if let db { words += ["--db", Escaping.shell(db)] }
    if detail != .waves { words += ["--detail", detail.rawValue] }
    return words.joined(separator: " ")
  }

  private func databasePath(_ batch: Batch) -> String {
    db ?? "results/\(batch.world.scenario.name).sqlite"
  }

  private func open(_ batch: Batch) throws -> ResultDatabase {
    try ResultDatabase.open(path: databasePath(batch), mode: .write)
  }
}

extension RecordingDetail: ExpressibleByArgument {}
