package import Determinism
package import LocatedYAML
package import RolloutStrategies

/// What an Argo `Rollout` says.
package struct ArgoRolloutDocument {
  /// Its name.
  package var name: String
  /// Pods it is to have.
  package var replicas: Int
  /// How long a pod must have been ready to be available.
  package var minReady: Microseconds
  /// How a revision takes over.
  package var policy: ArgoRolloutPolicy
}

/// Argo Rollouts' documents: a `Rollout`, beside which its analysis templates may stand.
package enum ArgoRolloutDocuments {
  private static let kind = "argoproj.io/Rollout"

  static let system = ForeignSystem(
    name: "Argo Rollouts", kinds: [kind] + ArgoAnalyses.kinds, read: readRollout)

  private static func readRollout(_ documents: [ForeignDocument]) -> ForeignRollout? {
    let roots = documents.map(\.root)
    guard let rollout = roots.first(where: isRollout) else {
      roots.first?.report(
        .wrongDocuments, "there is no Rollout beside it", help: "add the Rollout to the file")
      return nil
    }
    let document = read(roots)
    if document.minReady > .zero {
      rollout.entry("spec")?.entry("minReadySeconds")?.report(
        .statedElsewhere, "minReadySeconds is not taken from here",
        help: "say it in the scenario's services: minReady")
    }
    return ForeignRollout(name: document.name, delivery: .argoRollout(document.policy))
  }

  /// What a `Rollout` asks for whose spec stands alone.
  package static func read(spec cursor: Cursor) -> ArgoRolloutPolicy {
    var analyses = ArgoAnalyses([])
    let spec = cursor.fields(ArgoRolloutSpecs.rollout)
    let document = document("", spec, &analyses)
    warn(spec, document)
    return document.policy
  }

  /// Whether a document is one of Argo Rollouts'.
  package static func isOwn(_ root: Cursor) -> Bool {
    system.kinds.contains(ForeignDocument(root).kind)
  }

  /// Whether a document is a `Rollout`.
  package static func isRollout(_ root: Cursor) -> Bool { ForeignDocument(root).kind == kind }

  /// What the documents of one file amount to together.
  ///
  /// - Parameter roots: the documents; at least one is a `Rollout`.
  /// - Returns: what the first asks for; all that is wrong has been reported.
  package static func read(_ roots: [Cursor]) -> ArgoRolloutDocument {
    let rollouts = roots.filter(isRollout)
    precondition(!rollouts.isEmpty, "no Rollout among \(roots.count) documents")
    for other in rollouts.dropFirst() {
      other.report(
        .wrongDocuments, "a second Rollout in one file", help: "give each a file of its own")
    }
    for root in roots where !isRollout(root) {
      let kind = ForeignDocument(root).kind
      guard !ArgoAnalyses.kinds.contains(kind) else { continue }
      root.report(
        .unsupportedKind, "beside a Rollout documents of the kind \(quoted(kind)) are not read",
        help: "give it a file of its own")
    }
    let map = KubernetesObject.map("Rollout", spec: ArgoRolloutSpecs.rollout.name)
    let spec = rollouts[0].fields(map)["spec"].fields(ArgoRolloutSpecs.rollout)
    var analyses = ArgoAnalyses(roots)
    let document = document(ForeignDocument(rollouts[0]).name, spec, &analyses)
    warn(spec, document)
    return document
  }

  private static func document(
    _ name: String, _ spec: Fields, _ analyses: inout ArgoAnalyses
  ) -> ArgoRolloutDocument {
    let strategy = spec["strategy"].fields(ArgoRolloutSpecs.strategy).alternative
    let minReady = spec.seconds("minReadySeconds") ?? .zero
    let deadline = spec.seconds("progressDeadlineSeconds") ?? .seconds(600)
    if deadline <= minReady {
      (spec.written("progressDeadlineSeconds") ?? spec.map).report(
        .outOfRange, "progressDeadlineSeconds is not more than minReadySeconds",
        help: "raise it: no pod could be available in time")
    }
    let read: ArgoRolloutPolicy.Strategy =
      switch strategy {
      case ("blueGreen", let value)?: .blueGreen(ArgoBlueGreenPolicy(value, &analyses))
      case (_, let value)?: .canary(ArgoCanaryPolicy(value, &analyses))
      case nil: .canary(ArgoCanaryPolicy())
      }
    let window = spec.written("rollbackWindow")?.fields(ArgoRolloutSpecs.window)
    let policy = ArgoRolloutPolicy(
      strategy: read, isPaused: spec["paused"].boolean(), progressDeadline: deadline,
      abortsPastDeadline: spec["progressDeadlineAbort"].boolean(),
      rollbackWindow: window?.written("revisions")?.integer(in: 0...1_000) ?? 0,
      metricBindings: analyses.metrics, hookBindings: analyses.hooks)
    return ArgoRolloutDocument(
      name: name,
      replicas: spec.written("replicas")?.integer(in: 0...WrittenNumber.countMax) ?? 1,
      minReady: minReady, policy: policy)
  }

  /// Plays what the document asks for, and warns if that leads nowhere even if all goes well.
  private static func warn(_ spec: Fields, _ document: ArgoRolloutDocument) {
    if document.policy.isPaused {
      return spec["paused"].report(
        .neverFinishes, "nothing goes on while it is paused", help: "write paused: false")
    }
    // Where something could not be read, what stands for it may lead nowhere.
    guard spec.map.reading.errorCount == 0, document.replicas > 0 else { return }
    let forecast = ArgoRolloutForecast(
      document.policy, replicas: document.replicas, minReady: document.minReady)
    guard forecast.end == .aborted else { return }
    spec["strategy"].report(
      .neverFinishes, "if all goes well it is given up, as an analysis cannot succeed",
      help: "let successCondition be true of some number, and failureCondition not of all")
  }
}

// MARK: Step by step

extension ArgoCanaryPolicy {
  private static let stepsMax = 1_000

  fileprivate init(_ cursor: Cursor, _ analyses: inout ArgoAnalyses) {
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

// MARK: At once

extension ArgoBlueGreenPolicy {
  fileprivate init(_ cursor: Cursor, _ analyses: inout ArgoAnalyses) {
    let fields = cursor.fields(ArgoRolloutSpecs.blueGreen)
    self.init(
      autoPromotionDelay: fields.seconds("autoPromotionSeconds") ?? .zero,
      previewReplicas: fields.written("previewReplicaCount")?.integer(
        in: 0...WrittenNumber.countMax),
      scaleDownDelay: fields.seconds("scaleDownDelaySeconds") ?? .seconds(30),
      abortDelay: fields.seconds("abortScaleDownDelaySeconds") ?? .seconds(30))
    if !fields["autoPromotionEnabled"].boolean() {
      gate = analyses.hook("promotion")
      fields.written("autoPromotionSeconds")?.report(
        .unused, "autoPromotionSeconds is not looked at with autoPromotionEnabled: false")
    }
    before = fields.written("prePromotionAnalysis").map {
      analyses.analysis($0, mustEnd: true)
    }
    after = fields.written("postPromotionAnalysis").map {
      analyses.analysis($0, mustEnd: true)
    }
  }
}
