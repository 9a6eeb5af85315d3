import ArgumentParser
import Determinism
import Experiments
import FleetModel
import LocatedYAML
import RolloutStrategies
import ScenarioFiles

/// A transcript in whose midst a scenario begins.
struct Takeover {
  /// Directives to one cluster; the simulated world tells no more of them apart.
  private static let generationsMax = 1_000

  private let file: String
  private let end: TranscriptEnd

  /// Reads a transcript to its end.
  init(file: String) throws {
    self.file = file
    let bytes: [UInt8]
    do throws(FileAccess.Refusal) {
      bytes = try FileAccess.disk(atMost: FileAccess.dumpSizeMax).read(file, nil)
    } catch {
      throw DocumentProblems([
        DocumentProblem(code: error.code, file: file, message: error.message)
      ])
    }
    let lines = bytes.split(separator: UInt8(ascii: "\n"))
    do throws(TranscriptEnd.LineProblem) {
      end = try TranscriptEnd(lines.map { String(decoding: $0, as: UTF8.self) })
    } catch {
      throw Failure.exit(
        Exit.invalidInput, error.problem.text(in: file, line: error.line),
        help: error.problem.help)
    }
  }

  /// Lets a scenario begin where the transcript ends.
  func begin(_ loaded: inout LoadedScenario) throws {
    var scenario = loaded.experiment.scenario
    let names = World(scenario).fleet.names
    var plan = TakeoverPlan(rollouts: [])
    for start in end.starts {
      try plan.add(start.planner) { try rollout(of: scenario, for: $0) }
    }
    try check(plan, names)
    scenario.takeover = plan
    scenario.startAt = end.starts.map(\.at).max() ?? scenario.startAt
    loaded.experiment.scenario = scenario
  }

  /// The scenario's rollout that one of the transcript is: the one of its name, or the only one.
  private func rollout(of scenario: Scenario, for name: String) throws -> String {
    let names = scenario.rollouts.map(\.name)
    if names.contains(name) { return name }
    let observed = Set(end.starts.flatMap { $0.planner.policies.map(\.name) })
    if let only = names.first, names.count == 1, observed.count == 1 { return only }
    throw Failure.exit(
      Exit.invalidInput,
      "\(visible(file)) knows the rollout \(visible(name)), and the scenario does not",
      help: "name it as the scenario does: \(names.map { visible($0) }.joined(separator: ", "))")
  }

  private func check(_ plan: TakeoverPlan, _ names: NameTable) throws {
    let order = names.order()
    let strangers = end.starts.flatMap { start in
      start.planner.fleet.clusters.map { start.planner.fleet.names[$0.offset] }
        .filter { names.index(of: $0, in: order) == nil }
    }
    if let first = strangers.first {
      throw Failure.exit(
        Exit.invalidInput,
        "\(visible(file)): \(strangers.count) clusters are not in the scenario's fleet, "
          + "\(quoted(first)) among them",
        help: "make the fleet of the same dumps: rollsim import fleet")
    }
    let known = plan.rollouts.flatMap(\.clusters)
    if known.contains(where: { Int($0.asked?.generation ?? 0) >= Self.generationsMax }) {
      throw Failure.exit(
        Exit.invalidInput,
        "\(visible(file)): a cluster was asked \(Self.generationsMax) times and more",
        help: "begin with a new transcript of the estate")
    }
  }
}
