import Determinism
import FleetModel
import LocatedYAML
import PlannerDialects
import RolloutStrategies

extension MapSpec {
  static let rollout = MapSpec(
    "rollout", "Something that is rolled out; which strategy does it is said by the arm.",
    [
      .required("name", "name", "Its name."),
      .required("service", "name", "The service that changes."),
      .required("to", "label value", "The version it changes to."),
      .standard("clusters", "selector", "{}", "The clusters it is for.", map: "selector"),
      .standard("startsAfter", "duration", "0s", "From the scenario's start to the rollout's."),
      .optional(
        "delivery", "map", absent: "a rolling update with 25% and 25%",
        "How the version comes into one cluster.", map: "delivery"),
      .standard(
        "guards", "list", "[]", "When clusters must not start, in line or as {name: guard}.",
        map: "guard"),
      .standard(
        "after", "list of sources or {all: list} or {any: list}", "[]",
        "Rollouts that are waited for.", map: "source"),
      .optional(
        "deadline", "map", absent: "none", "By when it must be done, even against some guards.",
        map: "deadline"),
      .optional(
        "emergency", "map", absent: "none", "Its limits once an emergency is declared.",
        map: "emergency"),
    ])

  static let delivery = MapSpec(
    "delivery", "How a version comes into one cluster.",
    exactlyOneOf: ["rollingUpdate", "flagger", "argoRollout"],
    [
      .optional(
        "rollingUpdate", "map", absent: "another", "A few pods at a time.", map: "rollingUpdate"),
      .optional(
        "flagger", "spec of a Flagger Canary, unedited", absent: "another",
        "A canary beside the pods that serve; the bindings say what its checks see."),
      .optional(
        "argoRollout", "spec of an Argo Rollout, unedited", absent: "another",
        "Steps, or a switch; the bindings say what analyses come to, and who lets it go on."),
    ])

  static let rollingUpdate = MapSpec(
    "rollingUpdate", "Replaces a few pods at a time.",
    [
      .standard(
        "maxSurge", "count or percent", "25%", "Pods more than wanted; a share is rounded up."),
      .standard(
        "maxUnavailable", "count or percent", "25%",
        "Pods fewer than wanted; a share is rounded down."),
    ])

  static let trigger = MapSpec(
    "trigger", "Rollouts that are waited for.", exactlyOneOf: ["all", "any"],
    [
      .optional("all", "list", absent: "any", "Every source must be satisfied.", map: "source"),
      .optional("any", "list", absent: "all", "One source is enough.", map: "source"),
    ])

  static let source = MapSpec(
    "source", "One rollout that is waited for.",
    [
      .required("rollout", "name", "The rollout."),
      .standard(
        "state", "launched or available", "launched", "What its clusters must have reached."),
      .standard(
        "in", "sameCluster, fleet or {domain: level}", "sameCluster",
        "Which of its clusters count.", map: "scope"),
      .standard("share", "share", "100%", "Which share of them; rounded up."),
      .standard("soak", "duration", "0s", "How long that must have been so."),
      .standard(
        "onRollback", "ignore or rollBack", "ignore",
        "Whether this rollout goes back when that one does, and before it."),
    ])

  static let scope = MapSpec(
    "scope", "The clusters of the same domain.",
    [.required("domain", "name", "The level or group.")])
}

extension RolloutPlan {
  /// Reads a rollout but for its delivery, which may stand in another file.
  ///
  /// `named` are the guards that it can refer to.
  init(_ cursor: Cursor, named: [GuardPolicy]) {
    let fields = cursor.fields(.rollout)
    let name = fields["name"].newName(.rollout)
    let guardItems = fields["guards"].items()
    let guards = guardItems.map { GuardPolicy(item: $0, scope: "guards of \(name)", named: named) }
    self.init(
      name: name, service: fields["service"].name(of: .service), to: fields["to"].version(),
      clusters: fields["clusters"].selector(),
      startsAfter: fields["startsAfter"].moment("the rollout starts"),
      guards: guards, trigger: TriggerPolicy(fields["after"], of: name),
      deadline: fields.written("deadline").map { DeadlinePlan($0, guards: guards) },
      emergency: fields.written("emergency").map { EmergencyPlan($0, guards: guards) })
  }
}

