import ArgumentParser
import Experiments
import FleetModel
import Reports
import ResultStore

/// Compares the arms of a stored scenario.
struct CompareCommand: ParsableCommand {
  /// What `--fail-on` can name.
  enum FailureReason: String, ExpressibleByArgument, CaseIterable {
    case inconclusive, expectation, regression
  }

  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Compare the arms of a scenario: differences, intervals, verdicts.",
    discussion: """
      Arms are compared with the first one, replication by replication: both met the same weather \
      and the
      same fates. Only the newest version of the scenario is compared; runs of older ones are \
      counted.
      """)

  @Argument(help: "The database.")
  var database: String

  @Option(help: "The scenario, if the file holds several.")
  var scenario: String?

  @Option(help: "The seed, if the file holds runs of several. Without it: the one with most runs.")
  var seed: UInt64?

  @Flag(help: "Show every metric.")
  var all = false

  @Flag(help: "Print JSON.")
  var json = false

  @Option(
    help: """
      End with an exit code other than 0 on: inconclusive (5), expectation or regression (10); \
      may be repeated.
      """)
  var failOn: [FailureReason] = []

  func run() throws {
    try reporting {
      let results = try ResultDatabase.open(path: database, mode: .read)
      defer { try? results.close() }
      let hash = try Comparison.newestScenario(of: results, named: scenario, in: database)
      let groups = try results.groups(of: hash).filter { seed == nil || $0.seed == seed }
      guard let group = groups.first else {
        throw Failure.exit(
          Exit.nothingSelected, "\(database) holds no runs of that seed",
          help: "leave --seed out to compare the seed with most runs")
      }
      var study = try Comparison.study(results, scenario: hash, in: group)
      study.origin = .init(
        seed: group.seed, database: database, command: continuation(study, seed: group.seed))
      let report = ComparisonReport(study, detail: all ? .all : .essential)
      try Output.write(json ? report.json() : report.text())
      try judge(report)
    }
  }

  /// The command that carries out more runs; the file does not tell where the scenario is.
  private func continuation(_ study: ComparisonStudy, seed: UInt64) -> String {
    "rollsim run \(Escaping.shell(study.scenarioName + ".yaml"))"
      + (seed == 1 ? "" : " --seed \(seed)") + " --db \(Escaping.shell(database))"
  }

  private func judge(_ report: ComparisonReport) throws {
    if failOn.contains(.expectation), report.expectations.contains(where: { !$0.isMet }) {
      throw ExitCode(Exit.failedExpectation)
    }
    guard let decision = report.decision else { return }
    if failOn.contains(.regression), decision.arms.contains(where: { $0.outcome == .loses }) {
      throw ExitCode(Exit.failedExpectation)
    }
    if failOn.contains(.inconclusive), case .inconclusive = decision.outcome {
      throw ExitCode(Exit.inconclusive)
    }
  }
}
