/// A short valid scenario with a bit of everything, to be broken in one place.
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
        - {name: kds, version: v1, replicas: 1}
      planners:
        - {name: hub}
      guards:
        - {name: night, window: {from: "01:00", to: "05:00", applies: start}}
      rollouts:
        - {name: pos-v2, service: pos, to: v2, guards: [{name: night}]}
        - {name: kds-v2, service: kds, to: v2, after: [{rollout: pos-v2, state: launched}]}
      cases:
        - {name: good, weight: 95%}
        - name: bad
          weight: 5%
          defects:
            - carrier: {service: pos, version: v2}
              where: {hardware: gen2}
              effect: crash
      arms:
        - {name: at-once, strategies: {pos-v2: {allAtOnce: {}}, \
    kds-v2: {allAtOnce: {failureBudget: 0}}}}
        - name: slow
          strategies:
            pos-v2: {progressive: {maxConcurrency: 1}}
            kds-v2: {perGroup: {groupBy: region}}
      decide: {primary: usersHarmed.integral}
      expect:
        - "in case bad: usersHarmed.integral of slow <= 50% of at-once"

    """
}
