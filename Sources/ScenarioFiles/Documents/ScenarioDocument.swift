import Determinism
import Experiments
import FleetModel
import LocatedYAML
import RolloutStrategies

extension MapSpec {
  static let scenario = MapSpec(
    "Scenario", "A world, what is rolled out in it, what may go wrong, and what is compared.",
    [
      .required("startAt", "instant", "When the simulation begins."),
      .required("horizon", "duration", "How long it goes on, at most 3650d."),
      .required("fleet", "Fleet spec, {name} or {path}", "The clusters.", map: "Fleet"),
      .required("services", "list", "The services that run on every cluster.", map: "service"),
      .optional(
        "planners", "list", absent: "one planner hub for all clusters",
        "The planners; every cluster belongs to at most one.", map: "planner"),
      .required("rollouts", "list", "What is rolled out.", map: "rollout"),
      .standard(
        "guards", "list", "[]", "Guards that rollouts refer to by name.", map: "guard"),
      .standard(
        "environment", "map", "{}", "What happens whatever is rolled out.", map: "environment"),
      .standard("signals", "map", "{}", "How trouble is noticed.", map: "signals"),
      .standard(
        "bindings", "map", "{}",
        "What stands for the metrics and webhooks that deliveries ask.", map: "bindings"),
      .optional(
        "cases", "list", absent: "one case good without defects",
        "The ways the change may turn out, with weights.", map: "case"),
      .required("arms", "list", "What is compared; the first is the baseline.", map: "arm"),
      .standard("decide", "map", "{}", "What decides between the arms.", map: "decide"),
      .standard(
        "expect", "list of texts", "[]",
        "What must hold: in case CASE: METRIC of ARM < [PERCENT of] ARM; also <=, >, >=."),
    ])

  static let arm = MapSpec(
    "arm", "One of the things compared: a strategy for every rollout.",
    [
      .required("name", "name", "Its name."),
      .required(
        "strategies", "map",
        "For every rollout's name a Strategy spec, {name: strategy} or {path: file}.",
        map: "Strategy"),
      .standard(
        "deliveries", "map", "{}",
        "For rollouts whose delivery differs in this arm: a delivery, or {path: file}.",
        map: "delivery"),
      .standard(
        "guards", "map", "{}", "For rollouts that keep other guards in this arm: a list of them.",
        map: "guard"),
      .standard(
        "deadlines", "map", "{}", "For rollouts that have another deadline in this arm.",
        map: "deadline"),
      .standard(
        "emergencies", "map", "{}",
        "For rollouts that have other limits in an emergency in this arm.", map: "emergency"),
      .standard(
        "placements", "map", "{}", "For services that are placed in another way in this arm.",
        map: "placement"),
      .optional(
        "because", "text", absent: "nothing is said",
        "For readers: why its runs turn out as they do, in a sentence."),
      .optional(
        "expresses", "map of texts", absent: "nothing is said",
        "For readers: how it puts each part of an intent; what it lacks it cannot express."),
    ])
}

/// Reads the spec of a scenario, with the documents it refers to.
struct ScenarioDocument {
  private let document: Document
  private let library: DocumentLibrary
  private let reading: Reading
  private let fields: Fields
  private let bindings: DeliveryBindings

  init(_ document: Document, library: DocumentLibrary) {
    self.document = document
    self.library = library
    reading = document.spec.reading
    fields = document.spec.fields(.scenario)
    bindings = DeliveryBindings(fields["bindings"])
  }

