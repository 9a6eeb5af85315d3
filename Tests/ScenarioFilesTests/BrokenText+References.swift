import LocatedYAML
import ScenarioFiles

extension BrokenText {
  /// Names that refer to nothing, and values that do not belong together.
  static let references: [BrokenText] = names + labels + wholes

  private static let names: [BrokenText] = [
    BrokenText(.duplicateName, "two clusters", "- {name: b,", to: "- {name: ⟪a,"),
    BrokenText(
      .duplicateName, "two cases",
      edits: [("- name: bad", "- name: ⟪good"), ("in case bad", "in case good")]),
    BrokenText(
      .duplicateName, "two arms",
      edits: [("{name: slow,", "{name: ⟪at-once,"), ("of slow", "of at-once")]),
    BrokenText(
      .duplicateName, "two services", SmallScenario.service,
      to: "\(SmallScenario.service)\n    - {name: ⟪pos, version: v1, replicas: 3}"),
    BrokenText(
      .duplicateName, "two stages", SmallScenario.slow,
      to: "{staged: {stages: [{name: x, size: 1}, {name: ⟪x}]}}"),
    BrokenText(
      .duplicateName, "two guards of a rollout",
      rollout(
        "guards: [\(limit("g")), "
          + "\(limit("⟪g"))]")),
    BrokenText(
      .duplicateName, "a name that a generated cluster has", SmallScenario.clusters,
      to:
        "clusters: [{name: ⟪store-000003, class: edge, domains: {region: east}}]\n"
        + "    \(SmallScenario.generated)"
    ),
    BrokenText(
      .duplicateName, "a name that a numbered domain has",
      generated("names: [east]", "names: [⟪region-2]")),
    BrokenText(
      .duplicateName, "two keys",
      edits: [("{name: a,", "{name: a, key: 7,"), ("{name: b,", "{name: ⟪b, key: 7,")]),
    BrokenText(
      .duplicateName, "a drawn label that a level gives",
      generated(
        "names: [east]}]\n      classes: [{name: edge, share: 100%}]\n      labels: [{key",
        "labels: {hardware: [gen3]}}]\n      classes: [{name: edge, share: 100%}]\n"
          + "      labels: [⟪{key"
      )),
    BrokenText(.unknownName, "a service", "service: pos, to: v2", to: "service: ⟪poss, to: v2"),
    BrokenText(.unknownName, "a class", "{name: b, class: edge", to: "{name: b, class: ⟪egde"),
    BrokenText(.unknownName, "a strategy", SmallScenario.slow, to: "{name: ⟪none}"),
    BrokenText(
      .unknownName, "a fleet",
      edits: [
        ("fleet:\n", "fleet: {name: ⟪none}\n"),
        (
          "    levels: [region]\n    groups: [hardware]\n"
            + "    classes: [\(SmallScenario.edge)]\n    \(SmallScenario.clusters)",
          ""
        ),
      ]),
    BrokenText(.unknownName, "a guard", rollout("guards: [{name: ⟪night}]")),
    BrokenText(
      .unknownName, "a rollout in an arm", "{pos-v2: \(SmallScenario.slow)}",
      to: "{pos-v2: \(SmallScenario.slow), ⟪pos-v3: {allAtOnce: {}}}"),
    BrokenText(.unknownName, "a rollout that is waited for", rollout("after: [{rollout: ⟪db}]")),
    BrokenText(
      .unknownName, "an arm that is expected something", SmallScenario.expectation,
      to: "⟪\"in case bad: usersHarmed.integral of sloww < 50% of at-once\""),
    BrokenText(
      .unknownName, "a case that is expected", SmallScenario.expectation,
      to: "⟪\"in case worse: usersHarmed.integral of slow < at-once\""),
    BrokenText(
      .missingField, "headroom without capacities",
      rollout("guards: [{name: g, headroom: ⟪{}}]")),
    BrokenText(
      .unknownName, "a level of headroom",
      edits: [
        (SmallScenario.edge, "{name: edge, capacity: 2}"),
        (
          SmallScenario.rollout,
          "- {name: pos-v2, service: pos, to: v2, guards: [{name: g, headroom: {level: ⟪zone}}]}"
        ),
      ]),
    BrokenText(
      .unknownLabelValue, "a jurisdiction",
      rollout("guards: [{name: g, residency: {label: region, released: [{value: ⟪mars}]}}]")),
    BrokenText(
      .unknownLabel, "a label of groups",
      rollout("guards: [{name: g, approval: {label: ⟪team}}]")),
    BrokenText(
      .unknownName, "a skewed service",
      rollout(
        "guards: [{name: g, versionSkew: {atMost: 1, to: 2, others: "
          + "[{rollout: ⟪db, from: 1, to: 2}]}}]")),
    BrokenText(
      .unknownName, "a level of a budget",
      rollout("guards: [{name: g, budget: {atMost: 1, level: ⟪zone}}]")),
    BrokenText(
      .unknownName, "a guard that gives way",
      rollout("deadline: {after: 2h, overridesAfter: 1h, overrides: [⟪night]}")),
    BrokenText(
      .unknownName, "guards of a rollout that is not there", SmallScenario.slow,
      to: "\(SmallScenario.slow)}, guards: {⟪db: []}, deadlines: {"),
    BrokenText(
      .unknownName, "a level of a share",
      rollout("guards: [{name: g, domainShare: {level: ⟪zone, atMost: 5%}}]")),
    BrokenText(
      .unknownLabelValue, "a neighbour",
      rollout("guards: [{name: g, neighbours: {groups: [[a, ⟪c]]}}]")),
    BrokenText(
      .unknownLabel, "a label of neighbours",
      rollout("guards: [{name: g, neighbours: {labels: [⟪rack]}}]")),
    BrokenText(
      .unknownName, "a level of a limit", rollout("guards: [\(limit("g", level: "⟪zone"))]")),
    BrokenText(
      .unknownName, "a level of failures", "cases:",
      to: environment("failures: [{level: ⟪rack, between: 1h, repair: 1m, effect: down}]")),
    BrokenText(
      .unknownName, "the service of a defect", "carrier: {service: pos,",
      to: "carrier: {service: ⟪db,"),
    BrokenText(
      .unknownName, "a service of a class", SmallScenario.edge,
      to: "{name: edge, replicas: {⟪db: 2}}"),
    BrokenText(
      .unknownMetric, "a primary metric", "primary: usersHarmed.integral",
      to: "primary: ⟪usersHarmed.intgral"),
    BrokenText(
      .unknownMetric, "a guardrail", SmallScenario.decide,
      to: "decide: {guardrails: [{metric: ⟪duration.p95, margin: 2h}]}"),
    BrokenText(
      .unknownMetric, "a metric of the summary", SmallScenario.decide,
      to: "decide: {summary: [escaped, ⟪duration.p95 in bad]}"),
    BrokenText(
      .unknownName, "a case of the summary", SmallScenario.decide,
      to: "decide: {summary: [escaped, ⟪duration.p90 in worse]}"),
    BrokenText(
      .wrongShape, "a column of the summary", SmallScenario.decide,
      to: "decide: {summary: [⟪escaped and more]}"),
    BrokenText(
      .unknownMetric, "an expected metric", SmallScenario.expectation,
      to: "⟪\"in case bad: domain.zone.worst of slow < at-once\""),
    BrokenText(
      .nothingStands, "a webhook of a canary", SmallScenario.rollout,
      to: """
        - name: pos-v2
              service: pos
              to: v2
              delivery:
                ⟪flagger:
                  targetRef: {kind: Deployment, name: pos}
                  analysis: {stepWeight: 10, webhooks: [{name: smoke, url: "http://t/"}]}
        """),
    BrokenText(
      .shareNotShown, "a ladder of whole clusters", SmallScenario.slow,
      to: "⟪{exposure: {shares: [1%, 100%]}}"),
    BrokenText(
      .outOfRange, "shares that do not ascend", SmallScenario.slow,
      to: "{exposure: {shares: [5%, ⟪1%, 100%], partial: {replicas: 3}}}"),
    BrokenText(
      .outOfRange, "a ladder that ends too low", SmallScenario.slow,
      to: "{exposure: {shares: [5%, ⟪50%], partial: {replicas: 3}}}"),
    BrokenText(
      .outOfRange, "no retries", SmallScenario.slow,
      to: "{allAtOnce: {retry: {limit: ⟪0, after: 5m}}}"),
    BrokenText(
      .missingField, "a retry without a wait", SmallScenario.slow,
      to: "{allAtOnce: {retry: ⟪{limit: 2}}}"),
    BrokenText(
      .outOfRange, "a longest wait below the first", SmallScenario.slow,
      to: "{allAtOnce: {retry: {limit: 2, after: 5m, cap: ⟪1m}}}"),
    BrokenText(
      .badChoice, "clusters that are adopted when they leave", SmallScenario.slow,
      to: "{allAtOnce: {membership: {leaves: ⟪adopt}}}"),
    BrokenText(
      .badChoice, "two means in one ladder", SmallScenario.slow,
      to: "{exposure: {shares: [100%], partial: {replicas: 3}, "
        + "except: ⟪[{clusters: {hardware: gen1}, partial: {weights: 100}}]}}"),
    BrokenText(
      .missingField, "routing without capacity", SmallScenario.slow,
      to: "{exposure: {shares: [100%], routingWeights: ⟪100}}"),
    BrokenText(
      .missingField, "environments without capacity", SmallScenario.slow,
      to: "{blueGreen: ⟪{live: {region: east}, backup: {region: west}}}"),
    BrokenText(
      .cannotGoBack, "between environments nothing follows",
      edits: SmallScenario.withBackup + [
        (SmallScenario.service, SmallScenario.service + "\n    " + SmallScenario.secondService),
        (SmallScenario.rollout, SmallScenario.rollout + "\n    " + SmallScenario.follower),
        ("{allAtOnce: {}}", "{allAtOnce: {}}, till-v2: {allAtOnce: {}}"),
        (
          SmallScenario.slow,
          "{allAtOnce: {}}, till-v2: ⟪{blueGreen: {live: {region: east}, backup: {region: west}}}"
        ),
      ]),
    BrokenText(
      .cannotHurry, "stages that leave clusters out",
      edits: [
        (SmallScenario.rollout, "- {name: pos-v2, service: pos, to: v2, emergency: {after: 1h}}"),
        (SmallScenario.slow, "⟪{staged: {stages: [{name: some, size: 1}]}}"),
      ]),
    BrokenText(
      .badChoice, "between environments nothing freezes",
      edits: SmallScenario.withBackup + [
        (
          SmallScenario.slow,
          "{blueGreen: {live: {region: east}, backup: {region: west}, onBreach: ⟪freeze}}"
        )
      ]),
    BrokenText(
      .backupUnfit, "a backup with users",
      edits: [
        (SmallScenario.edge, "{name: edge, nodes: 1, users: 10, capacity: 20}"),
        (
          SmallScenario.slow,
          "⟪{blueGreen: {live: {region: east}, backup: {region: west}}}"
        ),
      ]),
    BrokenText(
      .placementUnfit, "too few regions from the start",
      SmallScenario.service,
      to: placed("spread: [{level: region, atLeast: 3}]", marker: true)),
    BrokenText(
      .placementUnfit, "a placed service that comes by a canary",
      edits: [
        (SmallScenario.service, placed("")),
        (
          "- {name: slow, strategies: {pos-v2: \(SmallScenario.slow)}}",
          "- ⟪{name: slow, strategies: {pos-v2: {exposure: {shares: [100%], "
            + "partial: {replicas: 3}}}}}"
        ),
      ]),
    BrokenText(
      .podsDoNotFit, "replicas that are placed", SmallScenario.service,
      to: placed("replicas: 300", marker: true)),
    BrokenText(
      .badChoice, "weights that nothing asks for", SmallScenario.service,
      to: placed("weights: ⟪[{clusters: {}, weight: 1}]")),
    BrokenText(
      .badChoice, "a skew of what is duplicated", SmallScenario.service,
      to: placed("spread: [⟪{level: region, maxSkew: 1}]", division: "duplicated")),
    BrokenText(
      .badChoice, "a skew of what is to stay where it is", SmallScenario.service,
      to: placed("whenBack: stay, spread: [⟪{level: region, maxSkew: 1}]")),
    BrokenText(
      .missingField, "a placement by capacity that nobody states", SmallScenario.service,
      to: placed("", division: "⟪byCapacity")),
    BrokenText(
      .noDirection, "a primary", "primary: usersHarmed.integral", to: "primary: ⟪directives"),
  ]

