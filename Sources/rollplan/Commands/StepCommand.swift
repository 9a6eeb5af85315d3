import ArgumentParser
import RolloutStrategies
import ScenarioFiles

/// Reads what was observed, line by line, and prints what the planners decide.
struct StepCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "step",
    abstract: "Decide from observations, line by line.",
    discussion: """
      Reads a transcript from standard input: a header line, then `observed` lines; `decided` \
      lines are not looked at. Prints the `decided` lines.

      With --verify prints nothing but the first difference, and ends with exit code 11 if there \
      is one.

      With --state every step is saved in a file before it is printed. A process that was killed \
      is started again with the same command: it prints the last saved decision once more, passes \
      over the input that is in the file already, and goes on. Without a header line the input is \
      only what is new. The file is itself a transcript.
      """)

  @Flag(help: "Compare with the transcript's own decisions instead of printing them.")
  var verify = false

  @Option(help: "Keep the planners' state in a file, and go on from it.")
  var state: String?

  @Flag(help: "Print what to apply, one line per cluster with all names, instead of decisions.")
  var out = false

  func validate() throws {
    if verify, state != nil || out {
      throw ValidationError("--verify prints no decisions: leave out --state and --out")
    }
  }

  func run() throws {
    Output.outliveLimits()
    var lineNumber = 0
    let place = state ?? "<state>"
    let file = try refusing { try state.map { try StateFile(path: $0) } }
    var session = try failing(in: place, at: nil) {
      try StepSession(isVerifying: verify, state: file)
    }
    if let saved = try failing(in: place, at: nil, { try session.saved }) {
      try write(saved, session)
    }
    while let line = readLine(strippingNewline: true) {
      lineNumber += 1
      let made = try refusing {
        try failing(in: "<stdin>", at: lineNumber) { try session.take(line) }
      }
      if let made, !verify { try write(made, session) }
    }
    if let problem = session.finish() { throw fail(problem, in: "<stdin>", at: lineNumber) }
  }

  private func write(_ made: Replay.Made, _ session: StepSession) throws {
    guard let decided = made.decided, let line = made.decidedLine else { return }
    let lines = out ? ApplyLine.lines(for: decided, by: session.planners[decided.planner]) : [line]
    if !lines.isEmpty { try Output.write(lines.map { $0 + "\n" }.joined()) }
  }

  private func failing<T>(in place: String, at line: Int?, _ body: () throws -> T) throws -> T {
    do {
      return try body()
    } catch let problem as Replay.Problem {
      throw fail(problem, in: place, at: line)
    }
  }

  private func refusing<T>(_ body: () throws -> T) throws -> T {
    do {
      return try body()
    } catch let refusal as StateFile.Refusal {
      Output.complain("error: \(refusal.message)\n  help: \(refusal.help)\n")
      throw ExitCode(refusal.exitCode)
    }
  }

  private func fail(_ problem: Replay.Problem, in place: String, at line: Int?) -> ExitCode {
    Output.complain("\(problem.text(in: place, line: line))\n  help: \(problem.help)\n")
    return ExitCode(problem.isDifference ? 11 : line == nil ? 12 : 3)
  }
}
