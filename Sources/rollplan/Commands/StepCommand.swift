import ArgumentParser

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
      if !decided.isEmpty { try Output.write(decided.map { $0 + "\n" }.joined()) }
    }
    if let problem = replay.finish() { throw fail(problem, at: lineNumber) }
  }

  private func fail(_ problem: Replay.Problem, at line: Int) -> ExitCode {
    Output.complain("<stdin>:\(line): \(problem.message)\n  help: \(problem.help)\n")
    return ExitCode(problem.isDifference ? 11 : 3)
  }
}
