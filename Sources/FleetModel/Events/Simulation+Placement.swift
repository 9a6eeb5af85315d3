import Determinism
import DiscreteEvents
import RolloutStrategies

/// Who places a service over clusters: what they learn, what they ask, and where users go.
extension Simulation where List: ~Copyable {
  // MARK: News

  /// Puts news on its way.
  mutating func post(_ letter: consuming PlacementDesk.Letter) {
    letter.at = planLook(at: letter.at)
    placementDesk?.letters.append(letter)
  }

  /// Lets the placement look at an instant, or as soon after it as the order of classes allows.
  ///
  /// Returns when it looks.
  @discardableResult
  private mutating func planLook(at instant: Instant) -> Instant {
    let isLate = clock.eventClass >= EventKind.placementLooks.eventClass
    let at = max(instant, isLate ? now + Microseconds(1) : now)
    guard let looks = placementDesk?.looks, !looks.contains(at) else { return at }
    placementDesk?.looks.append(at)
    insert(.placementLooks, of: desks.count + coordinators.count, at: at, source: 0, attempt: 0)
    return at
  }

  // MARK: Looking

  mutating func placementLooks() {
    guard var desk = placementDesk else { preconditionFailure("nothing is placed") }
    desk.looks.removeAll { $0 <= now }
    desk.takeNews(at: now)
    let before = desk.asked
    let changed = desk.decide(at: now)
    placementDesk = desk
    if model.options.looksForFlaws, flaw == nil { flaw = desk.flaw }
    for cluster in changed {
      let wanted = desk.asked[cluster.offset]
      observers.recorder.movedReplicas += max(0, wanted - before[cluster.offset])
      schedule(
        .replicasAsked, of: cluster, after: desk.model.plan.latency, source: wanted)
    }
    if !changed.isEmpty { coverage.placementMoves += 1 }
    if desk.isStuck { coverage.placementsStuck += 1 }
    routeUsers(desk)
    if let next = desk.nextLoss(after: now) { planLook(at: next) }
  }

  /// Divides all users in proportion to the replicas that serve; while none does, they stay.
  private mutating func routeUsers(_ desk: PlacementDesk) {
    let own: [Int64] = world.fleet.clusters.map { world.users(of: $0) }
    let last = divisions.last ?? own
    guard let parts = desk.division(of: own, in: world.fleet), parts != last else { return }
    tell(division: parts)
    for cluster in world.fleet.clusters where parts[cluster.offset] != last[cluster.offset] {
      schedule(.demandArrives, of: cluster, after: .zero, source: divisions.count - 1)
    }
  }
}
