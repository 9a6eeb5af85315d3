import Determinism
import LocatedYAML
import RolloutStrategies
import ScenarioFiles

/// Where a plan begins: planners, what they know, and when that is.
struct PlanSource {
  /// What was read, for people.
  var title: String
  var starts: [TranscriptEnd.Start]
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
    starts = header.makePlanners().map {
      TranscriptEnd.Start(planner: $0, at: header.startAt)
    }
    warnings = loaded.warnings
  }

  /// Begins where a transcript ends.
  init(transcript path: String, lines: [String]) throws {
    do throws(TranscriptEnd.LineProblem) {
      let end = try TranscriptEnd(lines)
      title = end.title
      starts = end.starts
    } catch {
      throw Refusal(
        code: 3, message: error.problem.text(in: path, line: error.line),
        help: error.problem.help)
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