extension DeliveryPolicy {
  /// Reads a delivery that is stated in line.
  init(_ cursor: Cursor) {
    guard let (name, value) = cursor.fields(.delivery).alternative else {
      self = .standard
      return
    }
    switch name {
    case "flagger": self = .flagger(FlaggerDeliveryPolicy(FlaggerDocuments.read(spec: value)))
    case "argoRollout": self = .argoRollout(ArgoRolloutDocuments.read(spec: value))
    default: self.init(rollingUpdate: value)
    }
  }

  private init(rollingUpdate cursor: Cursor) {
    let fields = cursor.fields(.rollingUpdate)
    // As in Kubernetes, more than twice the pods may be asked for; ten times is a slip.
    let surge = fields["maxSurge"].amount(shareMax: .percent(1_000))
    let unavailable = fields["maxUnavailable"].amount()
    let nothing: [Amount] = [.count(0), .share(.zero)]
    if nothing.contains(surge), nothing.contains(unavailable) {
      fields.map.report(
        .outOfRange, "maxSurge and maxUnavailable are both 0",
        help: "with neither more nor fewer pods nothing can be replaced: raise one of them")
    }
    self = .rollingUpdate(maxSurge: surge, maxUnavailable: unavailable)
  }
}

extension TriggerPolicy {
  /// Reads what a rollout waits for; nil: nothing.
  fileprivate init?(_ cursor: Cursor, of rollout: String) {
    var items: [Cursor] = []
    var require = Combination.all
    if case .map = cursor.value?.content {
      guard let (name, value) = cursor.fields(.trigger).alternative else { return nil }
      items = value.items(atLeast: 1)
      require = name == "any" ? .any : .all
    } else {
      items = cursor.items()
    }
    guard !items.isEmpty else { return nil }
    self.init(sources: items.map { Source($0, of: rollout) }, require: require)
  }
}

extension TriggerPolicy.Source {
  fileprivate init(_ cursor: Cursor, of rollout: String) {
    let fields = cursor.fields(.source)
    let source = fields["rollout"].name(of: .rollout)
    if let origin = fields["rollout"].origin {
      cursor.reading.book.dependencies.append((rollout, source, origin))
    }
    self.init(
      rollout: source,
      state: fields["state"].choice(TriggerPolicy.State.allCases, else: .launched),
      scope: TriggerPolicy.Scope(fields["in"]),
      share: fields["share"].ratio(in: Ratio(partsPerBillion: 1) ... .one),
      soak: fields["soak"].duration(),
      onRollback: fields.written("onRollback").flatMap {
        let rule = $0.choice(TriggerPolicy.SourceRollback.allCases, else: .ignore)
        return rule == .rollBack ? rule : nil
      })
  }
}

extension TriggerPolicy.Scope {
  /// Reads which clusters count.
  init(_ cursor: Cursor) {
    if case .map = cursor.value?.content {
      self = .domain(cursor.fields(.scope)["domain"].levelOrGroup())
      return
    }
    let word = cursor.choice([ScopeWord.sameCluster, .fleet], or: .scope, else: .sameCluster)
    self = word == .fleet ? .fleet : .sameCluster
  }

  private enum ScopeWord: String {
    case sameCluster, fleet
  }
}

extension Cursor {
  /// The name of a level or group of the fleet; `orCluster`: `cluster` is one, too.
  func levelOrGroup(orCluster: Bool = false) -> String {
    guard let text, let origin else { return "" }
    reading.book.levels.append((text, origin, orCluster))
    return text
  }
}
