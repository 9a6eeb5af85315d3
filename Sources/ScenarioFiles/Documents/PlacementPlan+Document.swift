import Determinism
import FleetModel
import LocatedYAML
import RolloutStrategies

extension MapSpec {
  static let placement = MapSpec(
    "placement", "How the replicas of a service are placed over clusters, and when they move.",
    [
      .required(
        "division", "duplicated, divided, weighted or byCapacity",
        "Each cluster gets all replicas, or they are divided: equally, by weights, or by the "
          + "capacity of the clusters' classes."),
      .optional(
        "replicas", "whole number", absent: "the service's",
        "Replicas of each cluster if duplicated, else of all together."),
      .required("usersPerReplica", "whole number", "Users that one ready replica can serve."),
      .standard(
        "clusters", "selector", "{}", "The clusters among which they are placed.",
        map: "selector"),
      .standard(
        "weights", "list", "[]",
        "Weights, only if weighted; the first that chooses a cluster counts.",
        map: "placementWeight"),
      .standard(
        "spread", "list", "[]", "What is to hold across domains.", map: "placementSpread"),
      .standard(
        "after", "duration", "5m", "How long a cluster is silent before its replicas move."),
      .standard(
        "whenBack", "restore or stay", "restore",
        "Whether all are placed as before when a cluster is back, or stay where they are."),
      .standard(
        "latency", "duration", "1s",
        "How long heartbeats take to the placement, and what it asks takes back."),
      .standard(
        "routing", "duration", "10s",
        "How long users take to follow the replicas that serve."),
    ])

  static let placementWeight = MapSpec(
    "placementWeight", "The weight of some clusters.",
    [
      .required("clusters", "selector", "The clusters.", map: "selector"),
      .required("weight", "whole number", "Their weight, 0 to 1000000."),
    ])

  static let placementSpread = MapSpec(
    "placementSpread", "Over how many domains of a level replicas are spread.",
    [
      .required("level", "name", "The level or group."),
      .standard(
        "atLeast", "whole number", "1", "With fewer domains than this nothing is placed anew."),
      .optional("atMost", "whole number", absent: "all", "Most domains that get any."),
      .optional(
        "maxSkew", "whole number", absent: "any",
        "Most replicas that one domain has more than another; stated once at most."),
    ])
}

extension PlacementPlan {
  /// Reads a placement; `replicas` are the service's, which it has unless it says otherwise.
  init(_ cursor: Cursor, replicas: Int) {
    let fields = cursor.fields(.placement)
    let division = fields["division"].choice(
      PlacementPolicy.Division.allCases, else: .divided)
    let spread = fields["spread"].items()
    let policy = PlacementPolicy(
      division: division,
      replicas: fields.written("replicas")?.integer(in: 1...Limits.replicasMax) ?? replicas,
      clusters: fields["clusters"].selector(),
      weights: fields["weights"].items().map { PlacementPolicy.Weight($0) },
      spread: spread.map { PlacementPolicy.Spread($0) }, after: fields["after"].duration(),
      whenBack: fields["whenBack"].choice(
        PlacementPolicy.WhenBack.allCases, else: .restore))
    self.init(
      policy: policy,
      usersPerReplica: fields["usersPerReplica"].integer(in: 1...Limits.usersPerReplicaMax),
      latency: fields["latency"].duration(), routing: fields["routing"].duration())
    check(fields, spread)
  }

  private func check(_ fields: Fields, _ spread: [Cursor]) {
    let isWeighted = policy.division == .weighted
    if isWeighted == policy.weights.isEmpty {
      (fields.written("weights") ?? fields["division"]).report(
        .badChoice, "weights are stated for division: weighted, and only for it",
        help: isWeighted ? "add weights:" : "remove weights: or write division: weighted")
    }
    if policy.division == .byCapacity, let origin = fields["division"].origin {
      fields.map.reading.book.capacityUses.append(origin)
    }
    spread.reportRepeated(policy.spread.map(\.level))
    let skewed = policy.spread.indices.filter { policy.spread[$0].maxSkew != nil }
    let isDuplicated = policy.division == .duplicated
    if let extra = isDuplicated ? skewed.first : skewed.dropFirst().first {
      spread[extra].report(
        .badChoice, "maxSkew is stated once at most, and not for replicas that are duplicated",
        help: "remove it")
    } else if policy.whenBack == .stay, let first = skewed.first {
      spread[first].report(
        .badChoice, "maxSkew places all replicas anew, and whenBack: stay keeps them",
        help: "remove maxSkew or whenBack")
    }
  }
}

extension PlacementPolicy.Weight {
  fileprivate init(_ cursor: Cursor) {
    let fields = cursor.fields(.placementWeight)
    self.init(
      clusters: fields["clusters"].selector(), weight: fields["weight"].integer(in: 0...1_000_000))
  }
}

extension PlacementPolicy.Spread {
  fileprivate init(_ cursor: Cursor) {
    let fields = cursor.fields(.placementSpread)
    let range = 1...Limits.clustersMax
    let atLeast = fields["atLeast"].integer(in: range)
    self.init(
      level: fields["level"].levelOrGroup(), atLeast: atLeast,
      atMost: fields.written("atMost")?.integer(
        in: min(atLeast, Limits.clustersMax)...Limits.clustersMax),
      maxSkew: fields.written("maxSkew")?.integer(in: range))
  }
}
