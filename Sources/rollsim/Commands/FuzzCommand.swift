import ArgumentParser
import Experiments
import Foundation
import LocatedYAML
import ScenarioFiles

/// Draws whole scenarios, runs them, and looks for what must never be.
struct FuzzCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fuzz",
    abstract: "Draw scenarios from seeds, run each, and check that nothing happens that must not.",
    discussion: """
      Each seed draws a whole scenario: fleet, links, failures, defects, rollouts, strategies, \
      guards, triggers, planners. Its run is carried out with two event lists and two orders of \
      entities, its state is looked over after every event, every decision is made again and held \
      against limits that are worked out anew, and some runs are made again by another process. \
      The first failure is made as small as it goes and written to a file.

        rollsim fuzz --seeds 20000
        rollsim fuzz --first-seed 17 --seeds 1
        rollsim fuzz --scenario drawn-17.yaml
      """)

  @Option(help: "How many seeds are tried.")
  var seeds = 200

  @Option(help: "The first seed.")
  var firstSeed: UInt64 = 1

  @Option(help: "Processes at a time; as many as there are processors if not given.")
  var threads: Int?

  @Option(help: "Try a file that was kept, instead of drawing.")
  var scenario: String?

  @Option(help: "The folder for the scenario of a failure.")
  var keepIn = "."

  @Flag(help: "Fail if some situation was never come to.")
  var reachAll = false

  @Option(help: .hidden)
  var plant: FuzzPlant?

  @Option(help: .hidden)
  var worker: UInt64?

  mutating func validate() throws {
    guard seeds >= 1, seeds <= 1_000_000_000, firstSeed <= 1 << 60 else {
      throw ValidationError("--seeds goes from 1 to a billion and --first-seed up to 2^60")
    }
    if let threads, !(1...256).contains(threads) {
      throw ValidationError("--threads goes from 1 to 256")
    }
  }

  func run() throws {
    if let worker {
      try FuzzWorker(plant: plant).work(from: firstSeed, step: worker, count: seeds)
    } else if let scenario {
      try reporting { try check(file: scenario) }
    } else {
      try search()
    }
  }

  /// Checks the scenario of a file.
  private func check(file: String) throws {
    let loaded = try ScenarioLoader.load(file: file)
    let run = FuzzWorker(plant: plant).run(loaded, seed: firstSeed)
    guard let finding = run.finding else { return try Output.line("\(file): no check failed") }
    try Output.line("\(file): \(finding)")
    throw ExitCode(finding.exitCode)
  }

  private func search() throws {
    try findFolder()
    let search = FuzzSearch(
      seeds: firstSeed..<firstSeed + UInt64(seeds), plant: plant,
      processes: threads ?? ProcessInfo.processInfo.activeProcessorCount)
    let outcome = try search.run()
    try Output.write(outcome.text)
    if let failure = outcome.failures.first {
      try keep(failure)
      throw ExitCode(failure.finding.exitCode)
    }
    if reachAll, !outcome.missing.isEmpty { throw ExitCode(Exit.failedExpectation) }
  }

  /// Refuses a folder that is not there before time is spent, as only a failure would show it.
  private func findFolder() throws {
    let values = try? URL(fileURLWithPath: keepIn).resourceValues(forKeys: [.isDirectoryKey])
    guard values?.isDirectory == true else {
      throw Failure.exit(
        Exit.writeFailure, "\(visible(keepIn)) is no folder",
        help: "name a folder that exists with --keep-in")
    }
  }

  /// Writes the smallest scenario that fails the same check, and says how to try it again.
  private func keep(_ failure: FuzzSearch.FailedSeed) throws {
    let small = FuzzShrinker(failure, plant: plant).document()
    let path = (keepIn as NSString).appendingPathComponent("drawn-\(failure.seed).yaml")
    do {
      try Data(small.yaml.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw Failure.exit(
        Exit.writeFailure, "\(path) can not be written: \(error.localizedDescription)",
        help: "name a folder that can be written to with --keep-in")
    }
    let lines = small.yaml.split(separator: "\n").count
    let planted = plant.map { " --plant \($0.rawValue)" } ?? ""
    try Output.write(
      """
      made as small as it goes: \(path), \(lines) lines
      again: rollsim fuzz --scenario \(path) --first-seed \(failure.seed)\(planted)

      """)
  }
}

/// A fault that is planted to show that it is found.
enum FuzzPlant: String, ExpressibleByArgument, CaseIterable {
  /// In one of a hundred seeds, strategies take one cluster more than their documents allow.
  case oneMore = "one-more"
  /// Clusters are listed in the order in which a hashed set gives them out.
  case hashOrder = "hash-order"
}

extension RunFinding {
  /// The exit code of a failed check.
  var exitCode: Int32 {
    switch check {
    case .order, .processes: Exit.determinism
    case .conservation, .parity, .limits, .time, .liveness, .trap: Exit.failedExpectation
    }
  }
}
