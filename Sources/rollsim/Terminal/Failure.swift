import ArgumentParser
import Foundation
import LocatedYAML
import ResultStore
import ScenarioFiles

/// How the program ends; documented, tested, and stable.
enum Exit {
  static let invalidInput: Int32 = 3
  static let nothingSelected: Int32 = 4
  static let inconclusive: Int32 = 5
  static let failedExpectation: Int32 = 10
  static let determinism: Int32 = 11
  static let badDatabase: Int32 = 12
  static let writeFailure: Int32 = 13
}

/// Says what went wrong on standard error and turns it into an exit code.
enum Failure {
  /// Most problems of a scenario that are shown at once.
  private static let problemLimit = 50

  /// Ends the command with a message and a next step.
  static func exit(_ code: Int32, _ message: String, help: String) -> ExitCode {
    say("error: \(message)\n  help: \(help)\n")
    return ExitCode(code)
  }

  /// Ends the command because of what is wrong with a database.
  static func exit(_ error: StoreError) -> ExitCode {
    say("error: \(error)\n")
    return ExitCode(error.exitCode)
  }

  /// Ends the command because of what is wrong with a scenario.
  static func exit(_ problems: DocumentProblems) -> ExitCode {
    for problem in problems.problems.prefix(problemLimit) { say("\(problem)\n") }
    let hidden = problems.problems.count - problemLimit
    if hidden > 0 { say("… and \(hidden) more problems\n") }
    return ExitCode(Exit.invalidInput)
  }

  /// Writes to standard error.
  static func say(_ text: String) {
    // Nobody is left to be told when that fails.
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }
}

/// Runs a body whose store and loader errors become messages and exit codes.
func reporting<Value>(_ body: () throws -> Value) throws -> Value {
  do {
    return try body()
  } catch let error as StoreError {
    throw Failure.exit(error)
  } catch let error as DocumentProblems {
    throw Failure.exit(error)
  }
}
