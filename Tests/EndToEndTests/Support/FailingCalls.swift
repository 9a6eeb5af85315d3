import Foundation
import Testing

/// A kind of system call on a database's files that fails from the n-th one on.
struct FailingCalls: CustomTestStringConvertible, Sendable {
  /// What fails.
  enum Call: String, Sendable {
    case write, sync, open
  }

  /// What fails.
  var call: Call
  /// The first that fails.
  ///
  /// Range: from 1.
  var from: Int
  /// The error that it fails with.
  var error: Int32

  var testDescription: String { "\(call.rawValue) \(from): error \(error)" }

  /// The library that makes them fail, built when it is first needed.
  ///
  /// nil: there is no compiler, or programs can not be started with a library before all others.
  static let library: String? = {
    #if os(Linux)
      guard let scratch else { return nil }
      let source = ShippedScenario.root
        .appending(path: "Tests/EndToEndTests/Shims/failing-calls.c").path
      let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
      let built = try? RunningProgram(
        executable: URL(filePath: "/usr/bin/env"),
        arguments: ["clang", "-shared", "-fPIC", "-O1", "-o", "failing-calls.so", source, "-ldl"],
        place: scratch.folder, environment: ["PATH": path], input: Data()
      ).wait()
      guard built?.status == 0 else { return nil }
      return scratch.folder.appending(path: "failing-calls.so").path
    #else
      return nil
    #endif
  }()

  private static let scratch = try? Scratch()

  /// The environment of a program whose calls fail.
  func environment() throws -> [String: String] {
    Binaries.plainEnvironment.merging([
      "LD_PRELOAD": try #require(Self.library), "FAILING_CALL": call.rawValue,
      "FAILING_FROM": "\(from)", "FAILING_ERROR": "\(error)",
    ]) { $1 }
  }
}
