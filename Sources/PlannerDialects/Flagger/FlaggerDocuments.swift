import Determinism
package import LocatedYAML
package import RolloutStrategies

/// Flagger's documents: a `Canary`, beside which metric templates and alert providers may stand.
package enum FlaggerDocuments {
  private static let api = "flagger.app/"
  private static let companions = [api + "MetricTemplate", api + "AlertProvider"]

  static let system = ForeignSystem(
    name: "Flagger", kinds: [api + "Canary"] + companions, read: readRollout)

  private static func readRollout(_ documents: [ForeignDocument]) -> ForeignRollout? {
    let roots = documents.map(\.root)
    guard roots.contains(where: isCanary) else {
      roots.first?.report(
        .wrongDocuments, "there is no Canary beside it", help: "add the Canary to the file")
      return nil
    }
    let (name, policy) = read(roots)
    return ForeignRollout(name: name, delivery: .flagger(FlaggerDeliveryPolicy(policy)))
  }

  /// What a `Canary` asks for whose spec stands alone.
  package static func read(spec cursor: Cursor) -> FlaggerPolicy {
    policy(cursor.fields(FlaggerSpecs.canary), "")
  }

  /// Whether a document is a `Canary`.
  package static func isCanary(_ root: Cursor) -> Bool {
    ForeignDocument(root).kind == api + "Canary"
  }

  /// Whether a document is one of Flagger's.
  package static func isOwn(_ root: Cursor) -> Bool {
    system.kinds.contains(ForeignDocument(root).kind)
  }

  /// What the documents of one file amount to together.
  ///
  /// - Parameter roots: the documents; at least one is a `Canary`.
  /// - Returns: the name of the first `Canary`, and what it asks for; all that is wrong has been
  ///   reported.
  package static func read(_ roots: [Cursor]) -> (name: String, policy: FlaggerPolicy) {
    let canaries = roots.filter(isCanary)
    precondition(!canaries.isEmpty, "no Canary among \(roots.count) documents")
    for other in canaries.dropFirst() {
      other.report(
        .wrongDocuments, "a second Canary in one file", help: "give each a file of its own")
    }
    for root in roots where !isCanary(root) {
      let kind = ForeignDocument(root).kind
      guard !companions.contains(kind) else { continue }
      root.report(
        .unsupportedKind, "beside a Canary documents of the kind \(quoted(kind)) are not read",
        help: "give it a file of its own")
    }
    let document = ForeignDocument(canaries[0])
    let spec = canaries[0].fields(KubernetesObject.map("Canary", spec: FlaggerSpecs.canary.name))
    return (document.name, policy(spec["spec"].fields(FlaggerSpecs.canary), document.namespace))
  }

  private static func policy(_ spec: Fields, _ namespace: String) -> FlaggerPolicy {
    let target = spec["targetRef"].fields(FlaggerSpecs.target)
    let analysis = (spec.written("analysis") ?? spec.written("canaryAnalysis"))?.fields(
      FlaggerSpecs.analysis)
    var policy = analysis.map(FlaggerPolicy.init) ?? FlaggerPolicy(skipsAnalysis: true)
    policy.target = target["kind"].choice(FlaggerPolicy.Target.allCases, else: .deployment)
    policy.isSuspended = spec["suspend"].boolean()
    policy.skipsAnalysis = analysis == nil || spec["skipAnalysis"].boolean()
    policy.isWithoutRouter = spec.written("provider")?.text == "kubernetes"
    if let deadline = spec.written("progressDeadlineSeconds") {
      policy.progressDeadline = .seconds(Int64(deadline.goInteger(else: 600)))
    }
    checkOlderForm(spec, &policy)
    refuse(spec, target, analysis, namespace)
    warn(spec, analysis, policy)
    return policy
  }

  /// The older form is looked at where the present one is missing, but not for how traffic goes
  /// back: a quirk of the system.
  private static func checkOlderForm(_ spec: Fields, _ policy: inout FlaggerPolicy) {
    guard let older = spec.written("canaryAnalysis") else { return }
    guard spec.written("analysis") == nil else {
      older.report(.unused, "canaryAnalysis is not looked at beside analysis")
      return
    }
    guard policy.stepWeightPromotion > 0 else { return }
    policy.stepWeightPromotion = 0
    older.entry("stepWeightPromotion")?.report(
      .unused, "stepWeightPromotion is only looked at under analysis",
      help: "rename canaryAnalysis to analysis")
  }

  // MARK: What cannot be

  private static func refuse(
    _ spec: Fields, _ target: Fields, _ analysis: Fields?, _ namespace: String
  ) {
    var references = FlaggerRefusal.References(namespace: namespace)
    let group = target.written("apiVersion")?.text ?? ""
    references.isKnativeTarget =
      target.written("kind")?.text == "Service" && group.hasPrefix("serving.knative.dev/")
    references.isKnativeProvider = spec.written("provider")?.text == "knative"
    let affinity = analysis?.written("sessionAffinity")?.fields(FlaggerSpecs.affinity)
    references.canaryCookie = affinity?.written("cookieName")?.text
    references.primaryCookie = affinity?.written("primaryCookieName")?.text
    // Whether the controller keeps to a namespace is not for the document to say.
    switch FlaggerRefusal.first(for: references, staysInNamespace: false) {
    case .knativeTargetOnly:
      target.map.report(
        .badChoice, "a Knative service is only delivered by the provider knative",
        help: "write provider: knative")
    case .knativeProviderOnly:
      spec["provider"].report(
        .badChoice, "the provider knative only delivers Knative services",
        help: "choose another provider, or a target of serving.knative.dev/v1")
    case .equalCookies:
      affinity?.map.report(
        .duplicateName, "both cookies have one name", help: "give each a name of its own")
    case .foreignUpstream, .foreignTemplate, .foreignAlertProvider, nil: break
    }
  }

  /// Plays what the document asks for, and warns if that leads nowhere even if all goes well.
  private static func warn(_ spec: Fields, _ analysis: Fields?, _ policy: FlaggerPolicy) {
    if policy.isSuspended {
      return spec["suspend"].report(
        .neverFinishes, "nothing is done while it is suspended", help: "write suspend: false")
    }
    let items = analysis?.written("metrics")?.items() ?? []
    for (item, metric) in zip(items, policy.metrics) where metric.origin == .none {
      item.report(
        .neverFinishes, "the metric has neither a template nor a query: it fails every check",
        help: "add query: or templateRef:")
    }
    // Where something could not be read, what stands for it may lead nowhere.
    guard spec.map.reading.errorCount == 0 else { return }
    let forecast = FlaggerForecast(policy)
    guard forecast.end == .stays, let last = forecast.looks.last else { return }
    analysis?.map.report(
      .neverFinishes,
      "if all goes well it stays at \(last.phase.rawValue) with a weight of \(last.weight) %",
      help: "let the weights rise to maxWeight: write stepWeight, or stepWeights that ascend")
  }
}