  /// Reads everything; what could not be read was reported and replaced.
  func read() -> (experiment: Experiment, isFleetSound: Bool) {
    let (fleet, isFleetSound) = readFleet()
    let named = fields["guards"].items().map { GuardPolicy($0) }
    let rollouts = readRollouts(named)
    let services = fields["services"].items(atLeast: 1).map { ServicePlan($0) }
    let scenario = Scenario(
      name: document.name, startAt: fields["startAt"].instant(),
      horizon: fields["horizon"].positiveDuration(atMost: Limits.horizonMax), fleet: fleet,
      services: services,
      planners: fields.written("planners")?.items(atLeast: 1).map { PlannerPlan($0) }
        ?? [PlannerPlan(name: "hub")],
      rollouts: rollouts, environment: EnvironmentPlan(fields["environment"]),
      signals: SignalPlan(fields["signals"]), cases: readCases(),
      arms: readArms(rollouts, named, services, fleet.classes))
    bindings.warnOfUnused()
    let metrics =
      isFleetSound
      ? MetricTable(
        levels: fleet.levels + fleet.groups, hasBackups: scenario.hasBackups,
        hasPlacement: scenario.hasPlacement) : nil
    let experiment = Experiment(
      scenario: scenario, decide: DecisionRule(fields["decide"], metrics: metrics),
      expect: fields["expect"].items().compactMap { ArmExpectation($0, metrics: metrics) },
      notes: readNotes())
    return (experiment, isFleetSound)
  }

  /// Checks what needs more than one place of the documents.
  func check(_ experiment: Experiment, isFleetSound: Bool) {
    ScenarioCheck(
      scenario: experiment.scenario, fields: fields, reading: reading,
      isFleetSound: isFleetSound
    ).run()
    guard isFleetSound, reading.errorCount == 0 else { return }
    ExposureCheck(scenario: experiment.scenario, arms: fields["arms"].items()).run()
    PlacementCheck(scenario: experiment.scenario, fields: fields).run()
  }

  private func readFleet() -> (fleet: FleetPlan, isSound: Bool) {
    var fleet = FleetPlan(name: document.name, levels: [], classes: [])
    var isFound = false
    let isSound = reading.succeeds {
      guard let (document, spec) = library.resolve(fields["fleet"], .fleet) else { return }
      isFound = true
      fleet = FleetPlan(spec, name: document?.name ?? self.document.name)
    }
    return (fleet, isFound && isSound)
  }

  private func readRollouts(_ named: [GuardPolicy]) -> [RolloutPlan] {
    return fields["rollouts"].items(atLeast: 1).map { item in
      var plan = RolloutPlan(item, named: named)
      if let delivery = item.entry("delivery") { plan.delivery = readDelivery(delivery) }
      return plan
    }
  }

  private func readCases() -> [CasePlan] {
    guard let cursor = fields.written("cases") else {
      return [CasePlan(name: "good", weight: .one)]
    }
    var cases: [CasePlan] = []
    let isSound = reading.succeeds {
      cases = cursor.items(atLeast: 1).map { CasePlan($0) }
    }
    if isSound, total(cases.map(\.weight)) == .zero {
      cursor.report(
        .sharesDoNotSum, "the weights sum to 0%", help: "give some case a weight above 0%")
    }
    return cases
  }

