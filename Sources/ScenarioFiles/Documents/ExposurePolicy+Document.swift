import Determinism
import FleetModel
import LocatedYAML
import RolloutStrategies

extension MapSpec {
  static let exposure = MapSpec(
    "exposure", "Shows the version to one share of demand after the other.",
    [
      .required(
        "shares", "list of percents",
        "The shares of the demand of the rollout's clusters, ascending to 100%; demand is users if"
          + " classes state capacity, and one a cluster otherwise."),
      .standard(
        "partial", "none, {replicas: count} or {weights: count}", "none",
        "What a cluster can do: be switched as a whole, mix so many pods, or shift traffic by "
          + "weights out of so many.", map: "partial"),
      .standard(
        "except", "list", "[]", "Clusters that can do something else.", map: "partialException"),
      .optional(
        "routingWeights", "count", absent: "there are none",
        "What the weights of the routing between clusters add up to."),
      .standard(
        "drain", "duration", "60s", "How long demand takes to leave a cluster that is switched."),
      .standard("rungSoak", "duration", "0s", "How long each share is shown."),
      order,
    ] + acceptanceOfLadders)

  static let partial = MapSpec(
    "partial", "What a cluster can do.", exactlyOneOf: ["replicas", "weights"],
    [
      .optional("replicas", "count", absent: "weights", "Pods among which some can be new."),
      .optional("weights", "count", absent: "replicas", "What traffic weights add up to."),
    ])

  static let partialException = MapSpec(
    "partialException", "Clusters that can do something else.",
    [
      .required("clusters", "selector", "The clusters.", map: "selector"),
      .standard(
        "partial", "none, {replicas: count} or {weights: count}", "none", "What they can do.",
        map: "partial"),
    ])
}

extension ExposurePolicy {
  /// Reads a ladder.
  init(_ fields: Fields) {
    let exceptions = fields["except"].items().map { item in
      let own = item.fields(.partialException)
      return Exception(
        clusters: own["clusters"].selector(), partial: PartialRollout(own["partial"]))
    }
    self.init(
      shares: fields["shares"].ascendingShares(), partial: PartialRollout(fields["partial"]),
      exceptions: exceptions,
      routingWeights: fields.written("routingWeights")?.integer(in: 1...1_000_000),
      drain: fields["drain"].duration(), soak: fields["rungSoak"].duration(),
      order: TakeOrder(fields),
      acceptance: Acceptance(fields))
    let means = Set(([partial] + exceptions.map(\.partial)).compactMap(\.means))
    if means.count > 1 {
      fields["except"].report(
        .badChoice, "some clusters mix pods and some shift traffic",
        help: "let those that cannot do the one be switched as a whole: partial: none")
    }
    if let origin = fields.written("routingWeights")?.origin {
      fields.map.reading.book.capacityUses.append(origin)
    }
  }

  /// The same ladder over clusters that mix the pods which they have of a service.
  func mixing(podsOf service: ServicePlan, in classes: [ClassPlan]) -> ExposurePolicy {
    var ladder = self
    ladder.partial = .replicas(service.replicas)
    ladder.exceptions = classes.compactMap { plan in
      let own = plan.replicas.first { $0.service == service.name }?.count
      return own.map {
        Exception(
          clusters: .label("class", plan.name), partial: $0 > 0 ? .replicas($0) : .none)
      }
    }
    return ladder
  }

  /// How a share comes about inside a cluster; nil: it does not, clusters are switched as a whole.
  var delivery: DeliveryPolicy? {
    ([partial] + exceptions.map(\.partial)).compactMap(\.means).first.map {
      .partial(PartialDeliveryPolicy($0))
    }
  }
}

extension PartialRollout {
  private enum Word: String {
    case none
  }

  fileprivate init(_ cursor: Cursor) {
    guard case .map = cursor.value?.content else {
      _ = cursor.choice([Word.none], or: .partial, else: .none)
      self = .none
      return
    }
    switch cursor.fields(.partial).alternative {
    case ("replicas", let count)?: self = .replicas(count.integer(in: 1...150_000))
    case (_, let count)?: self = .weights(outOf: count.integer(in: 1...1_000_000))
    case nil: self = .none
    }
  }

  fileprivate var means: PartialDeliveryPolicy.Means? {
    switch self {
    case .none: nil
    case .replicas: .replicas
    case .weights: .weights
    }
  }
}

extension Cursor {
  /// Reads shares of demand that ascend to all of it.
  func ascendingShares() -> [Ratio] {
    let items = items(atLeast: 1)
    let shares = items.map { $0.ratio(in: Ratio(partsPerBillion: 1) ... .one) }
    for (item, (last, next)) in zip(items.dropFirst(), zip(shares, shares.dropFirst()))
    where next <= last {
      item.report(.outOfRange, "the shares do not ascend", help: "write each share once, in order")
      return [.one]
    }
    if let last = items.last, shares.last != .one {
      last.report(
        .outOfRange, "the last share is not all of the demand", help: "end the list with 100%")
    }
    if shares.count > 250 {
      report(.outOfRange, "there are at most 250 shares", help: "leave some out")
    }
    return shares.isEmpty ? [.one] : shares
  }
}
