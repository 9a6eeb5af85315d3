import ArgumentParser
import Foundation

/// Standard output, whose reader may be gone and whose disk may be full.
enum Output {
  /// Writes all of a text.
  ///
  /// - Throws: an exit code: silently that of a closed pipe when nobody reads any more, as when the
  ///   system ends the process for it; else that of a failed write.
  static func write(_ text: String) throws {
    do {
      try FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
    } catch {
      guard !isClosedPipe(error) else { throw ExitCode(128 + SIGPIPE) }
      throw Failure.exit(
        Exit.writeFailure, "standard output can not be written: \(error.localizedDescription)",
        help: "check the file or program that the output goes to")
    }
  }

  /// Writes a line.
  static func line(_ text: String) throws {
    try write(text + "\n")
  }

  private static func isClosedPipe(_ error: any Error) -> Bool {
    let error = error as NSError
    let cause = error.userInfo[NSUnderlyingErrorKey] as? NSError ?? error
    return cause.domain == NSPOSIXErrorDomain && cause.code == Int(EPIPE)
  }
}
