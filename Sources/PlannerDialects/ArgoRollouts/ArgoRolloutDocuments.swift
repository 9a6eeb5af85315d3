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
