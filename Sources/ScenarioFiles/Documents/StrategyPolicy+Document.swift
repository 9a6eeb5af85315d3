import Determinism
import LocatedYAML
import RolloutStrategies

extension MapSpec {
  static let order = FieldSpec.standard(
    "order", "listed, drawn or stratified", "listed",
    "The order in which clusters are taken; stratified: first a few that carry every label.")

  static let strategy = MapSpec(
    "Strategy", "Which clusters are updated when, and when to stop.",
    exactlyOneOf: [
      "allAtOnce", "progressive", "perGroup", "staged", "timedBatches", "exposure", "blueGreen",
      "riskRamp", "cohortCanary",
    ],
    [
      .optional(
        "allAtOnce", "map", absent: "another strategy", "Every cluster at once.",
        map: "allAtOnce"),
      .optional(
        "progressive", "map", absent: "another strategy", "A window of clusters in flight.",
        map: "progressive"),
      .optional(
        "perGroup", "map", absent: "another strategy", "Group after group.", map: "perGroup"),
      .optional("staged", "map", absent: "another strategy", "Stage after stage.", map: "staged"),
      .optional(
        "timedBatches", "map", absent: "another strategy", "A batch every so often.",
        map: "timedBatches"),
      .optional(
        "exposure", "map", absent: "another strategy", "One share of demand after the other.",
        map: "exposure"),
      .optional(
        "blueGreen", "map", absent: "another strategy",
        "A standing backup first, then demand moves there.", map: "blueGreen"),
      .optional(
        "riskRamp", "map", absent: "another strategy",
        "Batches that grow as fast as a budget of failed clusters allows.", map: "riskRamp"),
      .optional(
        "cohortCanary", "map", absent: "another strategy",
        "Steps that grow as long as the requests that are counted look well.",
        map: "cohortCanary"),
    ])

  static let allAtOnce = MapSpec(
    "allAtOnce", "Starts every cluster at once.", [order] + acceptance)

  static let progressive = MapSpec(
    "progressive", "Keeps a window of clusters in flight.",
    [
      .required(
        "maxConcurrency", "count or percent",
        "Clusters in flight or soaking at once; a share is rounded down, at least 1."),
      order,
    ] + acceptance)

  static let perGroup = MapSpec(
    "perGroup", "Takes one group after the other.",
    [
      .required("groupBy", "label key", "The label whose values are the groups."),
      .standard("first", "list of label values", "[]", "Groups to take first, in this order."),
      .standard(
        "maxConcurrency", "count or percent", "100%", "Clusters of the group in flight at once."),
      .standard("groupSoak", "duration", "0s", "How long a finished group rests."),
      order,
    ] + acceptance)

  static let staged = MapSpec(
    "staged", "Goes through stages.",
    [.required("stages", "list", "The stages, in order.", map: "stage"), order] + acceptance)

  static let timedBatches = MapSpec(
    "timedBatches", "Starts a batch every so often, whatever happened to the last.",
    [
      .required("batchSize", "count or percent", "Clusters a batch; a share is rounded up."),
      .required("interval", "duration", "From the start of one batch to that of the next."),
      .optional(
        "jitter", "percent up to 100%", absent: "none is late",
        "How late a batch may be, drawn for each but the first; a share of the interval."),
      order,
    ] + acceptance)

  static let stage = MapSpec(
    "stage", "One stage of a staged rollout.",
    [
      .required("name", "name", "The name it is reported and approved by."),
      .standard(
        "clusters", "selector", "{}", "The clusters, of those no earlier stage took.",
        map: "selector"),
      .optional(
        "size", "count or percent", absent: "all of them",
        "How many of them; a share is of all that the selector chooses, rounded up."),
      .standard(
        "maxConcurrency", "count or percent", "100%", "Clusters of the stage in flight at once."),
      .standard("soak", "duration", "0s", "How long the finished stage rests."),
      .optional(
        "failureBudget", "count or percent", absent: "the rollout's own",
        "Failed clusters tolerated in the stage; a share is rounded down."),
      .standard(
        "gate", "open, approval, {timedWait: duration} or {approval: map}", "open",
        "What is needed to leave the stage.", map: "gate"),
    ])

  static let gate = MapSpec(
    "gate", "A gate that opens after a time, or that somebody is to open in time.",
    exactlyOneOf: ["timedWait", "approval"],
    [
      .optional(
        "timedWait", "duration", absent: "it is an approval",
        "How long after the stage's soak it opens."),
      .optional(
        "approval", "map", absent: "it is a wait", "An approval that is waited for only so long.",
        map: "timedApproval"),
    ])

