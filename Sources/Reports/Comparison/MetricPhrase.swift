/// Says in plain words what more or less of a metric is.
enum MetricPhrase {
  private static let nouns: [(name: String, noun: String)] = [
    ("duration.p50", "until half of the clusters are updated"),
    ("duration.p90", "until 90 % of the clusters are updated"),
    ("duration.p100", "until every cluster is updated"),
    ("duration.reachable", "until every reachable cluster is updated"),
    ("carrying.peak", "with a faulty version at the worst time"),
    ("active.peak", "with an active defect at the worst time"),
    ("usersHarmed.integral", "harm to users"),
    ("usersHarmed.excess", "harm to users"),
    ("usersHarmed.peak", "harmed at the worst time"),
    ("detection.delay", "until a defect stops the rollout"),
    ("rollback.duration", "to roll back"),
    ("downtime.planned", "planned downtime"),
    ("downtime.unplanned", "unplanned downtime"),
    ("down.peak", "down at the worst time"),
    ("stragglers", "left behind"),
  ]

  /// What follows `3 hours more` or `5 clusters less`; nil: there is only the name.
  static func noun(_ name: String) -> String? { nouns.first { $0.name == name }?.noun }
}
