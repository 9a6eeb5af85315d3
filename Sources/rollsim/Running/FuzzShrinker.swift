import Experiments
import Foundation
import ScenarioFiles

/// Makes the scenario of a failure as small as it goes.
struct FuzzShrinker {
  let failure: FuzzSearch.FailedSeed
  let plant: FuzzPlant?

  init(_ failure: FuzzSearch.FailedSeed, plant: FuzzPlant?) {
    self.failure = failure
    self.plant = plant
  }

  /// The smallest document found that fails the same check.
  func document() -> DocumentNode {
    let document = DrawnDocument.of(seed: failure.seed)
    switch failure.finding.check {
    case .trap: return DocumentReduction.reduced(document, tries: 400, shows: traps)
    case .processes: return document
    case .order, .conservation, .parity, .limits, .time, .liveness:
      return DocumentReduction.reduced(document, shows: failsTheSame)
    }
  }

  private func failsTheSame(_ document: DocumentNode) -> Bool {
    guard let loaded = try? FuzzWorker.load(document) else { return false }
    let finding = FuzzWorker(plant: plant).run(loaded, seed: failure.seed).finding
    return finding?.check == failure.finding.check
  }

  /// Whether a process that runs the document traps.
  private func traps(_ document: DocumentNode) -> Bool {
    guard (try? FuzzWorker.load(document)) != nil else { return false }
    let file = FileManager.default.temporaryDirectory
      .appending(path: "rollsim-fuzz-\(ProcessInfo.processInfo.processIdentifier).yaml")
    defer { try? FileManager.default.removeItem(at: file) }
    guard (try? Data(document.yaml.utf8).write(to: file)) != nil else { return false }
    let process = FuzzProcess(scenario: file.path, seed: failure.seed, plant: plant)
    return (try? process.traps()) ?? false
  }
}
