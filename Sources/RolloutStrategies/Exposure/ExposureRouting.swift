import Determinism

/// Routing weights between clusters that bring a share about which their parts alone do not.
///
/// As little demand moves as will do: to or from the clusters in the order of the path, each as far
/// as its capacity goes.
struct ExposureRouting {
  let path: ExposurePath
  /// What all weights add up to.
  let whole: Int
  /// By cluster: the weight that its own demand comes to, and the most that it can serve.
  private let own: [Int]
  private let most: [Int]

  /// Works out what each cluster's demand and capacity come to in weights.
  ///
  /// O(clusters).
  init(_ path: ExposurePath, outOf whole: Int) {
    self.path = path
    self.whole = whole
    var own = [Int](repeating: 0, count: path.clusters.count)
    let demand = Int128(path.demand)
    let marks = path.demandBefore.map { Int(Int128($0) * Int128(whole) / demand) }
    for (place, index) in path.order.enumerated() {
      own[index] = marks[place + 1] - marks[place]
    }
    self.own = own
    most = path.clusters.map {
      Int(min(Int128($0.capacity) * Int128(whole) / demand, Int128(whole)))
    }
  }

  /// The state that shows a share: demand leaves the cluster that shows too much of it, or comes to
  /// those that are updated.
  ///
  /// O(clusters).
  func exposure(
    of share: Ratio, between below: ExposurePath.Point, and above: ExposurePath.Point
  ) -> Result<Exposure, RoutingFailure> {
    let away = byLeaving(above, share)
    guard case .failure = away else { return away }
    let toward = byJoining(below, share)
    guard case .failure = toward else { return toward }
    return away
  }

  /// Moves demand from the cluster at a point to those after it.
  ///
  /// One that is switched as a whole must be free of demand while that happens.
  private func byLeaving(
    _ point: ExposurePath.Point, _ share: Ratio
  ) -> Result<Exposure, RoutingFailure> {
    let canary = path.order[point.place]
    let parts = path.clusters[canary].partial.parts
    let weight = weight(beside: path.order[..<point.place], point.parts, of: parts, share)
    let others = path.order[(point.place + 1)...]
    let leaving = own[canary] - weight
    let spare = others.reduce(0) { $0 + max(0, most[$1] - own[$1]) }
    let needed = parts == 1 ? own[canary] : leaving
    guard needed <= spare else { return .failure(shortage(of: needed - spare)) }
    var weights = own
    weights[canary] = weight
    if leaving > 0 { give(leaving, to: others, &weights) } else { take(-leaving, others, &weights) }
    var drained = own
    drained[canary] = 0
    give(own[canary], to: others, &drained)
    return checked(weights, at: point).map { exposure in
      var exposure = exposure
      if parts == 1 { exposure.drained = drained }
      return exposure
    }
  }

  /// Moves demand from clusters after a point to those that are wholly updated at it.
  private func byJoining(
    _ point: ExposurePath.Point, _ share: Ratio
  ) -> Result<Exposure, RoutingFailure> {
    guard point.parts == path.clusters[path.order[point.place]].partial.parts else {
      return .failure(RoutingFailure(obstacle: .tooCoarse))
    }
    let updated = path.order[...point.place]
    let coming = weight(beside: updated, 1, of: 1, share)
    let spare = updated.reduce(0) { $0 + max(0, most[$1] - own[$1]) }
    guard coming <= spare else { return .failure(shortage(of: coming - spare)) }
    var weights = own
    give(coming, to: updated, &weights)
    take(coming, path.order[(point.place + 1)...], &weights)
    return checked(weights, at: point)
  }

  /// The weight of which so many parts, with the clusters beside it, come nearest to a share.
  private func weight(
    beside updated: ArraySlice<Int>, _ count: Int, of parts: Int, _ share: Ratio
  ) -> Int {
    let one = Int128(Ratio.one.partsPerBillion)
    let shown = Int128(updated.reduce(0) { $0 + own[$1] }) * one
    let wanted = max(0, Int128(share.partsPerBillion) * Int128(whole) - shown) * Int128(parts)
    let unit = Int128(count) * one
    return Int((2 * wanted + unit) / (2 * unit))
  }

  private func give(_ amount: Int, to takers: ArraySlice<Int>, _ weights: inout [Int]) {
    var left = amount
    for index in takers {
      let part = min(left, max(0, most[index] - weights[index]))
      weights[index] += part
      left -= part
    }
  }

  private func take(_ amount: Int, _ givers: ArraySlice<Int>, _ weights: inout [Int]) {
    var left = amount
    for index in givers.reversed() {
      let part = min(left, weights[index])
      weights[index] -= part
      left -= part
    }
  }

  /// The state with some weights, unless a cluster cannot serve its own or they do not add up.
  private func checked(
    _ weights: [Int], at point: ExposurePath.Point
  ) -> Result<Exposure, RoutingFailure> {
    let over = weights.indices.reduce(0) { $0 + max(0, weights[$1] - most[$1]) }
    guard over == 0 else { return .failure(shortage(of: over)) }
    guard weights.reduce(0, +) == whole else {
      return .failure(RoutingFailure(obstacle: .tooCoarse))
    }
    return .success(
      Exposure(
        share: share(at: point, weights), updatedParts: path.updatedParts(at: point),
        weights: weights))
  }

  private func share(at point: ExposurePath.Point, _ weights: [Int]) -> Ratio {
    let canary = path.order[point.place]
    let parts = path.clusters[canary].partial.parts
    let full = path.order[..<point.place].reduce(0) { $0 + weights[$1] }
    let shown = Int128(full) * Int128(parts) + Int128(weights[canary]) * Int128(point.parts)
    return .nearest(shown, outOf: Int128(whole) * Int128(parts))
  }

  /// So many weights as users, rounded up.
  private func shortage(of weights: Int) -> RoutingFailure {
    let users = (Int128(weights) * Int128(path.demand) + Int128(whole) - 1) / Int128(whole)
    return RoutingFailure(obstacle: .noHeadroom(shortBy: Int64(users)))
  }
}

/// An obstacle as an error.
struct RoutingFailure: Error, Equatable {
  let obstacle: RoutingObstacle
}
