import Foundation

/// The built executables, found next to the running test bundle.
struct Binaries {
  /// What a finished process left.
  struct Outcome {
    /// Its exit code; of a process that a signal ended, 128 and the signal's number.
    var status: Int32
    /// What it wrote to standard output.
    var output: String
    /// What it wrote to standard error.
    var errors: String
  }

  /// There is no folder with a program of that name beside the tests.
  struct NotFound: Error, CustomStringConvertible {
    /// The program looked for.
    var program: String
    /// The folders looked in.
    var places: [String]

    var description: String {
      "\(program) is in none of \(places.joined(separator: ", ")); build it with `swift build`"
    }
  }

  /// The folder they are in.
  let folder: URL

  /// Looks for them where the test bundle or its executable is.
  ///
  /// - Throws: `NotFound` with the places looked at.
  init() throws {
    let program = "rollsim"
    let started = URL(filePath: CommandLine.arguments.first ?? ".").deletingLastPathComponent()
    let bundles = ([Bundle.main] + Bundle.allBundles).map(\.bundleURL)
    let places = [started] + bundles + bundles.map { $0.deletingLastPathComponent() }
    let found = places.first { place in
      FileManager.default.isExecutableFile(atPath: place.appending(path: program).path)
    }
    guard let found else { throw NotFound(program: program, places: places.map(\.path)) }
    folder = found
  }

  /// Runs a program to its end.
  ///
  /// - Parameters:
  ///   - program: `rollsim` or `rollplan`.
  ///   - arguments: what follows its name.
  ///   - place: its working folder.
  ///   - environment: all that it sees of the environment.
  ///   - input: what it reads from standard input.
  /// - Returns: its exit code and all that it wrote.
  /// - Throws: when it cannot be started; a failing program is an outcome.
  func run(
    _ program: String, _ arguments: [String], in place: URL,
    environment: [String: String] = ["TZ": "UTC", "LC_ALL": "C"], input: Data = Data()
  ) throws -> Outcome {
    let scratch = try Scratch()
    let process = Process()
    process.executableURL = folder.appending(path: program)
    process.arguments = arguments
    process.currentDirectoryURL = place
    process.environment = environment
    try input.write(to: scratch.folder.appending(path: "input"))
    process.standardInput = try FileHandle(
      forReadingFrom: scratch.folder.appending(path: "input"))
    process.standardOutput = try scratch.handle(named: "output")
    process.standardError = try scratch.handle(named: "errors")
    try process.run()
    process.waitUntilExit()
    let signal: Int32 = process.terminationReason == .uncaughtSignal ? 128 : 0
    return Outcome(
      status: signal + process.terminationStatus, output: try scratch.text(named: "output"),
      errors: try scratch.text(named: "errors"))
  }
}