// MARK: Analysis

extension FlaggerPolicy {
  /// Reads how a revision is tried.
  fileprivate init(_ analysis: Fields) {
    func number(_ name: String, else standard: Int) -> Int {
      analysis.written(name)?.goInteger(else: standard) ?? standard
    }
    self.init(
      interval: analysis.written("interval")?.text.flatMap(KubernetesNumbers.duration)
        // The controller takes this for what it cannot read, too.
        ?? .seconds(60),
      threshold: number("threshold", else: 1), maxWeight: number("maxWeight", else: 100),
      stepWeight: number("stepWeight", else: 0),
      stepWeights: (analysis.written("stepWeights")?.items() ?? []).map { $0.goInteger(else: 0) },
      stepWeightPromotion: number("stepWeightPromotion", else: 0),
      iterations: number("iterations", else: 0),
      hasMatch: !(analysis.written("match")?.items() ?? []).isEmpty,
      mirrors: analysis["mirror"].boolean(),
      metrics: (analysis.written("metrics")?.items() ?? []).map(FlaggerMetric.init),
      hooks: (analysis.written("webhooks")?.items() ?? []).map(FlaggerHook.init),
      primaryReadyPercent: number("primaryReadyThreshold", else: 100),
      canaryReadyPercent: number("canaryReadyThreshold", else: 100))
  }
}

extension FlaggerMetric {
  fileprivate init(_ cursor: Cursor) {
    let fields = cursor.fields(FlaggerSpecs.metric)
    let range = fields.written("thresholdRange")?.fields(FlaggerSpecs.range)
    self.init(
      name: fields.written("name")?.text ?? "",
      hasTemplate: fields.written("templateRef") != nil,
      hasQuery: !(fields.written("query")?.text ?? "").isEmpty,
      least: range?.written("min")?.measure(), most: range?.written("max")?.measure(),
      threshold: fields.written("threshold")?.measure() ?? Measure(0))
  }
}

extension FlaggerHook {
  fileprivate init(_ cursor: Cursor) {
    let fields = cursor.fields(FlaggerSpecs.webhook)
    self.init(
      name: fields["name"].text ?? "", kind: fields["type"].choice(Kind.allCases, else: .rollout))
  }
}

extension Cursor {
  /// A whole number of 32 bits, which may be negative: what does not make sense is for the
  /// controller to replace.
  fileprivate func goInteger(else standard: Int) -> Int {
    guard let value, let text else { return standard }
    guard case .scalar(_, isPlain: true) = value.content, let number = Int32(text) else {
      return refuse(
        .badInteger, "\(quoted(text)) is not a whole number of 32 bits",
        help: "write digits without quotes", use: standard)
    }
    return Int(number)
  }
}
