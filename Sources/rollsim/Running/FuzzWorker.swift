import Determinism
import Experiments
import FleetModel
import Foundation
import LocatedYAML
import RolloutStrategies
import ScenarioFiles

/// Draws scenarios and checks their runs, one after the other, and says what became of each.
///
/// It is a process of its own, so that one that traps takes no other with it and is known by the
/// seed it had begun.
struct FuzzWorker {
  let plant: FuzzPlant?

  /// One line of what a worker says.
  enum Line: Equatable {
    case began(UInt64)
    case passed(UInt64, digest: UInt64, situations: [String])
    case failed(UInt64, RunFinding)

    private static let separator: Character = "\t"

    /// The seed it is about.
    var seed: UInt64 {
      switch self {
      case .began(let seed), .passed(let seed, _, _), .failed(let seed, _): seed
      }
    }

    /// The line as it is written.
    var text: String {
      let words =
        switch self {
        case .began(let seed): ["began", "\(seed)"]
        case .passed(let seed, let digest, let situations):
          ["passed", "\(seed)", "\(digest)"] + situations
        case .failed(let seed, let finding):
          ["failed", "\(seed)", finding.check.rawValue, finding.text]
        }
      return words.joined(separator: String(Self.separator)) + "\n"
    }

    /// Reads a line; nil: it is none of ours.
    init?(_ text: Substring) {
      let words = text.split(separator: Self.separator).map(String.init)
      guard words.count >= 2, let seed = UInt64(words[1]) else { return nil }
      switch words[0] {
      case "began": self = .began(seed)
      case "passed":
        guard words.count >= 3, let digest = UInt64(words[2]) else { return nil }
        self = .passed(seed, digest: digest, situations: Array(words[3...]))
      case "failed":
        guard words.count >= 4, let check = RunCheck(rawValue: words[2]) else { return nil }
        self = .failed(seed, RunFinding(check, words[3]))
      default: return nil
      }
    }
  }

  /// Tries so many seeds.
  func work(from first: UInt64, step: UInt64, count: Int) throws {
    for index in 0..<UInt64(count) {
      let seed = first + index * step
      try Output.write(Line.began(seed).text)
      try Output.write(try check(DrawnDocument.of(seed: seed), seed: seed).text)
    }
  }

  /// Checks a document.
  func check(_ document: DocumentNode, seed: UInt64) throws -> Line {
    let loaded: LoadedScenario
    do throws(DocumentProblems) {
      loaded = try Self.load(document)
    } catch {
      let first = error.problems.first?.message ?? "no reason is given"
      return .failed(seed, RunFinding(.conservation, "a drawn scenario does not load: \(first)"))
    }
    let run = run(loaded, seed: seed)
    if let finding = run.finding { return .failed(seed, finding) }
    return .passed(seed, digest: run.digest, situations: run.situations)
  }

  /// Runs a scenario and checks the run.
  func run(_ loaded: LoadedScenario, seed: UInt64) -> CheckedRun {
    var scenario = loaded.experiment.scenario
    switch plant {
    case .oneMore? where SplitMix64.mix(seed) % 100 == 0:
      for index in scenario.arms[0].strategies.indices {
        scenario.arms[0].strategies[index].policy.takeOneMore()
      }
      return CheckedRun(scenario, seed: seed, claimed: loaded.experiment.scenario)
    case .hashOrder?: scenario.fleet.clusters = Array(Set(scenario.fleet.clusters))
    case .oneMore?, nil: break
    }
    return CheckedRun(scenario, seed: seed)
  }

  /// Loads a document that is in no file.
  static func load(_ document: DocumentNode) throws(DocumentProblems) -> LoadedScenario {
    let bytes = Array(document.yaml.utf8)
    return try ScenarioLoader.load(
      file: "drawn.yaml",
      files: FileAccess { (path, _) throws(FileAccess.Refusal) in
        guard path == "drawn.yaml" else {
          throw FileAccess.Refusal(.fileUnreadable, "there is no such file")
        }
        return bytes
      })
  }
}

extension StrategyPolicy {
  /// Changes a strategy so that it does not keep to its document.
  fileprivate mutating func takeOneMore() {
    switch self {
    case .progressive(var policy):
      policy.maxConcurrency = policy.maxConcurrency.plusOne
      self = .progressive(policy)
    case .perGroup(var policy):
      policy.maxConcurrency = policy.maxConcurrency.plusOne
      self = .perGroup(policy)
    case .timedBatches(var policy):
      policy.batchSize = policy.batchSize.plusOne
      self = .timedBatches(policy)
    case .riskRamp(var policy):
      policy.budget = policy.budget.plusOne
      self = .riskRamp(policy)
    default: break
    }
  }
}

extension Amount {
  fileprivate var plusOne: Amount {
    switch self {
    case .count(let count): .count(count + 1)
    case .share: self
    }
  }
}
