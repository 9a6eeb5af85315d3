import ArgumentParser
import Determinism
import LocatedYAML
import RolloutStrategies
import ScenarioFiles

/// Says what becomes of rollouts if all goes well.
struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Say what the planner will do if all goes well.",
    discussion: """
      FILE is what is known: a transcript, as `rollplan observe`, `rollplan step --state` and \
      `rollsim run --transcript` write it, or a scenario, from its beginning. Prints the waves \
      that follow, what the document's numbers amount to in this fleet, which guards bind, the \
      earliest finish, and what will never happen. Nothing in it is drawn: what is silent stays \
      silent, what has failed stays failed, and everything else does what it is asked. Of a \
      Flagger Canary, an Argo Rollout or a Deployment, which are for one cluster, it prints what \
      their controllers do there.
      """)

  @Argument(help: "What is known: a transcript, a scenario, or a document for one cluster.")
  var file: String

  @Option(
    help: """
      Plan by this document instead of the file's: a Strategy, another planner's documents, or a \
      scenario, whose guards hold, too.
      """)
  var document: String?

  @Option(help: "The rollout that --document is for. Without it: the only one.")
  var rollout: String?

  @Option(help: "The arm of the scenario. Without it: the first.")
  var arm: String?

  @Option(help: "From asking a cluster to its being available.")
  var updateTakes = "5m"

  @Option(help: "From asking an operator to the approval.")
  var approvalTakes = "0s"

  @Option(help: "How far ahead to look.")
  var horizon = "365d"

  @Option(help: "The seed of strategies that take clusters in a drawn order.")
  var seed: UInt64 = 1

  @Flag(help: "Print the plan as JSON, one line per planner.")
  var json = false

  func run() throws {
    try refusing {
      let assumptions = Forecast.Assumptions(
        updateTakes: try duration(updateTakes, "--update-takes"),
        approvalTakes: try duration(approvalTakes, "--approval-takes"),
        horizon: try duration(horizon, "--horizon"))
      if let found = try DeliveryPlans.read(file) { return try print(found.plan, found.warnings) }
      let source = try self.source()
      for warning in source.warnings { Output.complain("\(warning)\n") }
      let policy = try document.map { try strategy(of: $0) }
      for (number, start) in source.starts.enumerated() {
        let planner = try policy.map { try start.following($0, rollout) } ?? start.planner
        let forecast = Forecast(of: planner, at: start.at, assumptions: assumptions)
        try print(planner, forecast, isFirst: number == 0)
      }
    }
  }

  private func print(_ planner: Planner, _ forecast: Forecast, isFirst: Bool) throws {
    guard json else {
      let text = PlanText(planner: planner, forecast: forecast).text
      return try Output.write((isFirst ? "" : "\n") + text)
    }
    guard let line = try? CanonicalJSON.string(PlanReport(planner, forecast)) else {
      preconditionFailure("a plan without a canonical form")
    }
    try Output.write(line + "\n")
  }

  private func print(_ plan: some DeliveryPlan, _ warnings: [DocumentProblem]) throws {
    guard document == nil, rollout == nil, arm == nil else {
      throw Refusal(
        code: 64,
        message: "\(visible(file)) is a \(type(of: plan).kind), which has no rollouts and no arms",
        help: "leave --document, --rollout and --arm out")
    }
    for warning in warnings { Output.complain("\(warning)\n") }
    guard json else { return try Output.write(plan.text) }
    guard let line = try? CanonicalJSON.string(plan) else {
      preconditionFailure("a plan without a canonical form")
    }
    try Output.write(line + "\n")
  }

  private func source() throws -> PlanSource {
    let bytes: [UInt8]
    do {
      bytes = try FileAccess.disk(atMost: FileAccess.dumpSizeMax).read(file, nil)
    } catch {
      throw Refusal(
        code: 3, message: "\(visible(file)): \(error.message)", help: error.code.explanation.help)
    }
    guard bytes.first == UInt8(ascii: "{") else {
      return try PlanSource(scenario: file, arm: arm, seed: seed)
    }
    guard arm == nil || document != nil else {
      throw Refusal(
        code: 64, message: "--arm chooses from a scenario, and \(visible(file)) is a transcript",
        help: "leave --arm out, or name the scenario by --document")
    }
    let lines = bytes.split(separator: UInt8(ascii: "\n"))
    return try PlanSource(
      transcript: file, lines: lines.map { String(decoding: $0, as: UTF8.self) })
  }

  private func strategy(of path: String) throws -> LoadedStrategy {
    let loaded = try StrategyLoader.load(file: path, arm: arm, rollout: rollout)
    for warning in loaded.warnings { Output.complain("\(warning)\n") }
    return loaded
  }

  private func duration(_ text: String, _ option: String) throws -> Microseconds {
    do {
      return try WrittenNumber.duration(text)
    } catch {
      throw Refusal(
        code: 64, message: "\(option): \(error.message)", help: "write it as in 90s, 5m or 1h30m")
    }
  }
}

extension TranscriptEnd.Start {
  /// The same planner, as far as it has come, with another document for a rollout.
  fileprivate func following(_ loaded: LoadedStrategy, _ name: String?) throws -> Planner {
    var policies = planner.policies
    let index = name.map { name in policies.firstIndex { $0.name == name } } ?? policies.onlyIndex
    guard let index else {
      let names = policies.map { visible($0.name) }.joined(separator: ", ")
      throw Refusal(
        code: 4,
        message: name.map { "there is no rollout \(visible($0))" }
          ?? "the document could be for any of \(policies.count) rollouts",
        help: "write --rollout with one of \(names)")
    }
    if let strategy = loaded.strategy { policies[index].strategy = strategy }
    if let delivery = loaded.delivery { policies[index].delivery = delivery }
    if let guards = loaded.guards { policies[index].guards = guards }
    if let problem = RolloutPolicy.problem(with: policies) {
      throw Refusal(code: 3, message: problem, help: "change the document")
    }
    return planner.following(policies, at: at)
  }
}

extension [RolloutPolicy] {
  fileprivate var onlyIndex: Int? { count == 1 ? 0 : nil }
}

/// Runs a body whose refusals become messages and exit codes.
func refusing<T>(_ body: () throws -> T) throws -> T {
  do {
    return try body()
  } catch let refusal as Refusal {
    Output.complain("error: \(refusal.message)\n  help: \(refusal.help)\n")
    throw ExitCode(refusal.code)
  } catch let problems as DocumentProblems {
    for problem in problems.problems.prefix(50) { Output.complain("\(problem)\n") }
    let hidden = problems.problems.count - 50
    if hidden > 0 { Output.complain("… and \(hidden) more problems\n") }
    throw ExitCode(3)
  }
}
