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
  /// When not; nil: the documents say nothing of it.
  package var guards: [GuardPolicy]?
  /// What is valid but probably not meant.
  package var warnings: [DocumentProblem]
  /// Whether it is a document of ours.
  package var isOurs: Bool
  /// Fields of another planner's documents that are known and change nothing here.
  package var inertFields: [String]
}

/// Loads what one rollout goes by: a Strategy of ours, another planner's documents, unedited, or a
/// Scenario, of which one rollout in one arm is taken.
package enum StrategyLoader {
  /// Loads the strategy of a file.
  ///
  /// - Parameters:
  ///   - file: the path of the file; problems name it as it is given here.
  ///   - arm: the arm of a scenario; nil: the first.
  ///   - rollout: the rollout of a scenario; nil: the only one.
  ///   - files: how files are read.
  /// - Returns: the strategy.
  /// - Throws: every problem of all documents.
  package static func load(
    file: String, arm: String? = nil, rollout: String? = nil, files: FileAccess = .disk
  ) throws(DocumentProblems) -> LoadedStrategy {
    let reading = ScenarioReading()
    let opened = DocumentFile.open(file, with: files, reading)
    let kinds = opened?.roots.map { $0.value?.entry("kind")?.value.scalar } ?? []
    if kinds.contains(Document.Kind.scenario.rawValue) {
      return try scenario(file, arm: arm, rollout: rollout, files: files)
    }
    let loaded = opened.flatMap { read($0.roots, of: file, reading) }
    guard var loaded, reading.errorCount == 0 else { throw DocumentProblems(reading.problems) }
    loaded.warnings = DocumentProblems.sorted(reading.problems)
    loaded.inertFields = reading.inertFields.map(\.path.text)
    return loaded
  }

  /// One rollout of a scenario, with its guards; its trigger and deadline are the scenario's own.
  private static func scenario(
    _ file: String, arm: String?, rollout: String?, files: FileAccess
  ) throws(DocumentProblems) -> LoadedStrategy {
    let loaded = try ScenarioLoader.load(file: file, files: files)
    let scenario = loaded.experiment.scenario
    let refuse = { (what: String, name: String?, names: [String]) in
      let message =
        name.map { "there is no \(what) \(quoted($0)) in the scenario" }
        ?? "the scenario has \(names.count) \(what)s"
      let list = names.map { visible($0) }.joined(separator: ", ")
      return DocumentProblems([
        DocumentProblem(
          code: .unknownName, file: file, message: message, help: "name one of: \(list)")
      ])
    }
    guard let chosen = scenario.arms.first(where: { arm == nil || $0.name == arm }) else {
      throw refuse("arm", arm, scenario.arms.map(\.name))
    }
    let policies = World(scenario).policies(arm: chosen)
    let match = policies.first { $0.name == rollout }
    guard let policy = match ?? (policies.count == 1 ? policies.first : nil) else {
      throw refuse("rollout", rollout, policies.map(\.name))
    }
    return LoadedStrategy(
      name: policy.name, strategy: policy.strategy, delivery: policy.delivery,
      guards: policy.guards, warnings: loaded.warnings, isOurs: true, inertFields: [])
  }

  private static func read(
    _ roots: [Cursor], of file: String, _ reading: Reading
  ) -> LoadedStrategy? {
    if Document.areForeign(roots) {
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
