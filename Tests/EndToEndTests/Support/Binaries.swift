import Foundation

/// The executables under test.
struct Binaries {
  /// What a finished process left.
  struct Outcome: Equatable {
    /// Its exit code; of a process that a signal ended, 128 and the signal's number.
    var status: Int32
    /// What it wrote to standard output.
    var output: String
    /// What it wrote to standard error.
    var errors: String
  }

  /// No folder has a program of that name.
  struct NotFound: Error, CustomStringConvertible {
    /// The program looked for.
    var program: String
    /// The folders looked in.
    var places: [String]

    var description: String {
      "\(program) is in none of \(places.joined(separator: ", ")); build it with `swift build`"
    }
  }

  /// All that a program sees of the environment unless a test says otherwise.
  static let plainEnvironment = ["TZ": "UTC", "LC_ALL": "C"]

  /// The folder they are in.
  let folder: URL

  /// The folder of optimised programs that `ROLLSIM_PROGRAMS` names, if it does.
  static let optimised = ProcessInfo.processInfo.environment["ROLLSIM_PROGRAMS"].map {
    URL(filePath: $0)
  }

  /// The optimised programs, which take a tenth of the time; those built with the tests where none
  /// are named.
  ///
  /// - Throws: `NotFound` with the places looked at.
  init() throws {
    self = try Self.optimised.map { try Binaries(among: [$0]) } ?? .builtWithTests()
  }

  /// Those built with the tests: where the test bundle or its executable is.
  ///
  /// - Throws: `NotFound` with the places looked at.
  static func builtWithTests() throws -> Binaries {
    let started = URL(filePath: CommandLine.arguments.first ?? ".").deletingLastPathComponent()
    let bundles = ([Bundle.main] + Bundle.allBundles).map(\.bundleURL)
    return try Binaries(
      among: [started] + bundles + bundles.map { $0.deletingLastPathComponent() })
  }

  private init(among places: [URL]) throws {
    let program = "rollsim"
    let found = places.first { place in
      FileManager.default.isExecutableFile(atPath: place.appending(path: program).path)
    }
    guard let found else { throw NotFound(program: program, places: places.map(\.path)) }
    folder = found
  }

  /// Programs of another build.
  init(in folder: URL) {
    self.folder = folder
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
    environment: [String: String] = plainEnvironment, input: Data = Data()
  ) throws -> Outcome {
    try start(program, arguments, in: place, environment: environment, input: input).wait()
  }

  /// Starts a program; the parameters are those of `run`.
  func start(
    _ program: String, _ arguments: [String], in place: URL,
    environment: [String: String] = plainEnvironment, input: Data = Data()
  ) throws -> RunningProgram {
    try RunningProgram(
      executable: folder.appending(path: program), arguments: arguments, place: place,
      environment: environment, input: input)
  }

  /// Runs a shell script that finds the programs by their names.
  func shell(
    _ script: String, in place: URL, environment: [String: String] = plainEnvironment
  ) throws -> Outcome {
    var environment = environment
    environment["PATH"] = "\(folder.path):/usr/bin:/bin"
    return try RunningProgram(
      executable: URL(filePath: "/bin/sh"), arguments: ["-c", script], place: place,
      environment: environment, input: Data()
    ).wait()
  }
}
