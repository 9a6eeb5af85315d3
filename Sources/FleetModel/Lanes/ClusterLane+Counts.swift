import Determinism
import DiscreteEvents
import RolloutStrategies

/// Requests that clusters count.
extension ClusterLane where List: ~Copyable {
  /// Tells how many requests a cluster has had in an interval that ends now, and how many failed;
  /// one that cannot be heard tells nothing.
  mutating func requestsCounted(_ cluster: ClusterID, _ source: CountSource) {
    guard clusters[cluster].isReachable, let planner = planner(of: cluster),
      let count = counts[planner, source]
    else { return }
    let requests = requests(to: count.service, of: cluster, from: count.from, to: count.to)
    let words = draw(.failedRequests, of: cluster, ordinal(count))
    let errors = words.binomial(requests, failingShare(cluster, count.service))
    log.add(
      .init(
        planner: planner, source: source,
        requests: RequestCounts(requests: requests, errors: errors)))
  }

  private func ordinal(_ count: RequestCount) -> UInt32 {
    let second = (count.to - model.world.startAt).count / 1_000_000
    return UInt32(truncatingIfNeeded: count.service) << 26
      | UInt32(truncatingIfNeeded: second) & 0x3FF_FFFF
  }

  /// Requests that users make in an interval, at their rate now.
  ///
  /// Whole ones from the beginning of the run on, so that none is lost between two intervals.
  private func requests(
    to service: Int, of cluster: ClusterID, from start: Instant, to end: Instant
  ) -> Int64 {
    let rate = Int128(users(of: cluster)) * Int128(model.services[service].requests.perUserHour)
    func total(_ instant: Instant) -> Int128 {
      rate * Int128((instant - model.world.startAt).count) / 3_600_000_000
    }
    return Int64(min(Int128(RequestCounts.limit), max(0, total(end) - total(start))))
  }

  /// The share of requests that fail now: of the version's own, and of those that do whatever
  /// version answers.
  private func failingShare(_ cluster: ClusterID, _ service: Int) -> Ratio {
    let background = model.services[service].requests.failing.partsPerBillion
    let own = Int64(servedErrorRate(cluster, service))
    let both = Int64(Int128(own) * Int128(background) / 1_000_000_000)
    return Ratio(partsPerBillion: own + background - both)
  }
}
