import Determinism
import LocatedYAML
import RolloutStrategies
import ScenarioFiles

/// Where a plan begins: planners, what they know, and when that is.
struct PlanSource {
  /// A planner with the time of its last step.
  struct Start {
    var planner: Planner
    var at: Instant
  }

  /// What was read, for people.
  var title: String
  var starts: [Start]
  /// What is valid but probably not meant.
  var warnings: [DocumentProblem] = []

  /// Begins where a scenario begins.
  init(scenario path: String, arm: String?, seed: UInt64) throws {
    let loaded = try ScenarioLoader.load(file: path)
    let random = RandomStream(seed: seed, replication: 0)
    guard let header = loaded.header(arm: arm, random: random) else {
      throw Refusal(
        code: 4, message: "there is no arm \(visible(arm ?? ""))",
        help: "the arms are \(loaded.armNames.joined(separator: ", "))")
    }
    title = header.title
    starts = header.makePlanners().map { Start(planner: $0, at: header.startAt) }
    warnings = loaded.warnings
  }

  /// Begins where a transcript ends.
  ///
  /// What the first line of a planner says is known before it decides for the first time: so the
  /// clusters that it starts at once are the first wave and not yet under way.
  init(transcript path: String, lines: [String]) throws {
    var replay = Replay(isVerifying: false)
    var firsts: [Transcript.Observed?] = []
    var stepCounts: [Int] = []
    var header: Transcript.Header?
    for (number, text) in lines.enumerated() {
      do throws(Replay.Problem) {
        let line = try Replay.decode(text)
        if let known = line.header { header = known }
        if let observed = line.observed, observed.planner < firsts.count, observed.planner >= 0 {
          stepCounts[observed.planner] += 1
          if stepCounts[observed.planner] == 1 { firsts[observed.planner] = observed }
        }
        _ = try replay.take(text)
        if line.header != nil {
          firsts = replay.planners.map { _ in nil }
          stepCounts = replay.planners.map { _ in 0 }
        }
      } catch {
        throw Refusal(
          code: 3, message: "\(visible(path)):\(number + 1): \(error.message)", help: error.help)
      }
    }
    if let problem = replay.finish() {
      throw Refusal(code: 3, message: "\(visible(path)): \(problem.message)", help: problem.help)
    }
    guard let header else { preconditionFailure("a transcript without a header was accepted") }
    title = header.title
    starts = replay.planners.indices.map { index in
      guard stepCounts[index] == 1, let first = firsts[index] else {
        return Start(planner: replay.planners[index], at: replay.lastAt[index])
      }
      let input = header.planners[index]
      return Start(
        planner: Planner(
          name: input.name, fleet: input.fleet, rollouts: input.rollouts, seed: header.random,
          seen: first.observations, at: first.at), at: first.at)
    }
  }
}

/// Why a command cannot go on, with what to do.
struct Refusal: Error {
  /// The exit code.
  var code: Int32
  var message: String
  var help: String
}
