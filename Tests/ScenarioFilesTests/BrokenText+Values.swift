import LocatedYAML
import ScenarioFiles

extension BrokenText {
  /// Single values that are not valid.
  static let values: [BrokenText] = scalars + ranges

  private static let scalars: [BrokenText] = [
    BrokenText(.badName, "upper case", "{name: small}", to: "{name: ⟪Small}"),
    BrokenText(.badName, "an empty name", "{name: small}", to: "{name: ⟪\"\"}"),
    BrokenText(
      .badName, "64 characters", "{name: small}",
      to: "{name: ⟪\(String(repeating: "a", count: 64))}"),
    BrokenText(.badName, "a formula", "{name: small}", to: "{name: ⟪\"=1+1\"}"),
    BrokenText(.badName, "markup", "{name: small}", to: "{name: ⟪<script>}"),
    BrokenText(.badName, "a letter that is not ASCII", "{name: small}", to: "{name: ⟪smäll}"),
    BrokenText(.badLabel, "a value with a blank", "hardware: gen1", to: "hardware: ⟪gen 1"),
    BrokenText(
      .badLabel, "a key with a colon", "{hardware: gen1}", to: "{hardware: gen1, ⟪\"a:b\": c}"),
    BrokenText(.badInteger, "hexadecimal", "replicas: 3", to: "replicas: ⟪0x10"),
    BrokenText(.badInteger, "octal", "replicas: 3", to: "replicas: ⟪010"),
    BrokenText(.badInteger, "underscores", "replicas: 3", to: "replicas: ⟪1_000"),
    BrokenText(.badInteger, "base sixty", "replicas: 3", to: "replicas: ⟪1:30"),
    BrokenText(.badInteger, "an exponent", "replicas: 3", to: "replicas: ⟪1e3"),
    BrokenText(.badInteger, "no number", "replicas: 3", to: "replicas: ⟪.nan"),
    BrokenText(.badInteger, "a plus sign", "replicas: 3", to: "replicas: ⟪+3"),
    BrokenText(.badInteger, "a fraction", "replicas: 3", to: "replicas: ⟪3.0"),
    BrokenText(.badInteger, "digits of another script", "replicas: 3", to: "replicas: ⟪٣"),
    BrokenText(.badDuration, "no unit", "horizon: 12h", to: "horizon: ⟪12"),
    BrokenText(.badDuration, "an unknown unit", "horizon: 12h", to: "horizon: ⟪12min"),
    BrokenText(.badDuration, "a fraction", "horizon: 12h", to: "horizon: ⟪1.5h"),
    BrokenText(.badDuration, "units in the wrong order", "horizon: 12h", to: "horizon: ⟪30m1h"),
    BrokenText(.badDuration, "a unit twice", "horizon: 12h", to: "horizon: ⟪1h1h"),
    BrokenText(.badDuration, "a bare zero", "horizon: 12h", to: "horizon: ⟪0"),
    BrokenText(.badShare, "no sign of percent", "weight: 95%", to: "weight: ⟪95"),
    BrokenText(.badShare, "too many decimals", "weight: 95%", to: "weight: ⟪0.12345678%"),
    BrokenText(.badShare, "a third", "weight: 95%", to: "weight: ⟪1/3"),
    BrokenText(.badShare, "a division by zero", "weight: 95%", to: "weight: ⟪1/0"),
    BrokenText(.badShare, "infinity", "weight: 95%", to: "weight: ⟪.inf%"),
    BrokenText(.badAmount, "a word", "maxConcurrency: 1", to: "maxConcurrency: ⟪many"),
    BrokenText(.badInstant, "no offset", "2026-03-02T09:00:00-08:00", to: "⟪2026-03-02T09:00:00"),
    BrokenText(.badInstant, "a day that is not", "2026-03-02T", to: "⟪2026-02-30T"),
    BrokenText(.badBoolean, "yes", SmallScenario.edge, to: "{name: edge, downWhileUpdating: ⟪yes}"),
    BrokenText(
      .badChoice, "a misspelt order", SmallScenario.slow,
      to: "{progressive: {maxConcurrency: 1, order: ⟪drawm}}"),
    BrokenText(
      .badChoice, "a misspelt day",
      rollout("guards: [{name: g, window: {days: [Mon, ⟪tue], from: \"01:00\", to: \"02:00\"}}]")),
    BrokenText(
      .badLocalTime, "hour 24",
      rollout("guards: [{name: g, window: {from: \"01:00\", to: ⟪\"24:00\"}}]")),
    BrokenText(
      .badLocalTime, "a date with an offset",
      rollout("guards: [{name: g, freeze: {from: ⟪2026-03-02T00:00Z, to: \"2026-03-03T00:00\"}}]")),
    BrokenText(
      .unknownTimeZone, "a misspelt zone",
      rollout(
        "guards: [{name: g, window: {from: \"01:00\", to: \"02:00\", "
          + "timeZone: ⟪America/Chicgo}}]")),
    BrokenText(
      .badDecimal, "a sigma of words", detection("{lognormal: {median: 1m, sigma: ⟪high}}")),
    BrokenText(
      .badDecimal, "a duration for users", SmallScenario.decide,
      to: "decide: {primary: usersHarmed.peak, margin: ⟪5m}"),
    BrokenText(
      .badExpectation, "no quotes", SmallScenario.expectation,
      to: "⟪in case bad: usersHarmed.integral of slow < at-once"),
    BrokenText(
      .badExpectation, "another form", SmallScenario.expectation, to: "⟪\"slow is better\""),
    BrokenText(
      .badExpectation, "an arm against itself", SmallScenario.expectation,
      to: "⟪\"in case bad: usersHarmed.integral of slow < slow\""),
  ]

