/// A scenario that uses every field of the reference at least once.
enum FullScenario {
  static let main = """
    # Comments and several documents in one file.
    apiVersion: rollsim.dev/v1alpha1
    kind: Scenario
    metadata:
      name: full
      labels: {team: edge}
      annotations:
        note: |
          Free text with *stars*, & signs: and !tags
          over two lines.
    spec:
      startAt: "2026-03-02T09:00:00-08:00"
      horizon: 7d
      fleet: {path: parts/fleet.yaml}
      services:
        - name: pos
          version: v1.10
          replicas: 20
          partial: replicas
          imagePull: {uniform: [2m, 3m]}
          podStart: {lognormal: {median: 10s, sigma: 0.6}}
          minReady: 5s
          progressDeadline: 1h30m
          initiallyUnhealthy: 0.25%
          initial: [{version: v1.9, share: 1/1000}]
        - {name: db, version: "1.0", replicas: 1, requests: {perUserHour: 12, failing: 0.3%}}
      planners:
        - name: east
          clusters: {region: east}
          reportLatency: 2s
          deliveryLatency: 250ms
          lookInterval: 10s
          staleAfter: 6m
          approval: {exponential: 20m}
          resume:
            response: 20m
            hours: {days: [Mon, Tue], from: "09:00", to: "17:00", timeZone: America/New_York}
            times: 2
          outages: [{after: 1h, for: 30m}]
        - name: rest
          clusters: {matchExpressions: [{key: region, operator: NotIn, values: [east]}]}
      guards:
        - name: night
          clusters: {hardware: [gen1, gen2]}
          window:
            days: [Mon, Sun]
            from: "22:30"
            to: "05:00"
            timeZone: America/Chicago
            applies: completion
            reserve: 45m
            atClose: pause
        - {name: holidays, freeze: {from: "2026-12-20T00:00", to: "2027-01-03T00:00"}}
      rollouts:
        - name: db-2
          service: db
          to: "2.0"
          emergency: {after: 6h, canary: 2%, canarySoak: 3m, maxConcurrency: 40%, soak: 1m,
            failureBudget: 4}
        - name: pos-v2
          service: pos
          to: v2
          clusters:
            matchLabels: {class: edge}
            matchExpressions: [{key: timeZone, operator: Exists}]
          startsAfter: 10m
          delivery: {rollingUpdate: {maxSurge: 3, maxUnavailable: 10%}}
          guards:
            - {name: night}
            - {name: holidays}
            - {name: one-region, domainLimit: {level: region, atMost: 1}}
          after:
            any:
              - {rollout: db-2, state: available, in: {domain: region}, share: 90%, soak: 15m,
                  onRollback: rollBack}
              - {rollout: db-2, in: fleet}
      environment:
        failures:
          - level: region
            between: {exponential: 720h}
            repair: {empirical: [{at: 0%, value: 1m}, {at: 50%, value: 10m}, {at: 100%, value: 2h}]}
            effect: down
          - {level: cluster, between: 30d, repair: 1h, effect: controlPlaneDown}
        outages: [{name: cut, clusters: {zone: zone-3}, after: 2h, for: 20m, effect: linkDown}]
        membership: [{clusters: {name: store-000001}, joinsAfter: 1h, leavesAfter: 5d}]
      signals:
        detection: {mixture: [{weight: 90%, of: 1m}, {weight: 10%, of: {exponential: 10m}}]}
        errorThreshold: 2%
      cases:
        - {name: good, weight: 95%}
        - name: bad
          weight: 5%
          defects:
            - carrier: {service: pos, version: v2}
              trigger: {afterStart: 5m}
              where: {hardware: gen2}
              share: 50%
              effect: {errorRate: 4%}
            - {carrier: {service: db, version: "2.0"}, trigger: {at: 3h}, effect: neverReady}
      arms:
        - name: at-once
          strategies: {db-2: {name: quick}, pos-v2: {name: quick}}
          because: It asks everybody and waits for nobody.
          expresses: {canary 1 %: "no", soak: 2 m}
        - name: careful
          strategies:
            pos-v2: {path: parts/staged.yaml}
            db-2:
              perGroup:
                {groupBy: region, first: [west], maxConcurrency: 2, groupSoak: 1h, order: drawn}
        - name: others
          emergencies: {db-2: {overrides: []}}
          strategies:
            pos-v2:
              timedBatches:
                {batchSize: 5%, interval: 10m, jitter: 20%, offline: skip,
                  retry: {limit: 3, after: 5m, factor: 2, cap: 1h},
                  membership: {joins: ignore, leaves: abort}}
            db-2:
              progressive:
                {maxConcurrency: 10%, soak: 1m, progressDeadline: 20m, failureBudget: 1%,
                  demandBudget: 2.5%, onBreach: rollBackAll, order: stratified}
        - name: ramp
          strategies:
            pos-v2:
              riskRamp:
                {budget: 1%, probability: 2.5%, batchSoak: 1h, onBreach: rollBackAll,
                  order: listed}
            db-2:
              cohortCanary:
                {steps: [3, 20%], interval: 2m, checks: 4, failedChecks: 2, timeout: 90s,
                  control: 5%, maxConcurrency: 10%, stepSoak: 30m, order: stratified,
                  analysis: {ratio: {factor: 1.5, level: 1%}, minimumRequests: 500, unknown: fail}}
      decide:
        primary: usersHarmed.excess
        margin: 1.5
        summary: [escaped, duration.p90 in good]
        guardrails: [{metric: duration.p90, margin: 2h}, {metric: downtime.planned, margin: 90m}]
      expect:
        - "in case bad: usersHarmed.integral of careful < 50% of at-once"
        - 'in case good: duration.p90 of careful >= at-once'
    ---
    apiVersion: rollsim.dev/v1alpha1
    kind: Strategy
    metadata: {name: quick}
    spec: {allAtOnce: {soak: 2m, failureBudget: 3, onBreach: rollBackStage}}

    """

