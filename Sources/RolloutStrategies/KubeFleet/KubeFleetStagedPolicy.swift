public import Determinism

/// Settings of a KubeFleet staged update run: a strategy and the run that uses it.
///
/// - Source: kubefleet v0.3.1-83, `ClusterStagedUpdateStrategy` and `ClusterStagedUpdateRun`
///   (`StagedUpdateStrategy` and `StagedUpdateRun` where placements are namespaced).
public struct KubeFleetStagedPolicy: Codable, Hashable, Sendable {
  /// The stages, in order.
  ///
  /// Shape: 1 to 31.
  public var stages: [KubeFleetStage]
  /// Whether the run is in state Run; in Initialize and Stop it starts nothing.
  public var isRunning: Bool

  /// States the settings.
  public init(stages: [KubeFleetStage], isRunning: Bool = true) {
    self.stages = stages
    self.isRunning = isRunning
  }

  /// What is out of range; nil: nothing.
  var problem: String? {
    let waits = stages.flatMap(\.afterTasks).compactMap(\.waitTime)
    guard waits.allSatisfy({ $0 <= .hours(876_000) }) else { return "a wait of over 100 years" }
    guard stages.allSatisfy({ $0.maxConcurrency.isWithin(1...20_000_000) }) else {
      return "a stage with impossible concurrency"
    }
    return nil
  }

  /// The name of a stage; that of the approval before one is told apart by its number, which is
  /// larger by the number of stages.
  func stageName(_ stage: Int) -> String? {
    if stages.indices.contains(stage) { return stages[stage].name }
    let next = stage - stages.count
    return stages.indices.contains(next) ? "before \(stages[next].name)" : nil
  }
}

/// A stage of a staged update run.
public struct KubeFleetStage: Codable, Hashable, Sendable {
  /// Its name.
  public var name: String
  /// Which of the placed clusters it takes; nil: none.
  public var clusters: Selector?
  /// The label whose integer value orders its clusters; nil: only their names do.
  public var sortingLabelKey: String?
  /// How many of its clusters are updated at once.
  public var maxConcurrency: Amount
  /// What must be done before its first cluster starts.
  public var beforeTasks: [KubeFleetTask]
  /// What must be done after its last cluster was updated.
  public var afterTasks: [KubeFleetTask]

  /// States a stage; one cluster at a time unless told otherwise.
  public init(
    name: String, clusters: Selector?, sortingLabelKey: String? = nil,
    maxConcurrency: Amount = .count(1), beforeTasks: [KubeFleetTask] = [],
    afterTasks: [KubeFleetTask] = []
  ) {
    self.name = name
    self.clusters = clusters
    self.sortingLabelKey = sortingLabelKey
    self.maxConcurrency = maxConcurrency
    self.beforeTasks = beforeTasks
    self.afterTasks = afterTasks
  }

  /// Clusters of a stage of this size that are updated at once: a percentage is rounded down, but
  /// nothing becomes one.
  ///
  /// An absolute number may exceed the stage.
  /// - Source: kubefleet v0.3.1-83, `calculateMaxConcurrencyValue`. The managed service of AKS
  ///   rounds up.
  public func slots(ofStageWith clusterCount: Int) -> Int {
    let slots = maxConcurrency.of(clusterCount, rounded: .down)
    return slots == 0 ? 1 : slots
  }
}

/// A task before or after a stage.
public struct KubeFleetTask: Codable, Hashable, Sendable {
  /// What it waits for.
  public enum Kind: String, Codable, Sendable, CaseIterable {
    /// An operator's approval.
    case approval = "Approval"
    /// Time to pass.
    case timedWait = "TimedWait"
  }

  /// What it waits for.
  public var kind: Kind
  /// How long a timed wait takes.
  public var waitTime: Microseconds?

  /// States a task.
  public init(_ kind: Kind, waitTime: Microseconds? = nil) {
    self.kind = kind
    self.waitTime = waitTime
  }
}
