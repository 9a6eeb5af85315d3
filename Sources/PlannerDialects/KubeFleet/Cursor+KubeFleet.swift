import Determinism
package import LocatedYAML
package import RolloutStrategies

extension Cursor {
  /// The stages of a KubeFleet strategy, checked as its controller checks them when a run begins.
  func kubeFleetStages() -> [KubeFleetStage] {
    var names: [String] = []
    return items(atLeast: 1).map { item in
      let stage = item.kubeFleetStage()
      if names.contains(stage.name) {
        item.report(.duplicateName, "two stages are named \(quoted(stage.name))")
      }
      names.append(stage.name)
      item.checkKubeFleetTasks(of: stage)
      return stage
    }
  }

  /// A stage of a KubeFleet strategy; its tasks are not checked.
  package func kubeFleetStage() -> KubeFleetStage {
    let fields = fields(KubeFleetSpecs.stage)
    let selector = fields.written("labelSelector").flatMap { $0.value?.isNull == true ? nil : $0 }
    if selector == nil, value != nil {
      report(
        .unused, "a stage without labelSelector takes no cluster, and its tasks are skipped",
        help: "write labelSelector: {} for all clusters, or remove the stage")
    }
    return KubeFleetStage(
      name: fields["name"].kubeFleetStageName(), clusters: selector?.labelSelector(),
      sortingLabelKey: fields.written("sortingLabelKey")?.labelKey(),
      maxConcurrency: fields.written("maxConcurrency")?.intOrPercent(
        in: 1...WrittenNumber.countMax, percent: 1...100, else: .count(1)) ?? .count(1),
      beforeTasks: (fields.written("beforeStageTasks")?.kubeFleetTasks() ?? []),
      afterTasks: (fields.written("afterStageTasks")?.kubeFleetTasks() ?? []))
  }

  /// The tasks before or after a stage; not checked.
  package func kubeFleetTasks() -> [KubeFleetTask] {
    guard value?.isNull != true else { return [] }
    return items().map { item in
      let fields = item.fields(KubeFleetSpecs.task)
      let wait = fields.written("waitTime").flatMap { $0.value?.isNull == true ? nil : $0 }
      return .init(
        fields["type"].choice(KubeFleetTask.Kind.allCases, else: .approval),
        waitTime: wait?.goDuration())
    }
  }

  private func kubeFleetStageName() -> String {
    guard let text else { return "" }
    guard isName(text), !text.contains("-"), !text.contains(".") else {
      return refuse(
        .badName, "\(quoted(text)) is not the name of a stage",
        help: "use lower-case letters and digits, 63 at most", use: text)
    }
    return text
  }

  private func checkKubeFleetTasks(of stage: KubeFleetStage) {
    do throws(TaskProblem) {
      try KubeFleetStage.check(before: stage.beforeTasks)
      try KubeFleetStage.check(after: stage.afterTasks)
    } catch {
      report(
        .outOfRange, "the tasks of stage \(quoted(stage.name)) are refused: \(error)",
        help: "before a stage at most an Approval; after it at most a TimedWait with a waitTime "
          + "above 0s and an Approval")
    }
  }
}