  static let fleet = """
    apiVersion: rollsim.dev/v1alpha1
    kind: Fleet
    metadata: {name: stores}
    spec:
      levels: [region, zone]
      groups: [hardware]
      classes:
        - name: edge
          nodes: 1
          nodeLimit: 2
          nodeStart: 2m
          podsPerNode: 50
          podLimit: 90
          otherPods: 7
          users: 40
          downWhileUpdating: false
          poll: {jittered: [2m, 3m]}
          link: {up: {exponential: 72h}, down: 10m}
          background: {up: {exponential: 1000h}, down: 20m}
          replicas: {pos: 4}
        - {name: hub, poll: {every: 60s}}
      clusters:
        - name: hq
          class: hub
          domains: {zone: central, region: west}
          labels: {hardware: gen3}
          timeZone: America/Los_Angeles
          adminGroup: core
          key: 18446744073709551615
      generate:
        clusters: 1000
        prefix: store
        hierarchy:
          - level: region
            count: 2
            names: [east, west]
            weights: [3, 1]
            timeZones: [America/New_York, UTC]
          - {level: zone, count: 5, adminGroups: [a, b], labels: {power: [grid, solar]}}
        classes: [{name: edge, share: 99.5%}, {name: hub, share: 0.5%}]
        labels: [{key: hardware, values: [{value: gen1, share: 70%}, {value: gen2, share: 30%}]}]

    """

  static let staged = """
    apiVersion: rollsim.dev/v1alpha1
    kind: Strategy
    metadata: {name: staged}
    spec:
      staged:
        stages:
          - name: canary
            clusters: {region: east}
            size: 1%
            maxConcurrency: 2
            soak: 1h
            failureBudget: 1
            gate: approval
          - {name: half, size: 50%, gate: {timedWait: 1h}}
          - name: most
            size: 90%
            gate: {approval: {timeout: 2h, onTimeout: proceed}}
          - {name: rest}
        order: drawn
        soak: 10m
    """
}