  /// The service with a placement.
  private static func placed(
    _ more: String, division: String = "divided", marker: Bool = false
  ) -> String {
    (marker ? "⟪" : "") + "- {name: pos, version: v1, replicas: 3, placement: {division: "
      + division + ", usersPerReplica: 10" + (more.isEmpty ? "" : ", \(more)") + "}}"
  }

  private static let labels: [BrokenText] = [
    BrokenText(.unknownLabel, "a key of a selector", rollout("clusters: {⟪rack: r1}")),
    BrokenText(
      .unknownLabel, "a key of groups", SmallScenario.slow, to: "{perGroup: {groupBy: ⟪hardwear}}"),
    BrokenText(
      .unknownLabel, "a group that no cluster has", "groups: [hardware]",
      to: "groups: [hardware, ⟪power]"),
    BrokenText(.unknownLabelValue, "a value of a selector", rollout("clusters: {region: ⟪eats}")),
    BrokenText(
      .unknownLabelValue, "a value of a list", rollout("clusters: {region: [east, ⟪north]}")),
    BrokenText(
      .unknownLabelValue, "a value of an expression",
      rollout("clusters: {matchExpressions: [{key: region, operator: NotIn, values: [⟪north]}]}")),
    BrokenText(.unknownLabelValue, "a cluster's name", rollout("clusters: {name: ⟪c}")),
    BrokenText(
      .unknownLabelValue, "a generated cluster's name",
      edits: [
        (SmallScenario.clusters, SmallScenario.generated),
        (
          SmallScenario.rollout,
          "- {name: pos-v2, service: pos, to: v2, clusters: {name: ⟪store-000011}}"
        ),
      ]),
    BrokenText(
      .unknownLabelValue, "a numbered domain",
      edits: [
        (SmallScenario.clusters, SmallScenario.generated),
        (
          SmallScenario.rollout,
          "- {name: pos-v2, service: pos, to: v2, clusters: {region: ⟪region-1}}"
        ),
      ]),
    BrokenText(
      .unknownLabelValue, "a first group", SmallScenario.slow,
      to: "{perGroup: {groupBy: region, first: [⟪north]}}"),
    BrokenText(
      .selectsNothing, "two conditions", rollout("clusters: ⟪{region: east, hardware: gen2}")),
    BrokenText(
      .wrongShape, "values for Exists",
      rollout("clusters: {matchExpressions: [{key: region, operator: Exists, values: ⟪[east]}]}")),
    BrokenText(
      .incompleteDomains, "a level that is missing",
      "{name: a, class: edge, domains: {region: east}", to: "{name: a, class: edge, domains: ⟪{}"),
    BrokenText(
      .incompleteDomains, "a level that is none", "domains: {region: east}",
      to: "domains: {region: east, ⟪zone: z1}"),
    BrokenText(
      .hierarchyMismatch, "another level",
      generated(
        "hierarchy: [{level: region, count: 2, names: [east]}]",
        "hierarchy: ⟪[{level: zone, count: 2, names: [east]}]")),
    BrokenText(
      .plannersOverlap, "listed clusters", "  rollouts:",
      to:
        "  planners: [{name: x, clusters: {region: east}}, {name: y, "
        + "clusters: ⟪{hardware: gen1}}]\n  rollouts:"
    ),
    BrokenText(
      .plannersOverlap, "generated clusters",
      edits: [
        (SmallScenario.clusters, SmallScenario.generated),
        (
          "  rollouts:",
          "  planners: [{name: x, clusters: {region: east}}, {name: y, "
            + "clusters: ⟪{hardware: gen1}}]\n  rollouts:"
        ),
      ]),
  ]

