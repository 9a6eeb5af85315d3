import Determinism
import LocatedYAML
import RolloutStrategies

/// The analyses that an Argo `Rollout` refers to, and what of them only a cluster can answer.
struct ArgoAnalyses {
  /// Numbers that are measured, each once.
  private(set) var metrics: [Binding<MetricSignal>] = []
  /// Questions that are answered with yes or no, each once.
  private(set) var hooks: [Binding<HookSignal>] = []

  private typealias Argument = (name: String, value: String?)

  /// References to templates that are followed, those of templates among them.
  private static let referencesMax = 200
  private var references = 0

  /// Templates by name, those of a namespace before those of none.
  private let templates: [(name: String, isOfCluster: Bool, root: Cursor)]

  static let kinds = ["argoproj.io/AnalysisTemplate", "argoproj.io/ClusterAnalysisTemplate"]

  /// Takes the templates among the documents of a file.
  init(_ roots: [Cursor]) {
    templates = roots.compactMap { root in
      let document = ForeignDocument(root)
      guard let index = Self.kinds.firstIndex(of: document.kind) else { return nil }
      return (document.name, index == 1, root)
    }
  }

  /// The number of a question, which is new if its name is.
  mutating func hook(_ name: String) -> Int {
    if let index = hooks.firstIndex(where: { $0.name == name }) { return index }
    hooks.append(Binding(name: name))
    return hooks.count - 1
  }

  private mutating func metric(_ name: String) -> Int {
    if let index = metrics.firstIndex(where: { $0.name == name }) { return index }
    metrics.append(Binding(name: name))
    return metrics.count - 1
  }

  // MARK: Templates

  /// Reads what an analysis refers to.
  ///
  /// - Parameters:
  ///   - cursor: the analysis of a step, or beside the steps, or before or after a switch.
  ///   - mustEnd: whether something waits for its end.
  /// - Returns: its metrics; all that is wrong has been reported.
  mutating func analysis(_ cursor: Cursor, mustEnd: Bool) -> ArgoAnalysis {
    let fields = cursor.fields(AnalysisTemplateSpecs.analysis)
    let given = arguments(fields)
    let dryRuns = Self.dryRuns(fields)
    let references = fields.written("templates")?.items() ?? []
    if references.isEmpty {
      cursor.report(
        .missingField, "the analysis names no template", help: "add templates: [{templateName: …}]")
    }
    var found: [AnalysisMetric] = []
    for reference in references {
      found += metrics(of: reference, given, dryRuns, mustEnd: mustEnd, within: [])
    }
    let names = found.map(\.name)
    for (index, name) in names.enumerated() where names[..<index].contains(name) {
      cursor.report(.duplicateName, "two metrics of the analysis have the name \(quoted(name))")
    }
    return ArgoAnalysis(metrics: found)
  }

  /// The metrics of a template; a question of its name where it is not at hand.
  private mutating func metrics(
    of reference: Cursor, _ given: [Argument], _ dryRuns: [String], mustEnd: Bool,
    within path: [String]
  ) -> [AnalysisMetric] {
    references += 1
    guard references <= Self.referencesMax else {
      return reference.refuse(
        .outOfRange, "analyses refer to more than \(Self.referencesMax) templates",
        help: "put their metrics into fewer templates", use: [])
    }
    let fields = reference.fields(AnalysisTemplateSpecs.reference)
    let name = fields["templateName"].text ?? ""
    let isOfCluster = fields["clusterScope"].boolean()
    let template = templates.first { $0.name == name && $0.isOfCluster == isOfCluster }
    guard !path.contains(name) else {
      return reference.refuse(.cycle, "the template \(quoted(name)) is part of itself", use: [])
    }
    guard let template else {
      reference.report(
        .statedElsewhere, "the template \(quoted(name)) is not in this file",
        help: "add it to the file, or bind \(quoted(name)) to what stands for its verdict")
      return [AnalysisMetric(name: name, origin: .hook(hook(name)))]
    }
    let kind = template.isOfCluster ? "ClusterAnalysisTemplate" : "AnalysisTemplate"
    let map = KubernetesObject.map(kind, spec: AnalysisTemplateSpecs.template.name)
    let spec = template.root.fields(map)["spec"].fields(AnalysisTemplateSpecs.template)
    let own = arguments(spec).filter { argument in !given.contains { $0.name == argument.name } }
    let dryRuns = dryRuns + Self.dryRuns(spec)
    var found: [AnalysisMetric] = []
    for item in spec.written("metrics")?.items() ?? [] {
      let reader = MetricReader(item, arguments: given + own, mustEnd: mustEnd)
      found.append(metric(reader, "\(name)/\(reader.name)", dryRuns))
    }
    for nested in spec.written("templates")?.items() ?? [] {
      found += metrics(
        of: nested, given + own, dryRuns, mustEnd: mustEnd, within: path + [name])
    }
    return found
  }

  private mutating func metric(
    _ reader: MetricReader, _ binding: String, _ dryRuns: [String]
  ) -> AnalysisMetric {
    let origin: AnalysisMetric.Origin
    if let conditions = reader.conditions {
      origin = .metric(
        metric(binding), success: conditions.success, failure: conditions.failure)
    } else {
      origin = .hook(hook(binding))
    }
    let isDryRun = dryRuns.contains { NamePattern($0).matches(reader.name) }
    return AnalysisMetric(
      name: reader.name, origin: origin, limits: reader.limits, interval: reader.interval,
      initialDelay: reader.initialDelay, isDryRun: isDryRun)
  }

  private func arguments(_ fields: Fields) -> [Argument] {
    (fields.written("args")?.items() ?? []).map { item in
      let argument = item.fields(AnalysisTemplateSpecs.argument)
      return (argument["name"].text ?? "", argument.written("value")?.text)
    }
  }

  private static func dryRuns(_ fields: Fields) -> [String] {
    (fields.written("dryRun")?.items() ?? []).compactMap { item in
      item.fields(AnalysisTemplateSpecs.dryRun)["metricName"].text
    }
  }
}
