import Foundation

/// A process that may still be running.
struct RunningProgram {
  private let process = Process()
  private let scratch: Scratch

  /// Starts it.
  ///
  /// - Parameters:
  ///   - executable: the program.
  ///   - arguments: what follows its name.
  ///   - place: its working folder.
  ///   - environment: all that it sees of the environment.
  ///   - input: what it reads from standard input.
  /// - Throws: what the system says when its files cannot be written or it cannot be started.
  init(
    executable: URL, arguments: [String], place: URL, environment: [String: String], input: Data
  ) throws {
    scratch = try Scratch()
    process.executableURL = executable
    process.arguments = arguments
    process.currentDirectoryURL = place
    process.environment = environment
    try input.write(to: scratch.folder.appending(path: "input"))
    process.standardInput = try FileHandle(
      forReadingFrom: scratch.folder.appending(path: "input"))
    process.standardOutput = try scratch.handle(named: "output")
    process.standardError = try scratch.handle(named: "errors")
    try process.run()
  }

  /// Whether it has not ended.
  var isRunning: Bool { process.isRunning }

  /// The whole lines that it has written to standard output so far.
  func lines() throws -> [String] {
    let text = try scratch.text(named: "output")
    return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
  }

  /// Sends it a signal.
  func send(_ signal: Int32) {
    kill(process.processIdentifier, signal)
  }

  /// Waits until it has written so many lines to standard output, or has ended.
  ///
  /// - Returns: whether it is still running.
  func wait(forLines count: Int) throws -> Bool {
    while try isRunning && lines().count < count { usleep(2_000) }
    return isRunning
  }

  /// Waits for its end.
  func wait() throws -> Binaries.Outcome {
    process.waitUntilExit()
    let signal: Int32 = process.terminationReason == .uncaughtSignal ? 128 : 0
    return Binaries.Outcome(
      status: signal + process.terminationStatus, output: try scratch.text(named: "output"),
      errors: try scratch.text(named: "errors"))
  }
}
