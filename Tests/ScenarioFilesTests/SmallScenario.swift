import Foundation

/// A short valid scenario, to be broken in one place.
enum SmallScenario {
  static let text = """
    apiVersion: rollsim.dev/v1alpha1
    kind: Scenario
    metadata: {name: small}
    spec:
      startAt: 2026-03-02T09:00:00-08:00
      horizon: 12h
      fleet:
        levels: [region]
        groups: [hardware]
        classes: [{name: edge, nodes: 1, users: 10}]
        clusters:
          - {name: a, class: edge, domains: {region: east}, labels: {hardware: gen1}}
          - {name: b, class: edge, domains: {region: west}, labels: {hardware: gen2}}
      services:
        - {name: pos, version: v1, replicas: 3}
      rollouts:
        - {name: pos-v2, service: pos, to: v2}
      cases:
        - {name: good, weight: 95%}
        - name: bad
          weight: 5%
          defects:
            - carrier: {service: pos, version: v2}
              effect: crash
      arms:
        - {name: at-once, strategies: {pos-v2: {allAtOnce: {}}}}
        - {name: slow, strategies: {pos-v2: {progressive: {maxConcurrency: 1}}}}
      decide: {primary: usersHarmed.integral}
      expect:
        - "in case bad: usersHarmed.integral of slow < 50% of at-once"

    """

  /// The text with one part replaced.
  static func with(_ part: String, _ replacement: String) -> String {
    replacing(part, in: text, with: replacement)
  }

  // Parts that tests replace.
  static let service = "- {name: pos, version: v1, replicas: 3}"
  static let rollout = "- {name: pos-v2, service: pos, to: v2}"
  static let edge = "{name: edge, nodes: 1, users: 10}"
  static let clusterA =
    "- {name: a, class: edge, domains: {region: east}, labels: {hardware: gen1}}"
  static let clusterB =
    "- {name: b, class: edge, domains: {region: west}, labels: {hardware: gen2}}"
  static let secondService = "- {name: till, version: v1, replicas: 3}"
  static let follower =
    "- {name: till-v2, service: till, to: v2, after: [{rollout: pos-v2, onRollback: rollBack}]}"
  /// Makes the second cluster a backup without users.
  static let withBackup = [
    (
      edge,
      "{name: edge, nodes: 1, users: 10, capacity: 20}, "
        + "{name: spare, nodes: 1, users: 0, capacity: 20}"
    ),
    (clusterB, "- {name: b, class: spare, domains: {region: west}, labels: {hardware: gen2}}"),
  ]
  static let slow = "{progressive: {maxConcurrency: 1}}"
  static let decide = "decide: {primary: usersHarmed.integral}"
  static let expectation = "\"in case bad: usersHarmed.integral of slow < 50% of at-once\""
  static let clusters = "clusters:\n      \(clusterA)\n      \(clusterB)\n"
  static let generated = """
    generate:
          clusters: 10
          prefix: store
          hierarchy: [{level: region, count: 2, names: [east]}]
          classes: [{name: edge, share: 100%}]
          labels: [{key: hardware, values: [{value: gen1, share: 75%}, {value: gen2, share: 25%}]}]

    """
}

/// A text with a part of it replaced; traps when the part is not there exactly once.
func replacing(_ part: String, in text: String, with replacement: String) -> String {
  let parts = text.components(separatedBy: part)
  precondition(parts.count == 2, "\(part) stands \(parts.count - 1) times in the text")
  return parts.joined(separator: replacement)
}
