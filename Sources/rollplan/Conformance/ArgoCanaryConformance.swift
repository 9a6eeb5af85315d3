import Determinism
import LocatedYAML
import PlannerDialects
import RolloutStrategies

/// Runs the vectors about the sizes and weights of Argo Rollouts' canaries.
enum ArgoCanaryConformance {
  private static func count(_ input: Cursor, _ key: String) throws(VectorProblem) -> Int {
    try DeploymentConformance.count(input, key)
  }

  // MARK: Inputs

  private static func steps(_ input: Cursor?) throws(VectorProblem) -> [CanaryStep] {
    var steps: [CanaryStep] = []
    for item in input?.items() ?? [] { steps.append(try step(item)) }
    return steps
  }

  private static func step(_ item: Cursor) throws(VectorProblem) -> CanaryStep {
    if let weight = try item.integer("setWeight") { return .setWeight(weight) }
    if let scale = item.given("setCanaryScale") { return .setScale(try self.scale(scale)) }
    if let pause = item.given("pause") {
      let seconds = try pause.integer("duration")
      return seconds.map { .pause(.seconds(Int64($0))) } ?? .gate(hook: 0)
    }
    if item.given("analysis") != nil { return .analysis(ArgoAnalysis(metrics: [])) }
    return item.given("experiment") != nil ? .experiment(hook: 0) : .route
  }

  private static func scale(_ input: Cursor) throws(VectorProblem) -> CanaryScale {
    CanaryScale(
      replicas: try input.integer("replicas"), weight: try input.integer("weight"),
      matchesTrafficWeight: input.boolean("matchTrafficWeight"))
  }

  private static func copy(_ input: Cursor?) throws(VectorProblem) -> CopySize? {
    guard let input else { return nil }
    return CopySize(
      wanted: try count(input, "specReplicas"), available: try count(input, "availableReplicas"))
  }

  /// Where a canary stands; a vector with one weight has one step.
  private static func position(_ input: Cursor) throws(VectorProblem) -> CanaryPosition {
    var steps = try steps(input.given("steps"))
    if input.given("steps") == nil {
      if let weight = try input.integer("setWeight") { steps.append(.setWeight(weight)) }
      if let scale = input.given("setCanaryScale") {
        steps.append(.setScale(try self.scale(scale)))
      }
    }
    let last = input.given("steps") == nil ? max(0, steps.count - 1) : 0
    let hash = input.text("currentPodHash")
    let stableHash = input.entry("stableRS")?.value?.scalar
    let isSame = hash != nil && hash == stableHash
    return CanaryPosition(
      steps: steps, index: try input.integer("currentStepIndex") ?? last,
      isAborted: input.boolean("abort") || input.boolean("statusAbort"),
      isPromotedFully: input.boolean("promoteFull"),
      isStable: input.boolean("desiredIsStable") || stableHash == "" || isSame,
      isRouted: input.boolean("trafficRouting") || input.boolean("dynamicStableScale"),
      keepsAborted: try input.integer("abortScaleDownDelaySeconds") == 0,
      maxWeight: try input.integer("maxWeight") ?? 100)
  }

  private static func sizes(
    _ input: Cursor, canary: CopySize?, stable: CopySize?, older: Int, replicas: Int
  ) throws(VectorProblem) -> CanarySizes {
    let limits = try ArgoRolloutsConformance.canaryLimits(input)
    return CanarySizes(
      replicas: replicas, surge: limits.surge(of: replicas),
      unavailable: limits.unavailable(of: replicas), canary: canary, stable: stable,
      older: older)
  }

  private static func routed(
    _ input: Cursor, canary: CopySize?, stable: CopySize?
  ) throws(VectorProblem) -> RoutedCanary {
    let key = input.given("replicas") == nil ? "rolloutSpecReplicas" : "replicas"
    return RoutedCanary(
      replicas: try count(input, key),
      minPods: try input.integer("minPodsPerReplicaSet") ?? 1,
      isStableScaled: input.boolean("dynamicStableScale"),
      hasAbortDelay: try input.integer("abortScaleDownDelaySeconds") ?? 0 > 0,
      routed: try input.given("statusWeights")?.integer("canary"), canary: canary, stable: stable)
  }

  private static func counts(_ counts: (canary: Int, stable: Int)) -> Got {
    ["canaryReplicas": .integer(counts.canary), "stableReplicas": .integer(counts.stable)]
  }

  // MARK: Sizes

  static func replicaCounts(_ input: Cursor) throws(VectorProblem) -> Got {
    let position = try position(input)
    guard !position.isRouted else {
      return counts(try routed(input, canary: nil, stable: nil).target(position))
    }
    let older = try input.given("olderRS").flatMap(copy)
    let sizes = try sizes(
      input,
      canary: CopySize(
        wanted: try count(input, "canarySpecReplica"),
        available: try count(input, "canaryAvailableReplica")),
      stable: CopySize(
        wanted: try count(input, "stableSpecReplica"),
        available: try count(input, "stableAvailableReplica")),
      older: older?.wanted ?? 0, replicas: try count(input, "rolloutSpecReplicas"))
    return counts(sizes.step(to: sizes.target(position)))
  }

