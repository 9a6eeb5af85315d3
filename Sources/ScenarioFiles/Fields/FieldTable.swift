public import LocatedYAML

/// Every map that documents can hold: what `explain` shows and the reference is made from.
public enum FieldTable {
  /// The maps, a document's parts after the document.
  public static let maps: [MapSpec] = [
    .document, .metadata, .reference,
    .scenario, .service, .requests, .initialVersion, .placement, .placementWeight, .placementSpread,
    .planner,
    .span, .rollout, .delivery, .rollingUpdate,
    .bindings, .metricSignal, .metricMean, .hookSignal,
    .guard, .guardReference, .window, .freeze, .domainLimit, .domainShare,
    .neighbours, .headroom, .residency, .release, .approval, .versionSkew, .skewedService, .budget,
    .deadline, .emergency, .operator, .resume, .hours, .trigger, .source, .scope,
    .environment, .failure, .outage, .membership, .signals, .case, .defect, .carrier,
    .defectTrigger, .defectEffect, .arm, .decide, .guardrail,
    .fleet, .class, .poll, .upDown, .cluster, .generate, .hierarchy, .classShare, .drawnLabel,
    .valueShare,
    .strategy, .allAtOnce, .progressive, .perGroup, .staged, .stage, .gate, .timedApproval,
    .timedBatches, .exposure, .partial, .partialException, .blueGreen, .riskRamp,
    .cohortCanary, .analysis, .differenceTest, .ratioTest, .sequentialTest, .burnRate, .burnWindow,
    .retry, .membershipRule,
    .selector, .requirement, .distribution, .lognormal, .quantile, .branch,
  ]

  /// A map by its name, as fields refer to it; nil: there is none.
  public static func map(named name: String) -> MapSpec? {
    maps.first { $0.name == name }
  }

  /// The field at a path like `Scenario.spec.rollouts.to`, as `explain` is asked for it.
  ///
  /// The first part is the kind of document; `spec` may be left away; lists are passed through.
  ///
  /// - Returns: the map that the path ends in or has its last field in, and that field; nil: there
  /// is no such path.
  public static func find(_ path: String) -> (map: MapSpec, field: FieldSpec?)? {
    var parts = path.split(separator: ".").map(String.init)
    guard !parts.isEmpty, var map = map(named: parts.removeFirst()) else { return nil }
    if parts.first == "spec" { parts.removeFirst() }
    var last: FieldSpec?
    for part in parts {
      if let field = last {
        guard let name = field.map, let next = self.map(named: name) else { return nil }
        map = next
      }
      guard let field = map.fields.first(where: { $0.name == part }) else { return nil }
      last = field
    }
    return (map, last)
  }
}
