import Determinism
import FleetModel
import LocatedYAML

extension MapSpec {
  static let `case` = MapSpec(
    "case", "One way the change may turn out.",
    [
      .required("name", "name", "Its name."),
      .required("weight", "share", "How likely it is, relative to the others."),
      .standard("defects", "list", "[]", "What is wrong with the new versions.", map: "defect"),
    ])

  static let defect = MapSpec(
    "defect", "What carries a defect, what sets it off, where, and what it does.",
    [
      .required("carrier", "map", "The service and version that carry it.", map: "carrier"),
      .standard(
        "trigger", "atStart, {afterStart: duration} or {at: duration}", "atStart",
        "What sets it off in a cluster that carries it.", map: "defectTrigger"),
      .standard(
        "where", "selector", "{}", "The clusters that can be affected.", map: "selector"),
      .standard("share", "share", "100%", "The share of those that are."),
      .required(
        "effect", "crash, neverReady or {errorRate: share}", "What it does.",
        map: "defectEffect"),
    ])

  static let carrier = MapSpec(
    "carrier", "A version of a service.",
    [
      .required("service", "name", "The service."),
      .required("version", "label value", "The version."),
    ])

  static let defectTrigger = MapSpec(
    "defectTrigger", "A moment that sets a defect off.", exactlyOneOf: ["afterStart", "at"],
    [
      .optional(
        "afterStart", "duration", absent: "at", "After the cluster's first pod became ready."),
      .optional(
        "at", "duration", absent: "afterStart", "From the scenario's start, in all at once."),
    ])

  static let defectEffect = MapSpec(
    "defectEffect", "A share of requests that fails.",
    [.required("errorRate", "share", "The share of the new version's requests that fails.")])
}

extension CasePlan {
  /// Reads a case.
  init(_ cursor: Cursor) {
    let fields = cursor.fields(.case)
    self.init(
      name: fields["name"].newName(.case), weight: fields["weight"].ratio(),
      defects: fields["defects"].items().map { DefectPlan($0) })
  }
}

extension DefectPlan {
  fileprivate init(_ cursor: Cursor) {
    let fields = cursor.fields(.defect)
    let carrier = fields["carrier"].fields(.carrier)
    let service = carrier["service"].name(of: .service)
    let version = carrier["version"].version()
    if let origin = carrier["version"].origin {
      cursor.reading.book.carriers.append((service, version, origin))
    }
    self.init(
      service: service, version: version, trigger: Trigger(fields["trigger"]),
      affects: fields["where"].selector(),
      share: fields["share"].ratio(in: Ratio(partsPerBillion: 1) ... .one),
      effect: Effect(fields["effect"]))
  }
}

extension DefectPlan.Trigger {
  fileprivate init(_ cursor: Cursor) {
    guard case .map = cursor.value?.content else {
      _ = cursor.choice([TriggerWord.atStart], or: .defectTrigger, else: .atStart)
      self = .atStart
      return
    }
    guard let (name, value) = cursor.fields(.defectTrigger).alternative else {
      self = .atStart
      return
    }
    self =
      name == "at"
      ? .at(value.moment("the defect becomes active")) : .afterStart(value.duration())
  }

  private enum TriggerWord: String {
    case atStart
  }
}

extension DefectPlan.Effect {
  fileprivate init(_ cursor: Cursor) {
    guard case .map = cursor.value?.content else {
      let word = cursor.choice([EffectWord.crash, .neverReady], or: .defectEffect, else: .crash)
      self = word == .crash ? .crash : .neverReady
      return
    }
    let rate = cursor.fields(.defectEffect)["errorRate"]
    self = .errorRate(rate.ratio(in: Ratio(partsPerBillion: 1) ... .one))
  }

  private enum EffectWord: String {
    case crash, neverReady
  }
}