  static func approximation(_ input: Cursor) throws(VectorProblem) -> Got {
    let counts = WeightApproximation(
      replicas: try count(input, "replicas"), weight: try count(input, "weight"),
      maxWeight: try input.integer("maxWeight") ?? 100, surge: try count(input, "maxSurge"))
    return ["canary": .integer(counts.canary), "stable": .integer(counts.stable)]
  }

  static func pods(_ input: Cursor) throws(VectorProblem) -> Got {
    [
      "replicas": .integer(
        WeightApproximation.pods(
          of: try count(input, "replicas"), weight: try count(input, "weight"),
          maxWeight: try input.integer("maxWeight") ?? 100))
    ]
  }

  static func dynamicScale(_ input: Cursor) throws(VectorProblem) -> Got {
    let canary = try routed(
      input, canary: copy(input.given("canaryRS")), stable: copy(input.given("stableRS")))
    return counts(canary.target(try position(input)))
  }

  static func scaleDown(_ input: Cursor) throws(VectorProblem) -> Got {
    let copy = try copy(input.given("replicaSet"))
    let isIgnoring = input.boolean("ignoreAvailability")
    return ["replicas": .integer(copy?.counted(ignoringAvailability: isIgnoring) ?? 0)]
  }

  // MARK: Weights

  static func abortWeight(_ input: Cursor) throws(VectorProblem) -> Got {
    let canary = try routed(
      input, canary: copy(input.given("canaryRS")), stable: copy(input.given("stableRS")))
    return ["desiredCanaryWeight": .integer(canary.abortWeight(try position(input)))]
  }

  static func abortRouted(_ input: Cursor) throws(VectorProblem) -> Got {
    let canary = try routed(
      input, canary: copy(input.given("canaryRS")), stable: copy(input.given("stableRS")))
    return ["setWeight": .integer(canary.abortRoutedWeight())]
  }

  /// The weight of the steps alone, or the whole target where the vector asks for pods too.
  static func selection(
    _ input: Cursor, _ expected: SourceValue?
  ) throws(VectorProblem) -> Got {
    let position = try position(input)
    guard expected?.entry("replicas") != nil else { return ["weight": .integer(position.weight)] }
    let target = position.target
    return ["replicas": .optional(target.replicas), "weight": .integer(target.weight)]
  }

  // MARK: Reconciliation

  static func atDesired(_ input: Cursor) throws(VectorProblem) -> Got {
    let canary = try copy(input.given("newRS"))
    let stable = try copy(input.given("stableRS"))
    let position = try position(input)
    let older = try input.given("olderRS").flatMap(copy)
    let sizes = try sizes(
      input, canary: canary, stable: stable, older: older?.wanted ?? 0,
      replicas: try count(input, "replicas"))
    let routed = try routed(input, canary: canary, stable: stable)
    let target =
      position.isRouted ? routed.target(position) : sizes.step(to: sizes.target(position))
    let present = try input.given("stableRS")?.integer("statusReplicas") ?? stable?.wanted ?? 0
    return [
      "atDesired": .boolean(
        CanarySizes.areReached(
          target, canary: canary, stable: stable, present: present,
          olderAvailable: older?.available ?? 0))
    ]
  }

  static func reconcile(_ input: Cursor) throws(VectorProblem) -> Got {
    var position = try position(input)
    let replicas = try count(input, "replicas")
    let old = try input.given("previousSteps").map(steps)
    let isBack = input.text("change")?.contains("back to the stable") ?? false
    if isBack {
      position.index = position.steps.count
    } else if position.isAborted || old.map({ $0 != position.steps }) ?? false {
      position.index = 0
    }
    var others: [(revision: Int, size: CopySize)] = []
    for item in input.given("otherRS")?.items() ?? [] {
      guard let size = try copy(item) else { continue }
      others.append((try count(item, "revision"), size))
    }
    let canary = try copy(input.given("canaryRS"))
    let stable = try copy(input.given("stableRS") ?? input.given("desiredRS"))
    let older = others.reduce(0) { $0 + $1.size.wanted }
    let sizes = try sizes(
      input, canary: canary, stable: stable, older: older, replicas: replicas)
    let next = sizes.step(to: sizes.target(position))
    let available =
      (canary?.available ?? 0) + (stable?.available ?? 0)
      + others.reduce(0) { $0 + $1.size.available }
    let newestFirst = others.sorted { $0.revision > $1.revision }.map(\.size)
    let left = CanarySizes.drained(
      newestFirst, available: available, least: replicas - sizes.unavailable)
    return [
      "canaryReplicas": .integer(next.canary), "stableReplicas": .integer(next.stable),
      "currentStepIndex": .integer(position.index), "stepsSkipped": .boolean(isBack),
      "phase": .text(position.isAborted ? "Degraded" : "Progressing"),
      "otherRSReplicasInProcessingOrder": .list(left.map { .integer($0) }),
    ]
  }
}
