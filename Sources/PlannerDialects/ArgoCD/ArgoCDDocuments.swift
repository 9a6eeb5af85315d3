import Determinism
import LocatedYAML
import RolloutStrategies

/// Argo CD's documents: an ApplicationSet, with the settings of Argo CD that say how soon changes
/// are found.
///
/// - Source: Argo CD after v3.5.0-rc3, `argoproj.io/v1alpha1` `ApplicationSet`; `argocd-cm`.
enum ArgoCDDocuments {
  static let system = ForeignSystem(
    name: "Argo CD", kinds: ["argoproj.io/ApplicationSet", "ConfigMap"], read: read)

  /// How long it takes at most until an Application that was rewritten is compared again.
  ///
  /// Nobody has published it; what matters is that it is not the same for all.
  private static let rewritten = Microseconds.seconds(10)

  private static func read(_ documents: [ForeignDocument]) -> ForeignRollout? {
    let settings = documents.filter { $0.kind == "ConfigMap" }
    let sets = documents.filter { $0.kind != "ConfigMap" }
    let branch = source(settings)
    guard let first = sets.first else {
      documents.first?.root.report(
        .wrongDocuments, "settings of Argo CD without an ApplicationSet",
        help: "add the ApplicationSet to the file")
      return nil
    }
    for other in sets.dropFirst() {
      other.root.report(
        .wrongDocuments, "a second ApplicationSet in one file",
        help: "give each its own file and rollout, and order them by `after`")
    }
    let map = KubernetesObject.map("ApplicationSet", spec: ArgoCDSpecs.spec.name)
    let spec = first.root.fields(map)["spec"].fields(ArgoCDSpecs.spec)
    return ForeignRollout(name: first.name, strategy: .applicationSet(policy(spec, branch)))
  }

  private static func policy(
    _ spec: Fields, _ branch: ApplicationSetPolicy.Source
  ) -> ApplicationSetPolicy {
    let template = spec["template"].fields(ArgoCDSpecs.template)
    let application = template["spec"].fields(ArgoCDSpecs.application)
    if let patch = spec.written("templatePatch") {
      patch.report(
        .statedElsewhere, "the patch is not evaluated: Applications are as the template says",
        help: "put labels that steps choose by into the template")
    }
    let labels = template["metadata"].fields(ArgoCDSpecs.metadata).written("labels")
    let sync = sync(spec, application)
    return ApplicationSetPolicy(
      clusters: clusters(spec["generators"]),
      labels: ArgoCDTemplates.labels(labels, neededBy: sync, spec), sync: sync,
      source: isPinned(application) ? .template(within: rewritten) : branch)
  }

  // MARK: Which Applications

  /// The clusters that one generator of clusters chooses; others cannot be evaluated here.
  private static func clusters(_ generators: Cursor) -> Selector {
    guard generators.value != nil else { return .all }
    let items = generators.items()
    if items.count == 1, items[0].entry("clusters") != nil {
      let generator = items[0].fields(ArgoCDSpecs.generator)
      generator.written("selector")?.report(
        .statedElsewhere, "which of what is generated is taken cannot be evaluated here: all is",
        help: "choose the clusters by clusters.selector")
      return generator["clusters"].fields(ArgoCDSpecs.clusters).written("selector")?
        .labelSelector() ?? .all
    }
    if items.isEmpty {
      generators.report(
        .neverFinishes, "nothing generates Applications", help: "add generators: [{clusters: {}}]")
    } else {
      generators.report(
        .statedElsewhere,
        "what is generated cannot be evaluated here: it is taken to be one "
          + "Application for each of the rollout's clusters",
        help: "choose these as the rollout's clusters, or dump the Applications and observe them")
    }
    return .all
  }

  /// Whether the template itself names the version that is rolled out.
  private static func isPinned(_ application: Fields) -> Bool {
    let sources =
      application.written("source").map { [$0] } ?? application.written("sources")?.items() ?? []
    return sources.contains { source in
      let revision = source.fields(ArgoCDSpecs.source)["targetRevision"].text ?? ""
      return isVersion(revision)
    }
  }

  /// Whether a revision stands for one version only: a commit, or a whole semantic version.
  private static func isVersion(_ text: String) -> Bool {
    let isCommit = text.utf8.count == 40 && text.allSatisfy(\.isHexDigit)
    let digits = text.hasPrefix("v") ? text.dropFirst() : text[...]
    let core = digits.prefix { $0 != "-" && $0 != "+" }
    let parts = core.split(separator: ".", omittingEmptySubsequences: false)
    return isCommit || parts.count == 3 && parts.allSatisfy { UInt32($0) != nil }
  }

