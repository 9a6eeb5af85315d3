public import Determinism
public import Experiments
public import FleetModel
public import ResultStore

/// What a comparison of arms is made of: the question, and the metrics of every run.
public struct ComparisonStudy: Sendable {
  /// A case and how likely it is.
  public struct Case: Equatable, Sendable {
    /// Its name.
    public var name: String
    /// Its weight, relative to the others.
    public var weight: Ratio

    /// States a case.
    public init(name: String, weight: Ratio) {
      self.name = name
      self.weight = weight
    }
  }

  /// How the runs of an arm in a case ended.
  public struct Ending: Equatable, Sendable {
    /// The case.
    public var caseName: String
    /// The arm.
    public var arm: String
    /// How each of its runs ended, in any order.
    public var statuses: [RunStatus]

    /// States endings.
    public init(caseName: String, arm: String, statuses: [RunStatus]) {
      self.caseName = caseName
      self.arm = arm
      self.statuses = statuses
    }
  }

  /// Where the runs are and how one goes on from there.
  public struct Origin: Equatable, Sendable {
    /// The clusters of the fleet; nil: they were not counted.
    public var clusters: Int?
    /// The seed of the runs.
    public var seed: UInt64
    /// The file that holds the runs.
    public var database: String
    /// The runs just carried out; nil: none were asked for.
    public var newRuns: Int?
    /// The command that carries out more runs, without their number.
    public var command: String

    /// States an origin.
    public init(
      clusters: Int? = nil, seed: UInt64, database: String, newRuns: Int? = nil, command: String
    ) {
      self.clusters = clusters
      self.seed = seed
      self.database = database
      self.newRuns = newRuns
      self.command = command
    }
  }

  /// The scenario's name.
  public var scenarioName: String
  /// The hash of the scenario.
  public var scenarioHash: Digest256
  /// The arms; the first is the baseline.
  public var arms: [String]
  /// The cases, in the scenario's order.
  public var cases: [Case]
  /// What the metrics are, in the order of the samples' values.
  public var metrics: [MetricDefinition]
  /// The metrics of the runs, by case and arm.
  public var samples: [SampleTable]
  /// How the runs ended, by case and arm; those not listed are not told.
  public var endings: [Ending] = []
  /// What the scenario says of the arms.
  public var notes: [ArmNote] = []
  /// Where the runs are; nil: it is not told.
  public var origin: Origin?
  /// What decides.
  public var decide: DecisionRule
  /// What must hold between arms.
  public var expect: [ArmExpectation]
  /// How many runs of other versions of the scenario the file has, which are not compared.
  public var otherRuns: Int
  /// Error rates and floors.
  public var settings: ComparisonSettings

  /// States a study.
  public init(
    scenarioName: String, scenarioHash: Digest256, arms: [String], cases: [Case],
    metrics: [MetricDefinition], samples: [SampleTable], decide: DecisionRule,
    expect: [ArmExpectation] = [], otherRuns: Int = 0,
    settings: ComparisonSettings = ComparisonSettings()
  ) {
    self.scenarioName = scenarioName
    self.scenarioHash = scenarioHash
    self.arms = arms
    self.cases = cases
    self.metrics = metrics
    self.samples = samples
    self.decide = decide
    self.expect = expect
    self.otherRuns = otherRuns
    self.settings = settings
  }

  /// The study of an experiment's runs.
  public init(
    _ experiment: Experiment, scenarioHash: Digest256, metrics: [MetricDefinition],
    samples: [SampleTable], otherRuns: Int = 0
  ) {
    let scenario = experiment.scenario
    self.init(
      scenarioName: scenario.name, scenarioHash: scenarioHash, arms: scenario.arms.map(\.name),
      cases: scenario.cases.map { Case(name: $0.name, weight: $0.weight) }, metrics: metrics,
      samples: samples, decide: experiment.decide, expect: experiment.expect,
      otherRuns: otherRuns)
    notes = experiment.notes ?? []
  }

  /// The runs of an arm in a case; nil: there are none.
  func table(_ caseName: String, _ arm: String) -> SampleTable? {
    samples.first { $0.caseName == caseName && $0.arm == arm }
  }

  /// Both arms' values of a metric in the replications that both have, by replication.
  func paired(
    _ metric: Int, in caseName: String, _ left: String, _ right: String
  ) -> (left: [MetricValue], right: [MetricValue]) {
    var result: (left: [MetricValue], right: [MetricValue]) = ([], [])
    guard let left = table(caseName, left), let right = table(caseName, right) else {
      return result
    }
    var other = 0
    for (position, replication) in left.replications.enumerated() {
      while other < right.replications.count, right.replications[other] < replication {
        other += 1
      }
      guard other < right.replications.count, right.replications[other] == replication else {
        continue
      }
      result.left.append(left.values[metric][position])
      result.right.append(right.values[metric][other])
    }
    return result
  }

  /// How the runs of an arm in a case ended.
  func statuses(_ caseName: String, _ arm: String) -> [RunStatus] {
    endings.first { $0.caseName == caseName && $0.arm == arm }?.statuses ?? []
  }

  /// The case's share of the weights of all.
  func share(of studied: Case) -> Double {
    let total = cases.reduce(0) { $0 + Double($1.weight.partsPerBillion) }
    return total > 0 ? Double(studied.weight.partsPerBillion) / total : 0
  }

  /// The margin of a metric, in its unit: what the rule says, else none.
  func margin(of metric: String) -> Double {
    if metric == decide.primary { return Double(decide.marginMillionths) / 1e6 }
    let guardrail = decide.guardrails.first { $0.metric == metric }
    return Double(guardrail?.marginMillionths ?? 0) / 1e6
  }
}
