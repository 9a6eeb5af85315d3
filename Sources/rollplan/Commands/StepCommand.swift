import ArgumentParser
import Determinism
import Foundation
import RolloutStrategies

/// Reads what was observed, line by line, and prints what the planners decide.
struct StepCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "step",
    abstract: "Decide again from a transcript's observations.",
    discussion: """
      Reads a transcript from standard input: a header line, then `observed` lines; `decided` \
      lines are
      not looked at. Prints the `decided` lines.

      With --verify prints nothing but the first difference, and ends with exit code 11 if there \
      is one.
      """)

  @Flag(help: "Compare with the transcript's own decisions instead of printing them.")
  var verify = false

  func run() throws {
    var replay = Replay(isVerifying: verify)
    var lineNumber = 0
    while let line = readLine(strippingNewline: true) {
      lineNumber += 1
      let decided: [String]
      do throws(Replay.Problem) {
        decided = try replay.take(line)
      } catch {
        throw fail(error, at: lineNumber)
      }
      try write(decided)
    }
    if let problem = replay.finish() { throw fail(problem, at: lineNumber) }
  }

  /// Writes lines at once, as whoever drives the planner waits for them.
  private func write(_ lines: [String]) throws {
    guard !lines.isEmpty else { return }
    do {
      let text = lines.map { $0 + "\n" }.joined()
      try FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
    } catch {
      let text = "error: standard output can not be written: \(error.localizedDescription)\n"
      try? FileHandle.standardError.write(
        contentsOf: Data((text + "  help: check the file or program it goes to\n").utf8))
      throw ExitCode(13)
    }
  }

  private func fail(_ problem: Replay.Problem, at line: Int) -> ExitCode {
    let text = "<stdin>:\(line): \(problem.message)\n  help: \(problem.help)\n"
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    return ExitCode(problem.isDifference ? 11 : 3)
  }
}
