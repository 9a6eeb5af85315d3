import Determinism
import LocatedYAML
import RolloutStrategies

extension ArgoCanaryPolicy {
  private static let stepsMax = 1_000

  /// Reads a canary.
  init(_ cursor: Cursor, _ analyses: inout ArgoAnalyses) {
    let fields = cursor.fields(ArgoRolloutSpecs.canary)
    let standard = Amount.share(.percent(25))
    self.init(
      maxSurge: fields.written("maxSurge")?.argoLimit(most: Int64(Int32.max), else: standard)
        ?? standard,
      maxUnavailable: fields.written("maxUnavailable")?.argoLimit(most: 100, else: standard)
        ?? standard,
      routing: Routing(fields), progressThreshold: ReplicaProgressThreshold(fields),
      scaleDownDelay: fields.seconds("scaleDownDelaySeconds"))
    if routing == nil { Self.refuse(fields) }
    let items = fields.written("steps")?.items() ?? []
    if items.count > Self.stepsMax {
      fields["steps"].report(
        .outOfRange, "there are more than \(Self.stepsMax) steps", help: "leave some out")
    }
    for (index, item) in items.prefix(Self.stepsMax).enumerated() {
      if let step = CanaryStep(item, number: index + 1, routing, &analyses) { steps.append(step) }
    }
    guard let beside = fields.written("analysis") else { return }
    background = analyses.analysis(beside, mustEnd: false)
    let start = beside.fields(AnalysisTemplateSpecs.analysis).written("startingStep")
    backgroundStart = start?.integer(in: 0...WrittenNumber.countMax) ?? 0
  }

  /// What goes with a router only.
  private static func refuse(_ fields: Fields) {
    for name in ["dynamicStableScale", "scaleDownDelaySeconds"] {
      guard let written = fields.written(name), written.value?.scalar != "false" else { continue }
      written.report(
        .badChoice, "\(name) goes with trafficRouting only", help: "leave it out, or add a router")
    }
  }
}

extension ArgoCanaryPolicy.Routing {
  fileprivate init?(_ canary: Fields) {
    guard let routing = canary.written("trafficRouting")?.fields(ArgoRolloutSpecs.routing) else {
      return nil
    }
    self.init(
      maxWeight: routing.written("maxTrafficWeight")?.integer(in: 1...Int(Int32.max)) ?? 100,
      isStableScaled: canary["dynamicStableScale"].boolean(),
      minPods: canary.written("minPodsPerReplicaSet")?.integer(in: 1...WrittenNumber.countMax) ?? 1,
      abortDelay: canary.seconds("abortScaleDownDelaySeconds"))
  }
}

extension ReplicaProgressThreshold {
  private enum Kind: String, CaseIterable {
    case percent = "Percent"
    case pods = "Pods"
  }

  fileprivate init(_ canary: Fields) {
    guard
      let fields = canary.written("replicaProgressThreshold")?.fields(ArgoRolloutSpecs.threshold)
    else {
      self = .all
      return
    }
    switch fields["type"].choice(Kind.allCases, else: .percent) {
    case .percent: self = .percent(fields["value"].integer(in: 1...100))
    case .pods: self = .pods(fields["value"].integer(in: 1...WrittenNumber.countMax))
    }
  }
}

extension CanaryStep {
  /// Reads a step; nil: it is none, which has been reported.
  fileprivate init?(
    _ cursor: Cursor, number: Int, _ routing: ArgoCanaryPolicy.Routing?,
    _ analyses: inout ArgoAnalyses
  ) {
    guard let (name, value) = cursor.fields(ArgoRolloutSpecs.step).alternative else { return nil }
    let question = "step-\(number)"
    switch name {
    case "setWeight": self = .setWeight(value.integer(in: 0...(routing?.maxWeight ?? 100)))
    case "pause": self = Self.pause(value, question, &analyses)
    case "setCanaryScale":
      if routing == nil {
        value.report(
          .badChoice, "setCanaryScale goes with trafficRouting only",
          help: "leave it out, or add a router")
      }
      self = .setScale(CanaryScale(value))
    case "analysis": self = .analysis(analyses.analysis(value, mustEnd: true))
    case "experiment": self = .experiment(hook: analyses.hook(question))
    case "plugin":
      let isDisabled = value.fields(ArgoRolloutSpecs.plugin)["disabled"].boolean()
      self = isDisabled ? .route : .plugin(hook: analyses.hook(question))
    default: self = .route
    }
  }

  private static func pause(
    _ cursor: Cursor, _ question: String, _ analyses: inout ArgoAnalyses
  ) -> CanaryStep {
    guard let written = cursor.fields(ArgoRolloutSpecs.pause).written("duration"),
      let text = written.text
    else { return .gate(hook: analyses.hook(question)) }
    guard let length = ArgoNumbers.pause(text), length >= .zero else {
      written.report(
        .neverFinishes, "\(quoted(text)) is no duration: the pause never ends by itself",
        help: "write seconds, or numbers with h, m or s, as in 1h30m")
      return .gate(hook: analyses.hook(question))
    }
    return .pause(length)
  }
}

extension CanaryScale {
  fileprivate init(_ cursor: Cursor) {
    let fields = cursor.fields(ArgoRolloutSpecs.scale)
    self.init(
      replicas: fields.written("replicas")?.integer(in: 0...WrittenNumber.countMax),
      weight: fields.written("weight")?.integer(in: 0...100),
      matchesTrafficWeight: fields.written("matchTrafficWeight")?.boolean() ?? false)
  }
}