  // MARK: How they are synced

  private static func sync(_ spec: Fields, _ application: Fields) -> RollingSync {
    let strategy = spec.written("strategy").flatMap { $0.value?.isNull == true ? nil : $0 }
    let fields = strategy?.fields(ArgoCDSpecs.strategy)
    let type = fields?["type"].text ?? ""
    let isAutomated =
      application.written("syncPolicy")?.fields(ArgoCDSpecs.syncPolicy).written("automated") != nil
    guard type == "RollingSync" else {
      if !type.isEmpty, type != "AllAtOnce" {
        fields?["type"].report(
          .badChoice, "\(quoted(type)) is no type of strategy",
          help: Suggestions.text(for: type, among: ["AllAtOnce", "RollingSync"]))
      } else if !isAutomated {
        (strategy ?? spec.map).report(
          .neverFinishes, "Applications are written and nobody syncs them",
          help: "add syncPolicy: {automated: {}} to the template, or a RollingSync")
      }
      return RollingSync(steps: isAutomated ? [.init()] : [])
    }
    let written = fields?.written("rollingSync")?.fields(ArgoCDSpecs.rollingSync).written("steps")
    let steps = (written?.items() ?? []).map { step($0.fields(ArgoCDSpecs.step)) }
    if steps.isEmpty {
      strategy?.report(
        .neverFinishes, "a RollingSync without steps is an error, and nothing is synced",
        help: "add rollingSync: {steps: [...]}")
    }
    return RollingSync(steps: steps, deletionOrder: fields?["deletionOrder"].text)
  }

  private static func step(_ fields: Fields) -> RollingSync.Step {
    let expressions = (fields.written("matchExpressions")?.items() ?? []).map { item in
      let fields = item.fields(ArgoCDSpecs.expression)
      let expression = RollingSync.Expression(
        key: fields["key"].text ?? "", comparison: fields["operator"].text ?? "",
        values: (fields.written("values")?.items() ?? []).compactMap(\.text))
      if !expression.isKnown, fields["operator"].value != nil {
        fields["operator"].report(
          .neverFinishes,
          "\(quoted(expression.comparison)) is not known, and holds for nobody with the label",
          help: "write In or NotIn")
      }
      return expression
    }
    return RollingSync.Step(
      expressions: expressions, maxUpdate: fields.written("maxUpdate").flatMap(maxUpdate))
  }

  private static func maxUpdate(_ field: Cursor) -> RollingSync.MaxUpdate? {
    guard case .scalar(let text, let isPlain)? = field.value?.content, !text.isEmpty else {
      return nil
    }
    let limit: RollingSync.MaxUpdate =
      isPlain ? Int32(text).map { .count(Int($0)) } ?? .init(text: text) : .init(text: text)
    if limit == .unreadable {
      field.report(
        .statedElsewhere, "\(quoted(text)) is not read there, and means 1",
        help: "write a whole number without quotes, or a whole percentage")
    } else if limit.limit(of: 1_000) <= 0 {
      field.report(
        .neverFinishes, "maxUpdate \(text) syncs nothing: each Application waits for a person",
        help: "write 1 or more, if that is not meant as a gate")
    }
    return limit
  }

  // MARK: How soon changes are found

  /// How often Applications that follow a branch are compared.
  private static func source(_ documents: [ForeignDocument]) -> ApplicationSetPolicy.Source {
    var every = Microseconds.seconds(120)
    var jitter = Microseconds.seconds(60)
    for document in documents {
      guard document.name == "argocd-cm" else {
        document.root.report(
          .wrongDocuments, "the ConfigMap \(quoted(document.name)) is none of Argo CD's settings",
          help: "name it argocd-cm, or take it out of the file")
        continue
      }
      let data = document.root.entry("data")
      if let text = data?.entry("timeout.reconciliation") { every = text.goDuration() }
      if let text = data?.entry("timeout.reconciliation.jitter") { jitter = text.goDuration() }
    }
    return .branch(every: max(.zero, every), jitter: max(.zero, jitter))
  }
}

extension ForeignRollout {
  /// The rollout where each cluster stands for an Application that was generated, labels and all,
  /// and was compared when it was seen.
  var overApplications: ForeignRollout {
    guard case .applicationSet(var policy)? = strategy else { return self }
    policy.clusters = .all
    policy.labels = nil
    policy.source = .branch(every: .zero, jitter: .zero)
    var whole = self
    whole.strategy = .applicationSet(policy)
    return whole
  }
}
