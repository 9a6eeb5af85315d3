import LocatedYAML
import RolloutStrategies

extension MapSpec {
  static let `guard` = MapSpec(
    "guard", "A rule about when clusters must not be started.",
    exactlyOneOf: [
      "window", "freeze", "domainLimit", "domainShare", "neighbours", "headroom", "residency",
      "approval", "versionSkew", "budget",
    ],
    [
      .required("name", "name", "The name it is reported by."),
      .standard(
        "clusters", "selector", "{}", "The clusters it applies to.", map: "selector"),
      .optional(
        "window", "map", absent: "another rule", "Only inside a recurring window.",
        map: "window"),
      .optional(
        "freeze", "map", absent: "another rule", "Not inside a span of dates.", map: "freeze"),
      .optional(
        "domainLimit", "map", absent: "another rule", "Not in too many domains at once.",
        map: "domainLimit"),
      .optional(
        "domainShare", "map", absent: "another rule", "Not too much of a domain at once.",
        map: "domainShare"),
      .optional(
        "neighbours", "map", absent: "another rule", "Not beside a neighbour that is in flight.",
        map: "neighbours"),
      .optional(
        "headroom", "map", absent: "another rule",
        "Not when what is left could not carry the load.", map: "headroom"),
      .optional(
        "residency", "map", absent: "another rule", "Not where the version is not released.",
        map: "residency"),
      .optional(
        "approval", "map", absent: "another rule",
        "Not before an operator of the cluster's group approves.", map: "approval"),
      .optional(
        "versionSkew", "map", absent: "another rule",
        "Not while other services run versions that are too far away.", map: "versionSkew"),
      .optional(
        "budget", "map", absent: "another rule",
        "Not beyond what all planners together may have in flight.", map: "budget"),
    ])

  static let guardReference = MapSpec(
    "guardReference", "Names one of the scenario's guards.",
    [.required("name", "name", "The guard, one of spec.guards.")])
}

extension GuardPolicy {
  /// Reads a guard.
  init(_ cursor: Cursor, scope: String = "") {
    let fields = cursor.fields(.guard)
    self.init(
      name: fields["name"].newName(.guard, scope: scope), clusters: fields["clusters"].selector(),
      rule: Self.rule(fields))
  }

  /// Reads an item of a rollout's guards: a guard, or the name of one.
  ///
  /// `scope` says whose guards these are.
  init(item cursor: Cursor, scope: String, named: [GuardPolicy]) {
    let isReference = (MapSpec.guard.exactlyOneOf + ["clusters"]).allSatisfy {
      cursor.value?.entry($0) == nil
    }
    guard isReference, cursor.value?.entry("name") != nil else {
      self.init(cursor, scope: scope)
      return
    }
    let name = cursor.fields(.guardReference)["name"]
    let text = name.name(of: .guard)
    // Two guards of one name in a rollout could not be told apart, wherever they stand.
    if let origin = name.origin {
      cursor.reading.book.define(.guard, text, scope: scope, at: origin)
    }
    self = named.first { $0.name == text } ?? GuardPolicy(name: text, rule: Self.harmless)
  }

  private static let harmless = Rule.domainLimit(DomainLimitRule(level: "", atMost: 1))

  private static func rule(_ fields: Fields) -> Rule {
    guard let (name, cursor) = fields.alternative else { return harmless }
    switch name {
    case "window": return .window(WindowRule(cursor.fields(.window)))
    case "freeze": return .freeze(FreezeRule(cursor.fields(.freeze)))
    case "domainLimit": return .domainLimit(DomainLimitRule(cursor.fields(.domainLimit)))
    case "domainShare": return .domainShare(DomainShareRule(cursor.fields(.domainShare)))
    case "neighbours": return .neighbours(NeighbourRule(cursor.fields(.neighbours)))
    case "headroom": return .headroom(HeadroomRule(cursor.fields(.headroom)))
    case "residency": return .residency(ResidencyRule(cursor.fields(.residency)))
    case "approval": return .approval(ApprovalRule(cursor.fields(.approval)))
    case "versionSkew": return .versionSkew(VersionSkewRule(cursor.fields(.versionSkew)))
    case "budget": return .budget(BudgetRule(cursor.fields(.budget)))
    default: preconditionFailure("the alternative \(name) is not read")
    }
  }
}
