import Determinism

/// Why a staged update run cannot be initialized; it stays so, and a new run must be made.
package enum InitializationFailure: Error, Equatable {
  /// A cluster matches the selectors of two stages.
  case clusterInSeveralStages(ClusterID)
  /// A placed cluster matches none.
  case clusterInNoStage(ClusterID)
  /// A cluster lacks the label that orders its stage, or it is no integer.
  case badSortingLabel(ClusterID)
  /// A stage's tasks are not those that may stand there.
  case badTasks(TaskProblem)

  /// The cluster that is the cause, if one is.
  var cluster: ClusterID? {
    switch self {
    case .clusterInSeveralStages(let cluster), .clusterInNoStage(let cluster),
      .badSortingLabel(let cluster):
      cluster
    case .badTasks: nil
    }
  }
}

extension InitializationFailure: CustomStringConvertible {
  /// The reason in a few words.
  package var description: String {
    switch self {
    case .clusterInSeveralStages: "a cluster appears in more than one stage"
    case .clusterInNoStage: "a selected cluster appears in no stage"
    case .badSortingLabel: "sorting label missing or not an integer"
    case .badTasks(let problem): problem.description
    }
  }
}

/// What is wrong with the tasks of a stage.
package enum TaskProblem: Error, CustomStringConvertible {
  case tooMany
  case twoOfAKind
  case timedWaitBefore
  case noWaitTime
  case waitTimeNotAboveZero
  case waitTimeOfApproval

  /// The problem in a few words.
  package var description: String {
    switch self {
    case .tooMany: "too many tasks"
    case .twoOfAKind: "two tasks of one type"
    case .timedWaitBefore: "only an approval may come before a stage"
    case .noWaitTime: "a timed wait without a wait time"
    case .waitTimeNotAboveZero: "wait time not above zero"
    case .waitTimeOfApproval: "an approval with a wait time"
    }
  }
}

extension KubeFleetStage {
  /// Checks the tasks before a stage: at most one, and it is an approval.
  /// - Source: kubefleet v0.3.1-83, `validateBeforeStageTask`.
  package static func check(before tasks: [KubeFleetTask]) throws(TaskProblem) {
    guard tasks.count <= 1 else { throw .tooMany }
    guard let task = tasks.first else { return }
    guard task.kind == .approval else { throw .timedWaitBefore }
    guard task.waitTime == nil else { throw .waitTimeOfApproval }
  }

  /// Checks the tasks after a stage: at most a timed wait, which takes time, and an approval.
  /// - Source: kubefleet v0.3.1-83, `validateAfterStageTask`.
  package static func check(after tasks: [KubeFleetTask]) throws(TaskProblem) {
    guard tasks.count <= 2 else { throw .tooMany }
    guard tasks.count < 2 || tasks[0].kind != tasks[1].kind else { throw .twoOfAKind }
    for task in tasks {
      switch (task.kind, task.waitTime) {
      case (.approval, nil): break
      case (.approval, _): throw .waitTimeOfApproval
      case (.timedWait, nil): throw .noWaitTime
      case (.timedWait, let wait?): guard wait > .zero else { throw .waitTimeNotAboveZero }
      }
    }
  }
}

/// Which clusters go in which stage of a staged update run, in which order.
package struct UpdateRunStages: Codable, Equatable, Sendable {
  /// The clusters, stage by stage.
  package private(set) var order: [ClusterID] = []
  /// Where each stage begins in `order`; the last entry is the end.
  package private(set) var bounds: [Int] = [0]

  /// No stages.
  init() {}

  /// Sorts the placed clusters into stages.
  ///
  /// A stage may stay empty; its clusters are sorted by the integer value of its sorting label and
  /// by name, bytewise.
  /// - Source: kubefleet v0.3.1-83, `computeRunStageStatus`.
  package init(
    _ stages: [KubeFleetStage], of placed: [ClusterID], in fleet: Fleet
  ) throws(InitializationFailure) {
    let byName = fleet.byName(placed)
    var isTaken = Column<ClusterID, Bool>(repeating: false, count: fleet.count)
    for stage in stages {
      do throws(TaskProblem) {
        try KubeFleetStage.check(before: stage.beforeTasks)
        try KubeFleetStage.check(after: stage.afterTasks)
      } catch { throw .badTasks(error) }
      let test = stage.clusters.map { fleet.resolve($0) }
      let chosen = byName.filter { test?.chooses($0, of: fleet) ?? false }
      for cluster in chosen {
        guard !isTaken[cluster] else { throw .clusterInSeveralStages(cluster) }
        isTaken[cluster] = true
      }
      order += try Self.sorted(chosen, by: stage.sortingLabelKey, in: fleet)
      bounds.append(order.count)
    }
    if let missing = byName.first(where: { !isTaken[$0] }) { throw .clusterInNoStage(missing) }
  }

  private static func sorted(
    _ byName: [ClusterID], by label: String?, in fleet: Fleet
  ) throws(InitializationFailure) -> [ClusterID] {
    guard let label else { return byName }
    let dimension = fleet.dimension(label)
    let numbers = dimension?.values.map { Int64($0) } ?? []
    var sorted: [(number: Int64, place: Int)] = []
    for (place, cluster) in byName.enumerated() {
      let value = dimension?.valueOf[cluster] ?? Fleet.Dimension.none
      guard value != Fleet.Dimension.none, let number = numbers[Int(value)] else {
        throw .badSortingLabel(cluster)
      }
      sorted.append((number, place))
    }
    return sorted.sorted { $0 < $1 }.map { byName[$0.place] }
  }

  /// The number of stages.
  package var count: Int { bounds.count - 1 }
  /// The number of clusters of a stage.
  package func size(of stage: Int) -> Int { bounds[stage + 1] - bounds[stage] }
  /// The clusters of a stage, in order.
  package func clusters(of stage: Int) -> ArraySlice<ClusterID> {
    order[bounds[stage]..<bounds[stage + 1]]
  }
}

extension Fleet {
  /// Some clusters, each once, in the order of their names, compared bytewise.
  func byName(_ clusters: some Sequence<ClusterID>) -> [ClusterID] {
    var isWanted = Column<ClusterID, Bool>(repeating: false, count: count)
    for cluster in clusters { isWanted[cluster] = true }
    return names.order().map { ClusterID(rawValue: $0) }.filter { isWanted[$0] }
  }
}