  static let timedApproval = MapSpec(
    "timedApproval", "An approval that is waited for only so long.",
    [
      .required("timeout", "duration", "How long after the stage's soak it may be given."),
      .standard(
        "onTimeout", "proceed or breach", "breach",
        "What happens then: on as if approved, or what too many failed clusters do."),
    ])
}

extension StrategyPolicy {
  /// Reads the spec of a strategy.
  init(_ cursor: Cursor) {
    guard let (name, settings) = cursor.fields(.strategy).alternative else {
      self = .allAtOnce(AllAtOncePolicy())
      return
    }
    switch name {
    case "allAtOnce": self = .allAtOnce(AllAtOncePolicy(settings.fields(.allAtOnce)))
    case "progressive": self = .progressive(ProgressivePolicy(settings.fields(.progressive)))
    case "perGroup": self = .perGroup(PerGroupPolicy(settings.fields(.perGroup)))
    case "exposure": self = .exposure(ExposurePolicy(settings.fields(.exposure)))
    case "blueGreen": self = .blueGreen(BlueGreenPolicy(settings.fields(.blueGreen)))
    case "staged": self = .staged(StagedPolicy(settings.fields(.staged)))
    case "cohortCanary": self = .cohortCanary(CohortCanaryPolicy(settings.fields(.cohortCanary)))
    case "riskRamp": self = .riskRamp(RiskRampPolicy(settings.fields(.riskRamp)))
    default: self = .timedBatches(TimedBatchesPolicy(settings.fields(.timedBatches)))
    }
  }
}

extension AllAtOncePolicy {
  init(_ fields: Fields) {
    self.init(order: TakeOrder(fields), acceptance: Acceptance(fields))
  }
}

extension ProgressivePolicy {
  init(_ fields: Fields) {
    self.init(
      maxConcurrency: fields["maxConcurrency"].amount(atLeastOne: true),
      order: TakeOrder(fields), acceptance: Acceptance(fields))
  }
}

extension PerGroupPolicy {
  init(_ fields: Fields) {
    let key = fields["groupBy"]
    let groupBy = key.labelKey()
    let items = fields["first"].items()
    let first = items.map { $0.labelValue(of: groupBy) }
    key.reading.book.note(key: groupBy, at: key, values: first, at: items)
    items.reportRepeated(first)
    self.init(
      groupBy: groupBy, first: first,
      maxConcurrency: fields["maxConcurrency"].amount(atLeastOne: true),
      groupSoak: fields["groupSoak"].duration(), order: TakeOrder(fields),
      acceptance: Acceptance(fields))
  }
}

extension StagedPolicy {
  init(_ fields: Fields) {
    let stages = fields["stages"]
    let scope = "stages of \(stages.source.file):\(stages.value?.mark.line ?? 0)"
    self.init(
      stages: stages.items(atLeast: 1).map { Stage($0.fields(.stage), scope: scope) },
      order: TakeOrder(fields), acceptance: Acceptance(fields))
  }
}

extension TimedBatchesPolicy {
  init(_ fields: Fields) {
    self.init(
      batchSize: fields["batchSize"].amount(atLeastOne: true),
      interval: fields["interval"].positiveDuration(),
      jitter: fields.written("jitter")?.ratio(), order: TakeOrder(fields),
      acceptance: Acceptance(fields))
  }
}

extension Stage {
  fileprivate init(_ fields: Fields, scope: String) {
    self.init(
      name: fields["name"].newName(.stage, scope: scope),
      clusters: fields["clusters"].selector(),
      size: fields.written("size")?.amount(atLeastOne: true),
      maxConcurrency: fields["maxConcurrency"].amount(atLeastOne: true),
      soak: fields["soak"].duration(),
      failureBudget: fields.written("failureBudget")?.amount(),
      gate: Gate(fields["gate"]))
  }
}

extension Gate {
  fileprivate init(_ cursor: Cursor) {
    guard case .scalar = cursor.value?.content else {
      self.init(cursor.fields(.gate))
      return
    }
    let word = cursor.choice([GateWord.open, .approval], or: .gate, else: .open)
    self = word == .open ? .open : .approval
  }

  private init(_ fields: Fields) {
    switch fields.alternative {
    case ("timedWait", let wait)?: self = .timedWait(wait.duration())
    case (_, let cursor)?:
      let approval = cursor.fields(.timedApproval)
      self = .timedApproval(
        timeout: approval["timeout"].positiveDuration(),
        then: approval["onTimeout"].choice(TimeoutAction.allCases, else: .breach))
    case nil: self = .open
    }
  }

  private enum GateWord: String {
    case open, approval
  }
}

extension TakeOrder {
  init(_ fields: Fields) {
    self = fields["order"].choice(TakeOrder.allCases, else: .listed)
  }
}
