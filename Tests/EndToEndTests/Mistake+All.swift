extension BrokenInputTests.Mistake {
  /// Mistakes of every kind.
  static let all: [Self] = references + duplicates + values + shapes

  private static let references: [Self] = [
    .init("a class that is not there", "{name: a, class: edge", "{name: a, class: edgy"),
    .init("a service that is not there", "service: kds, to", "service: kdx, to"),
    .init("a guard that is not there", "guards: [{name: night}]", "guards: [{name: day}]"),
    .init("a trigger's rollout that is not there", "{rollout: pos-v2, st", "{rollout: pos-v3, st"),
    .init(
      "a defect's service that is not there", "carrier: {service: pos", "carrier: {service: po"),
    .init("a version that never runs", "version: v2}", "version: v9}"),
    .init("a label that no cluster has", "where: {hardware: gen2}", "where: {color: red}"),
    .init("a value that no cluster has", "where: {hardware: gen2}", "where: {hardware: gen9}"),
    .init("a level that is not there", "groupBy: region", "groupBy: zone"),
    .init("a domain level that is not there", "{region: east}", "{zone: east}"),
    .init("a strategy for no rollout", "pos-v2: {progressive", "pos-v9: {progressive"),
    .init("an arm without a strategy", ", kds-v2: {allAtOnce: {failureBudget: 0}}", ""),
    .init("a metric that is not there", "primary: usersHarmed.integral", "primary: usersHurt"),
    .init("an expectation of no case", "in case bad:", "in case worse:"),
    .init("an expectation of no arm", "of slow <=", "of slower <="),
    .init(
      "a selector that chooses nothing", "{name: hub}", "{name: hub, clusters: {region: mars}}"),
    .init("a time zone that is not there", "{region: east}", "{region: east}, timeZone: Mars/Base"),
    .init(
      "rollouts that wait for each other", "guards: [{name: night}]}",
      "after: [{rollout: kds-v2, state: launched}]}"),
    .init("a rollout that waits for itself", "{rollout: pos-v2, st", "{rollout: kds-v2, st"),
  ]

  private static let duplicates: [Self] = [
    .init("two clusters of one name", "{name: b, class", "{name: a, class"),
    .init("two services of one name", "{name: kds, version", "{name: pos, version"),
    .init("two cases of one name", "name: bad", "name: good"),
    .init("two arms of one name", "name: slow", "name: at-once"),
    .init("two rollouts of one name", "name: kds-v2, service", "name: pos-v2, service"),
    .init("a key twice", "horizon: 12h", "horizon: 12h\n  horizon: 13h"),
    .init("a service rolled out twice", "service: kds, to", "service: pos, to"),
  ]

  private static let values: [Self] = [
    .init("a duration without a unit", "horizon: 12h", "horizon: 12"),
    .init("a duration in an unknown unit", "horizon: 12h", "horizon: 12 fortnights"),
    .init("a horizon of nothing", "horizon: 12h", "horizon: 0s"),
    .init("a duration beyond all time", "horizon: 12h", "horizon: 99999999999999999999h"),
    .init("negative nodes", "nodes: 1", "nodes: -1"),
    .init("nodes beyond 64 bits", "nodes: 1", "nodes: 18446744073709551616"),
    .init("nodes in hexadecimal", "nodes: 1", "nodes: 0x10"),
    .init("no replicas", "replicas: 3", "replicas: 0"),
    .init("half a replica", "replicas: 3", "replicas: 3.5"),
    .init("more pods than fit", "replicas: 3", "replicas: 3000"),
    .init("a weight below nothing", "weight: 95%", "weight: -5%"),
    .init("a weight without a unit", "weight: 95%", "weight: 95"),
    .init("an instant without an offset", "09:00:00-08:00", "09:00:00"),
    .init("a day that is not there", "2026-03-02T", "2026-02-30T"),
    .init("a local time that is not there", "\"01:00\"", "\"25:00\""),
    .init("a name that is no label value", "{name: a, class", "{name: A_a!, class"),
    .init("an unknown effect", "effect: crash", "effect: explode"),
    .init("an expectation nobody can read", "in case bad: usersHarmed", "usersHarmed"),
    .init("a version that is there already", "service: kds, to: v2", "service: kds, to: v1"),
  ]

  private static let shapes: [Self] = [
    .init("an unknown field", "horizon: 12h", "horizont: 12h"),
    .init("an anchor", "{name: hub}", "&hub {name: hub}"),
    .init("an alias", "{name: hub}", "*hub"),
    .init("a tag", "horizon: 12h", "horizon: !!str 12h"),
    .init("a list for a map", "decide: {primary: usersHarmed.integral}", "decide: [primary]"),
    .init("a map for a list", "levels: [region]", "levels: {region: 1}"),
    .init("a value that is missing", "horizon: 12h", "horizon:"),
    .init("a bracket that is not closed", "levels: [region]", "levels: [region"),
    .init("a tab as indentation", "  horizon: 12h", "\thorizon: 12h"),
    .init("an unknown kind", "kind: Scenario", "kind: Scenery"),
    .init("a later version", "v1alpha1", "v9"),
    .init(
      "two strategies in one", "{progressive: {maxConcurrency: 1}}",
      "{progressive: {}, allAtOnce: {}}"),
    .init("no arms", "  arms:\n", "  arms: []\n  other:\n"),
    .init("a control character", "name: slow", "name: \"sl\u{1B}[31mow\""),
  ]
}