  private static let ranges: [BrokenText] = [
    BrokenText(
      .outOfRange, "a reason as long as a page", "{name: at-once, ",
      to: "{name: at-once, because: ⟪\(String(repeating: "long ", count: 81)), "),
    BrokenText(
      .outOfRange, "a part of an intent that fits into no column", "{name: at-once, ",
      to: "{name: at-once, expresses: {canary: ⟪\(String(repeating: "x", count: 25))}, "),
    BrokenText(
      .outOfRange, "an intent of nine parts", "{name: at-once, ",
      to: "{name: at-once, expresses: ⟪{a: 1, b: 1, c: 1, d: 1, e: 1, f: 1, g: 1, h: 1, i: 1}, "),
    BrokenText(
      .outOfRange, "more resumes than a person makes", SmallScenario.rollout,
      to: SmallScenario.rollout
        + "\n  planners: [{name: hub, resume: {response: 1m, times: ⟪101}}]"),
    BrokenText(.outOfRange, "a negative number", "replicas: 3", to: "replicas: ⟪-1"),
    BrokenText(.outOfRange, "zero pods", "replicas: 3", to: "replicas: ⟪0"),
    BrokenText(.outOfRange, "2^64", "replicas: 3", to: "replicas: ⟪18446744073709551616"),
    BrokenText(.outOfRange, "2^63", "replicas: 3", to: "replicas: ⟪9223372036854775808"),
    BrokenText(.outOfRange, "120 percent", "weight: 95%", to: "weight: ⟪120%"),
    BrokenText(.outOfRange, "a fraction above one", "weight: 95%", to: "weight: ⟪3/2"),
    BrokenText(.outOfRange, "a huge duration", "horizon: 12h", to: "horizon: ⟪99999999999999h"),
    BrokenText(.outOfRange, "a horizon of 11 years", "horizon: 12h", to: "horizon: ⟪4015d"),
    BrokenText(.outOfRange, "no horizon", "horizon: 12h", to: "horizon: ⟪0s"),
    BrokenText(
      .outOfRange, "an end after the clocks",
      edits: [("2026-03-02T", "⟪2111-03-02T"), ("horizon: 12h", "horizon: 3650d")]),
    BrokenText(
      .outOfRange, "neither surge nor unavailable",
      rollout("delivery: {rollingUpdate: ⟪{maxSurge: 0, maxUnavailable: 0%}}")),
    BrokenText(
      .outOfRange, "more unavailable than there are",
      rollout("delivery: {rollingUpdate: {maxUnavailable: ⟪101%}}")),
    BrokenText(
      .outOfRange, "a window of zero", SmallScenario.slow, to: "{progressive: {maxConcurrency: ⟪0}}"
    ),
    BrokenText(
      .outOfRange, "batches at once", SmallScenario.slow,
      to: "{timedBatches: {batchSize: 1, interval: ⟪0s}}"),
    BrokenText(
      .outOfRange, "a budget of nothing", SmallScenario.slow,
      to: "{riskRamp: {budget: ⟪0, probability: 5%}}"),
    BrokenText(
      .outOfRange, "looks without end", SmallScenario.slow,
      to: "{cohortCanary: {steps: [1], interval: ⟪10ms, analysis: {threshold: 1%}}}"),
    BrokenText(
      .outOfRange, "steps down", SmallScenario.slow,
      to: "{cohortCanary: {steps: [5%, ⟪4%], interval: 1m, analysis: {threshold: 1%}}}"),
    BrokenText(
      .outOfRange, "a comparison with nothing", SmallScenario.slow,
      to: "{cohortCanary: {steps: [1], interval: 1m, analysis: ⟪{difference: {level: 1%}}}}"),
    BrokenText(
      .outOfRange, "a control for nothing", SmallScenario.slow,
      to: "{cohortCanary: {steps: [1], interval: 1m, analysis: {threshold: 1%}, control: ⟪3}}"),
    BrokenText(
      .outOfRange, "a bad share below the good", SmallScenario.slow,
      to: "{cohortCanary: {steps: [1], interval: 1m, "
        + "analysis: ⟪{sequential: {good: 2%, bad: 1%}}}}"),
    BrokenText(
      .notExactlyOne, "two analyses", SmallScenario.slow,
      to: "{cohortCanary: {steps: [1], interval: 1m, "
        + "analysis: ⟪{threshold: 1%, difference: {level: 1%}}}}"),
    BrokenText(.outOfRange, "6,000 nodes", SmallScenario.edge, to: "{name: edge, nodes: ⟪6000}"),
    BrokenText(
      .outOfRange, "a limit below the nodes", SmallScenario.edge,
      to: "{name: edge, nodes: 5, nodeLimit: ⟪4}"),
    BrokenText(
      .outOfRange, "a billion clusters", generated("clusters: 10\n", "clusters: ⟪1000000000\n")),
    BrokenText(
      .outOfRange, "a product of users and clusters",
      edits: [
        ("users: 10", "users: 1000000000"),
        (
          SmallScenario.clusters,
          replacing("clusters: 10\n", in: SmallScenario.generated, with: "clusters: 20000000\n")
        ), ("levels:", "⟪levels:"),
      ]),
    BrokenText(
      .outOfRange, "more names than domains", generated("names: [east]", "names: ⟪[east, b, c]")),
    BrokenText(.outOfRange, "a uniform range reversed", detection("{uniform: [⟪3m, 2m]}")),
    BrokenText(
      .outOfRange, "an empirical range that falls",
      detection("{empirical: [{at: 0%, value: 2s}, ⟪{at: 100%, value: 1s}]}")),
    BrokenText(
      .outOfRange, "an empirical range that ends early",
      detection("{empirical: ⟪[{at: 0%, value: 1s}, {at: 90%, value: 2s}]}")),
    BrokenText(.outOfRange, "a mean of zero", detection("{exponential: ⟪0s}")),
    BrokenText(.outOfRange, "a sigma of nine", detection("{lognormal: {median: 1m, sigma: ⟪9}}")),
    BrokenText(
      .outOfRange, "a freeze that ends first",
      rollout(
        "guards: [{name: g, freeze: {from: \"2026-03-03T00:00\", to: ⟪\"2026-03-02T00:00\"}}]")),
    BrokenText(
      .outOfRange, "a reserve as long as its window",
      rollout("guards: [{name: g, window: {from: \"01:00\", to: \"02:00\", reserve: ⟪1h}}]")),
    BrokenText(
      .outOfRange, "a deadline over a limit",
      rollout(
        "guards: [{name: g, domainShare: {level: region, atMost: 5%}}], "
          + "deadline: {after: 2h, overridesAfter: 1h, overrides: [⟪g]}")),
    BrokenText(
      .outOfRange, "guards that give way too late",
      rollout(
        "guards: [{name: g, approval: {label: region}}], "
          + "deadline: {after: 1h, overridesAfter: ⟪2h, overrides: [g]}")),
    BrokenText(
      .missingField, "an action without a time-out",
      rollout("guards: [{name: g, approval: {label: region, onTimeout: ⟪abort}}]")),
    BrokenText(
      .outOfRange, "a coordinator without latency",
      rollout("guards: [{name: g, budget: {atMost: 1, latency: ⟪0s}}]")),
    BrokenText(
      .duplicateName, "a jurisdiction twice",
      rollout(
        "guards: [{name: g, residency: {label: region, released: "
          + "[{value: east}, ⟪{value: east}]}}]")),
    BrokenText(
      .missingField, "neighbours without groups", rollout("guards: [{name: g, neighbours: ⟪{}}]")),
    BrokenText(
      .emptyList, "a neighbour of nobody",
      rollout("guards: [{name: g, neighbours: {groups: [⟪[a]]}}]")),
    BrokenText(
      .duplicateName, "a neighbour of itself",
      rollout("guards: [{name: g, neighbours: {groups: [[a, ⟪a]]}}]")),
    BrokenText(
      .outOfRange, "leaving before joining", "cases:",
      to: environment("membership: [{clusters: {}, joinsAfter: 2h, leavesAfter: ⟪1h}]")),
    BrokenText(
      .outOfRange, "polling without a pause", SmallScenario.edge,
      to: "{name: edge, poll: {every: ⟪0s}}"),
    BrokenText(
      .sharesDoNotSum, "a mixture of 90%", detection("{mixture: ⟪[{weight: 90%, of: 1m}]}")),
    BrokenText(
      .sharesDoNotSum, "weights of zero",
      edits: [
        (
          "cases:\n    - {name: good, weight: 95%}\n    -",
          "cases:\n    ⟪- {name: good, weight: 0%}\n    -"
        ), ("weight: 5%", "weight: 0%"),
      ]),
    BrokenText(
      .sharesDoNotSum, "initial shares above all", SmallScenario.service,
      to:
        "- {name: pos, version: v1, replicas: 3, initial: ⟪[{version: v0, share: 60%}, "
        + "{version: v00, share: 50%}]}"
    ),
    BrokenText(
      .sharesDoNotSum, "class shares of 99%",
      generated("[{name: edge, share: 100%}]", "⟪[{name: edge, share: 99%}]")),
    BrokenText(
      .reservedLabel, "a time zone among the labels", "{hardware: gen1}",
      to: "{hardware: gen1, ⟪timeZone: UTC}"),
    BrokenText(
      .reservedLabel, "a level called name", "groups: [hardware]", to: "groups: [hardware, ⟪name]"),
  ]

  /// The small scenario with something more in its rollout.
  static func rollout(_ more: String) -> String {
    SmallScenario.with(SmallScenario.rollout, "- {name: pos-v2, service: pos, to: v2, \(more)}")
  }

  /// The small scenario with generated clusters, of which one part is replaced.
  static func generated(_ part: String, _ replacement: String) -> String {
    SmallScenario.with(
      SmallScenario.clusters, replacing(part, in: SmallScenario.generated, with: replacement))
  }

  /// The small scenario with its own time to detect trouble.
  private static func detection(_ distribution: String) -> String {
    SmallScenario.with("  cases:", "  signals: {detection: \(distribution)}\n  cases:")
  }
}
