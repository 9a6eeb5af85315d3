import Foundation

/// This program in another process that tries seeds.
struct FuzzProcess {
  private let arguments: [String]

  /// A process that tries so many seeds, or those of one kept scenario.
  init(from first: UInt64, step: UInt64, count: UInt64, plant: FuzzPlant?) {
    arguments =
      ["fuzz", "--worker", "\(step)", "--first-seed", "\(first)", "--seeds", "\(count)"]
      + (plant.map { ["--plant", $0.rawValue] } ?? [])
  }

  /// A process that tries a kept scenario.
  init(scenario path: String, seed: UInt64, plant: FuzzPlant?) {
    arguments =
      ["fuzz", "--scenario", path, "--first-seed", "\(seed)"]
      + (plant.map { ["--plant", $0.rawValue] } ?? [])
  }

  /// Reads what it says until it ends.
  func forEachLine(_ take: (FuzzWorker.Line) -> Void) throws {
    let pipe = Pipe()
    let process = try start(output: pipe)
    var rest: [UInt8] = []
    while true {
      let bytes = pipe.fileHandleForReading.availableData
      guard !bytes.isEmpty else { break }
      rest += bytes
      while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
        if let line = FuzzWorker.Line(Substring(decoding: rest[..<end], as: UTF8.self)) {
          take(line)
        }
        rest.removeSubrange(...end)
      }
    }
    process.waitUntilExit()
  }

  /// Whether it traps.
  func traps() throws -> Bool {
    let process = try start(output: Pipe())
    process.waitUntilExit()
    return process.terminationReason == .uncaughtSignal
  }

  private func start(output: Pipe) throws -> Process {
    let process = Process()
    process.executableURL =
      Bundle.main.executableURL ?? URL(fileURLWithPath: CommandLine.arguments[0])
    process.arguments = arguments
    process.standardOutput = output
    // What a trap says is not for the user, who is given a way to see it.
    process.standardError = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    do {
      try process.run()
    } catch {
      throw Failure.exit(
        Exit.writeFailure, "no process can be started: \(error.localizedDescription)",
        help: "look whether the program's file is still there")
    }
    return process
  }
}