  private func readArms(
    _ rollouts: [RolloutPlan], _ named: [GuardPolicy], _ services: [ServicePlan],
    _ classes: [ClassPlan]
  ) -> [ArmPlan] {
    let mixed = fields["services"].items().filter { $0.entry("partial") != nil }
      .compactMap { $0.entry("name")?.value?.scalar }
    return fields["arms"].items(atLeast: 1).map { item in
      let fields = item.fields(.arm)
      let arm = fields["name"].newName(.arm)
      let stated = fields["strategies"].entries().map { key, value in
        let rollout = key.name(of: .rollout)
        let name = rollouts.first { $0.name == rollout }?.service
        let service = services.first { $0.name == name && mixed.contains($0.name) }
        return assignment(of: rollout, value) { ladder in
          service.map { ladder.mixing(podsOf: $0, in: classes) } ?? ladder
        }
      }
      let deliveries = fields["deliveries"].entries().map { key, value in
        (rollout: key.name(of: .rollout), policy: readDelivery(value))
      }
      let assignments = rollouts.compactMap { rollout in
        var assignment = stated.first { $0.rollout == rollout.name }
        if let own = deliveries.first(where: { $0.rollout == rollout.name }) {
          if case .exposure? = assignment?.policy {
            fields["deliveries"].report(
              .unused, "the ladder of \(quoted(rollout.name)) says how inside one cluster")
          } else {
            assignment?.delivery = own.policy
          }
        }
        return assignment.map { readRules(of: rollout, in: fields, arm: arm, named, into: $0) }
      }
      let missing = rollouts.map(\.name).filter { name in
        !name.isEmpty && !stated.contains { $0.rollout == name }
      }
      if fields["strategies"].value != nil, !missing.isEmpty {
        item.report(
          .missingStrategy,
          "the arm has no strategy for: \(missing.map { visible($0) }.joined(separator: ", "))")
      }
      noteRollouts(fields["guards"])
      noteRollouts(fields["deadlines"])
      noteRollouts(fields["emergencies"])
      let placements = fields["placements"].entries().map { key, value in
        let service = key.name(of: .service)
        let replicas = services.first { $0.name == service }?.replicas ?? 1
        return ArmPlan.Placed(
          service: service, plan: PlacementPlan(value, replicas: replicas))
      }
      return ArmPlan(
        name: arm, strategies: assignments, placements: placements.isEmpty ? nil : placements)
    }
  }

  /// What is said of arms; nil: nothing.
  private func readNotes() -> [ArmNote]? {
    let notes = fields["arms"].items().compactMap { ArmNote($0.fields(.arm)) }
    return notes.isEmpty ? nil : notes
  }

  /// Notes the rollouts that are the keys of a map.
  private func noteRollouts(_ map: Cursor) {
    for (key, _) in map.entries() { _ = key.name(of: .rollout) }
  }

  /// The assignment of an arm with the guards, the deadline and the emergency that a rollout has
  /// in that arm.
  private func readRules(
    of rollout: RolloutPlan, in fields: Fields, arm: String, _ named: [GuardPolicy],
    into assignment: ArmPlan.Assignment
  ) -> ArmPlan.Assignment {
    var assignment = assignment
    if let guards = fields["guards"].entry(rollout.name) {
      let scope = "guards of \(rollout.name) in arm \(arm)"
      assignment.guards = guards.items().map { GuardPolicy(item: $0, scope: scope, named: named) }
    }
    if let deadline = fields["deadlines"].entry(rollout.name) {
      assignment.deadline = DeadlinePlan(
        deadline, guards: assignment.guards ?? rollout.guards)
    }
    if let emergency = fields["emergencies"].entry(rollout.name) {
      assignment.emergency = EmergencyPlan(
        emergency, guards: assignment.guards ?? rollout.guards)
    }
    return assignment
  }

  /// The assignment of a strategy; `completed` is a ladder that does not say what clusters can do,
  /// for the rollout's service.
  private func assignment(
    of rollout: String, _ cursor: Cursor, completed: (ExposurePolicy) -> ExposurePolicy
  ) -> ArmPlan.Assignment {
    guard let (name, policy, delivery, spec) = library.strategy(cursor) else {
      return .init(rollout: rollout, strategy: "", policy: .allAtOnce(AllAtOncePolicy()))
    }
    if case .exposure(let stated) = policy {
      let settings = spec?.entry("exposure")
      let isComplete = ["partial", "except"].contains { settings?.entry($0) != nil }
      let ladder = isComplete ? stated : completed(stated)
      return .init(
        rollout: rollout, strategy: name, policy: .exposure(ladder), delivery: ladder.delivery)
    }
    return .init(
      rollout: rollout, strategy: name, policy: policy,
      delivery: delivery.map { bindings.bind($0, at: cursor) })
  }

  private func readDelivery(_ cursor: Cursor) -> DeliveryPolicy {
    let delivery =
      cursor.entry("path") == nil ? DeliveryPolicy(cursor) : library.delivery(cursor) ?? .standard
    return bindings.bind(delivery, at: cursor)
  }
}
