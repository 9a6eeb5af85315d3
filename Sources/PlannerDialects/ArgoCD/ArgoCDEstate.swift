import Determinism
import LocatedYAML
import RolloutStrategies

/// An estate of Argo CD: Applications, each of which is one unit of a rolling sync, with what their
/// ApplicationSet has written down about them.
///
/// What is called a cluster elsewhere is an Application here, with the Application's labels, by
/// which steps choose, and its destination as the label `destination`.
///
/// - Source: Argo CD API `argoproj.io/v1alpha1`: `Application.status.sync`, `.health`,
///   `.operationState`, `.reconciledAt`; `ApplicationSet.status.applicationStatus`.
enum ArgoCDEstate {
  private static let application = EstateKind(
    "argoproj.io/Application", ["v1alpha1"],
    mapped: [
      "metadata.labels", "spec.destination.name", "spec.destination.server",
      "status.sync.status", "status.sync.revision", "status.health.status",
      "status.health.lastTransitionTime", "status.operationState.phase",
      "status.operationState.startedAt", "status.operationState.finishedAt",
      "status.reconciledAt",
    ])
  private static let set = EstateKind(
    "argoproj.io/ApplicationSet", ["v1alpha1"], isDocument: true)

  static let system = EstateSystem(name: "Argo CD", kinds: [application, set], read: read)

  private static func read(_ objects: EstateObjects, _ draft: inout EstateDraft) {
    let sets = objects.of(set.kind).filter { objects.rollout == nil || $0.name == objects.rollout }
    let owner = sets.count == 1 ? sets.first?.name : objects.rollout
    var recordOf: [String: Cursor] = [:]
    for record in sets.first?.items("status.applicationStatus") ?? [] {
      recordOf[record.entry("application")?.value?.scalar ?? ""] = record
    }
    for object in objects.of(application.kind) where owner == nil || isOwned(object, by: owner) {
      var unit = EstateCluster(name: object.name, labels: object.labels, origin: object)
      let destination = object.text("spec.destination.name")
      let server = object.text("spec.destination.server")
      if !destination.isEmpty || !server.isEmpty {
        unit.labels.append(("destination", destination.isEmpty ? server : destination))
      }
      unit.heardAt = object.value("status.reconciledAt")?.estateInstant()
      take(object, record: recordOf[object.name], into: &unit)
      draft.add(unit)
    }
  }

  private static func isOwned(_ object: EstateObject, by owner: String?) -> Bool {
    let owners = object.items("metadata.ownerReferences")
    return owners.isEmpty
      || owners.contains {
        $0.entry("kind")?.value?.scalar == "ApplicationSet"
          && $0.entry("name")?.value?.scalar == owner
      }
  }

  private static func take(
    _ object: EstateObject, record: Cursor?, into unit: inout EstateCluster
  ) {
    let health = health(object)
    let changedAt = object.value("status.health.lastTransitionTime")?.estateInstant()
    let status = object.text("status.sync.status")
    if status == "Unknown" { unit.silentSince = unit.heardAt ?? changedAt }
    guard let record else {
      return takeSync(object, status: status, health: health, changedAt: changedAt, into: &unit)
    }
    let since = record.entry("lastTransitionTime")?.estateInstant()
    switch record.entry("status")?.value?.scalar {
    case "Pending": unit.isAskedForTarget(since: since, phase: nil)
    case "Progressing":
      unit.isAskedForTarget(
        since: since, phase: hasFailed(object) ? .failed : .progressing, changedAt: since,
        health: health)
    case "Healthy":
      unit.isAskedForTarget(since: since, phase: .available, changedAt: since, health: health)
    default:
      if health != .good { unit.runsPrevious(since: changedAt, phase: .idle, health: health) }
    }
  }

  /// What an Application itself tells, where no rolling sync has written anything down.
  private static func takeSync(
    _ object: EstateObject, status: String, health: Health, changedAt: Instant?,
    into unit: inout EstateCluster
  ) {
    let startedAt = object.value("status.operationState.startedAt")?.estateInstant()
    let phase = object.text("status.operationState.phase")
    if phase == "Running" {
      unit.isAskedForTarget(since: startedAt, phase: .progressing)
    } else if status == "Synced" {
      let isUnderWay = object.text("status.health.status") == "Progressing"
      unit.isAskedForTarget(
        since: startedAt ?? changedAt, phase: isUnderWay ? .progressing : .available,
        changedAt: changedAt ?? startedAt, health: health)
    } else if hasFailed(object), status == "OutOfSync" {
      unit.isAskedForTarget(since: startedAt, phase: .failed, changedAt: changedAt)
    } else if health != .good {
      unit.runsPrevious(since: changedAt, phase: .idle, health: health)
    }
  }

  private static func hasFailed(_ object: EstateObject) -> Bool {
    ["Failed", "Error"].contains(object.text("status.operationState.phase"))
  }

  private static func health(_ object: EstateObject) -> Health {
    switch object.text("status.health.status") {
    case "Degraded", "Missing": .bad
    case "Unknown", "": .unknown
    default: .good
    }
  }
}
