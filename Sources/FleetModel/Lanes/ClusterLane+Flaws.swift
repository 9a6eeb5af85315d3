import Determinism
import DiscreteEvents
import RolloutStrategies

/// What must be so after every event, looked at apart from the handlers that see to it.
extension ClusterLane where List: ~Copyable {
  /// What is wrong with a cluster's state; nil: nothing.
  ///
  /// O(services).
  func flaw(of cluster: ClusterID) -> String? {
    let state = clusters.row(of: cluster)
    let held = serving.row(of: cluster)
    let classIndex = Int(model.world.classOf[cluster])
    let plan = model.world.scenario.fleet.classes[classIndex]
    var pods = plan.otherPods
    var updating = 0
    var replacing = 0
    for (index, service) in model.services.enumerated() {
      let own = instances.row(of: cluster, index)
      let placed = index == model.placedService ? placed.row(of: cluster) : nil
      let update =
        placed.map { RollingUpdate(service.delivery, replicas: Int($0.replicas)) }
        ?? service.updates[classIndex]
      pods += update.replicas + Int(placed?.starting ?? 0) + Int(own.roundSurge)
      updating += own.isUpdating ? 1 : 0
      replacing += own.phase == .replacing ? 1 : 0
      if let position = service.drivenPosition {
        let state = driven.row(of: cluster, position)
        if let flaw = flaw(of: state, own) { return flaw }
      } else if let flaw = flaw(of: own, service, update) {
        return flaw
      }
    }
    if Int(held.pods) != pods { return "holds \(pods) pods and counts \(held.pods)" }
    if Int(held.nodes) > plan.nodeLimit { return "has \(held.nodes) nodes of \(plan.nodeLimit)" }
    if pods > Int(held.nodes) * plan.podsPerNode {
      return "holds \(pods) pods on \(held.nodes) nodes"
    }
    if pods > plan.podLimit { return "holds \(pods) pods, \(plan.podLimit) may be" }
    if let flaw = flawOfPlacement(in: cluster) { return flaw }
    if Int(state.updating) != updating || Int(state.replacing) != replacing {
      return "counts \(state.updating) updates and \(state.replacing) replacements,"
        + " and has \(updating) and \(replacing)"
    }
    return flawOfAccount(for: cluster)
  }

  /// What is wrong with one service of a cluster.
  private func flaw(
    of state: ServiceState, _ service: ServiceModel, _ update: RollingUpdate
  ) -> String? {
    if !(0...update.surge).contains(Int(state.roundSurge)) {
      return "starts \(state.roundSurge) pods on top, at most \(update.surge) may be"
    }
    if !(0...update.unavailable).contains(Int(state.missingPods)) {
      return "misses \(state.missingPods) pods, at most \(update.unavailable) may be"
    }
    if state.newPods < 0 || Int(state.newPods + state.roundPods) > update.replicas {
      return "has \(state.newPods) new pods and starts \(state.roundPods) of \(update.replicas)"
    }
    if state.version != state.home, state.version != service.target {
      return "runs version \(state.version), which nobody rolls out"
    }
    return state.generation > state.desiredGeneration
      ? "has taken directive \(state.generation) of \(state.desiredGeneration)" : nil
  }

  /// What is wrong with the two copies of a service.
  private func flaw(of driven: DrivenState, _ state: ServiceState) -> String? {
    for role in DrivenState.Role.allCases {
      let copy = driven[role]
      if copy.updated < 0 || copy.old < 0 || copy.starting < 0 {
        return "has \(copy.updated) new, \(copy.old) old and \(copy.starting) starting pods"
      }
      if copy.available > copy.wanted || copy.updated + copy.starting > copy.wanted {
        return "has \(copy.available) ready pods and starts \(copy.starting) of \(copy.wanted)"
      }
    }
    return driven.asked == state.version
      ? nil : "is asked for version \(driven.asked) and takes it for \(state.version)"
  }

  /// What is wrong with what a cluster, whose event it is, adds to the totals: that it is no longer
  /// what its state comes to.
  private func flawOfAccount(for cluster: ClusterID) -> String? {
    let due = impact(
      of: cluster, serviceImpact(of: cluster), unserved: unservedUsers(of: cluster))
    let added = accounted(for: cluster)
    return due == added ? nil : "adds \(added) to the totals, and should add \(due)"
  }

  /// What is wrong with the placed service of a cluster.
  private func flawOfPlacement(in cluster: ClusterID) -> String? {
    guard model.placedService >= 0 else { return nil }
    let state = placed.row(of: cluster)
    if state.replicas < 0 || state.starting < 0 || state.wanted < 0 {
      return "has \(state.replicas) replicas and starts \(state.starting) of \(state.wanted)"
    }
    let service = instances.row(of: cluster, model.placedService)
    if !service.isUpdating, service.phase != .failed, service.newPods != state.replicas {
      return "has \(state.replicas) replicas and counts \(service.newPods) of them"
    }
    return nil
  }
}
