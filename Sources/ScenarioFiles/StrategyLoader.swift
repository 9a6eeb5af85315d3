package import Determinism
import Experiments
import FleetModel
package import LocatedYAML
import PlannerDialects
package import RolloutStrategies

/// A strategy that was loaded from a file of its own.
package struct LoadedStrategy {
  /// Its name.
  package var name: String
  /// Which clusters when; nil: the documents only say how inside one cluster.
  package var strategy: StrategyPolicy?
  /// How inside one cluster; nil: the documents say nothing of it.
  package var delivery: DeliveryPolicy?
  /// What is valid but probably not meant.
  package var warnings: [DocumentProblem]
  /// Whether it is a document of ours.
  package var isOurs: Bool
  /// Fields of another planner's documents that are known and change nothing here.
  package var inertFields: [String]
}

/// Loads strategies from files of their own: a document of ours, or another planner's, unedited.
package enum StrategyLoader {
  /// Loads the strategy of a file.
  ///
  /// - Parameters:
  ///   - file: the path of the file; problems name it as it is given here.
  ///   - files: how files are read.
  /// - Returns: the strategy.
  /// - Throws: every problem of all documents.
  package static func load(
    file: String, files: FileAccess = .disk
  ) throws(DocumentProblems) -> LoadedStrategy {
    let reading = ScenarioReading()
    let loaded = DocumentFile.open(file, with: files, reading).flatMap { opened in
      read(opened.roots, of: file, reading)
    }
    guard var loaded, reading.errorCount == 0 else { throw DocumentProblems(reading.problems) }
    loaded.warnings = DocumentProblems.sorted(reading.problems)
    loaded.inertFields = reading.inertFields.map(\.path.text)
    return loaded
  }

  private static func read(
    _ roots: [Cursor], of file: String, _ reading: Reading
  ) -> LoadedStrategy? {
    if roots.contains(where: ForeignDocuments.isForeign) {
      return ForeignDocuments.read(roots).map { foreign in
        LoadedStrategy(
          name: foreign.name, strategy: foreign.strategy, delivery: foreign.delivery,
          warnings: [], isOurs: false, inertFields: [])
      }
    }
    let documents = roots.compactMap { Document($0) }
    guard let document = documents.first, documents.count == 1, document.kind == .strategy else {
      if reading.errorCount == 0 {
        reading.add(
          DocumentProblem(
            code: .wrongDocuments, file: file,
            message: "the file does not hold one Strategy, nor another planner's documents"))
      }
      return nil
    }
    return LoadedStrategy(
      name: document.name, strategy: StrategyPolicy(document.spec), delivery: nil, warnings: [],
      isOurs: true, inertFields: [])
  }
}

extension LoadedScenario {
  /// The planners of an arm as they are before their first step.
  ///
  /// - Parameters:
  ///   - arm: the arm's name; nil: the first.
  ///   - random: identifies the draws of strategies that take clusters in a drawn order.
  /// - Returns: what a transcript of them begins with; nil: there is no such arm.
  package func header(arm: String?, random: RandomStream) -> Transcript.Header? {
    let scenario = experiment.scenario
    guard let arm = scenario.arms.first(where: { arm == nil || $0.name == arm }) else { return nil }
    let world = World(scenario)
    return Transcript.Header(
      title: "\(scenario.name) \(arm.name)", random: random, startAt: world.startTime,
      planners: world.planners(arm: arm, random: random))
  }

  /// The names of the arms.
  package var armNames: [String] { experiment.scenario.arms.map(\.name) }
}