  private static let wholes: [BrokenText] = [
    BrokenText(
      .cycle, "two rollouts",
      edits: [
        (
          SmallScenario.service,
          "\(SmallScenario.service)\n    - {name: db, version: v1, replicas: 1}"
        ),
        (
          SmallScenario.rollout,
          "- {name: pos-v2, service: pos, to: v2, after: [{rollout: db-v2}]}\n"
            + "    - {name: db-v2, service: db, to: v2, after: {any: [{rollout: ⟪pos-v2}]}}"
        ),
        ("{pos-v2: {allAtOnce: {}}}", "{pos-v2: {allAtOnce: {}}, db-v2: {allAtOnce: {}}}"),
        (
          "{pos-v2: \(SmallScenario.slow)}",
          "{pos-v2: \(SmallScenario.slow), db-v2: {allAtOnce: {}}}"
        ),
      ]),
    BrokenText(.cycle, "a rollout and itself", rollout("after: [{rollout: ⟪pos-v2}]")),
    BrokenText(
      .serviceRolledOutTwice, "two rollouts",
      edits: [
        (
          SmallScenario.rollout,
          "\(SmallScenario.rollout)\n    - {name: pos-v3, service: ⟪pos, to: v3}"
        ),
        ("{pos-v2: {allAtOnce: {}}}", "{pos-v2: {allAtOnce: {}}, pos-v3: {allAtOnce: {}}}"),
        (
          "{pos-v2: \(SmallScenario.slow)}",
          "{pos-v2: \(SmallScenario.slow), pos-v3: {allAtOnce: {}}}"
        ),
      ]),
    BrokenText(
      .nothingChanges, "the same version",
      edits: [("service: pos, to: v2", "service: pos, to: ⟪v1"), ("version: v2}", "version: v1}")]),
    BrokenText(
      .nothingChanges, "the same initial version", SmallScenario.service,
      to: "- {name: pos, version: v1, replicas: 3, initial: [⟪{version: v1, share: 5%}]}"),
    BrokenText(
      .missingStrategy, "an arm", "{name: slow, strategies: {pos-v2: \(SmallScenario.slow)}}",
      to: "⟪{name: slow, strategies: {}}"),
    BrokenText(.beyondHorizon, "a rollout", rollout("startsAfter: ⟪12h")),
    BrokenText(.beyondHorizon, "an emergency", rollout("emergency: {after: ⟪12h}")),
    BrokenText(
      .unknownName, "a guard that an emergency overrides",
      rollout("emergency: {overrides: [⟪night]}")),
    BrokenText(
      .beyondHorizon, "an outage", "cases:",
      to: environment("outages: [{name: o, clusters: {}, after: ⟪1d, for: 1h, effect: down}]")),
    BrokenText(
      .beyondHorizon, "a defect", "effect: crash",
      to: "trigger: {at: ⟪13h}\n          effect: crash"),
    BrokenText(
      .podsDoNotFit, "200 pods on a node",
      edits: [("replicas: 3", "replicas: 200"), ("{name: edge, nodes", "{name: ⟪edge, nodes")]),
    BrokenText(.neverRuns, "a defect of another version", "version: v2}", to: "version: ⟪v3}"),
  ]

  private static func limit(_ name: String, level: String = "region") -> String {
    "{name: \(name), domainLimit: {level: \(level), atMost: 1}}"
  }
}
