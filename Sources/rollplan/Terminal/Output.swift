import ArgumentParser
import Foundation

/// What the program prints.
enum Output {
  /// Lets a write that meets a limit fail, so that it is reported, instead of ending the program.
  static func outliveLimits() { signal(SIGXFSZ, SIG_IGN) }

  /// Writes results at once, as whoever drives the planner waits for them.
  static func write(_ text: String) throws {
    do {
      try FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
    } catch {
      complain(
        "error: standard output can not be written: \(error.localizedDescription)\n"
          + "  help: check the file or program it goes to\n")
      throw ExitCode(13)
    }
  }

  /// Writes what is wrong to standard error.
  static func complain(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }
}
