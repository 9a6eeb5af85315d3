public import Determinism

/// How a rollout is looked at while it goes on.
public struct LookRule: Codable, Hashable, Sendable {
  /// What tells whether a look passes.
  public var analysis: AnalysisPolicy
  /// From one look to the next: the time over which requests are counted.
  public var interval: Microseconds
  /// Looks that must pass before the rollout grows.
  public var checks: Int
  /// Failed looks at which the rollout stops; a look that passes takes none of them back.
  public var failedChecks: Int
  /// How long after a look's end its counts are waited for; then nothing was counted.
  public var timeout: Microseconds

  /// States how is looked.
  public init(
    analysis: AnalysisPolicy, interval: Microseconds, checks: Int = 1, failedChecks: Int = 1,
    timeout: Microseconds = .minutes(5)
  ) {
    self.analysis = analysis
    self.interval = interval
    self.checks = checks
    self.failedChecks = failedChecks
    self.timeout = timeout
  }

  /// What is out of range; nil: nothing.
  var problem: String? {
    guard interval >= .seconds(1), interval <= .hours(24 * 365) else {
      return "looks are from a second to a year apart"
    }
    guard (1...10_000).contains(checks), (1...10_000).contains(failedChecks) else {
      return "looks that are to pass, or to fail, are 1 to 10000"
    }
    guard timeout >= .zero, timeout <= .hours(24 * 365) else {
      return "counts are waited for up to a year"
    }
    return analysis.problem
  }
}

/// Settings of the strategy that grows step by step as long as what is counted looks well.
public struct CohortCanaryPolicy: Codable, Hashable, Sendable {
  /// Clusters that run the target after each step, all of the earlier ones among them; a share is
  /// of the rollout's clusters, rounded up, at least one.
  ///
  /// What the last step leaves is taken after it, and is not looked at.
  public var steps: [Amount]
  /// How the clusters are looked at once a step's are at rest.
  public var looks: LookRule
  /// Clusters to compare with; a share is of the rollout's clusters, rounded up, at least one; nil:
  /// nothing is compared.
  public var control: Amount?
  /// Most clusters in flight or soaking at once; a share is of the step's, rounded down, at least
  /// one.
  public var maxConcurrency: Amount
  /// How long a step rests after its last cluster came to rest, before it is looked at.
  public var stepSoak: Microseconds
  /// The order clusters are taken in.
  public var order: TakeOrder
  /// When clusters count as done or failed.
  public var acceptance: Acceptance

  /// States the settings.
  public init(
    steps: [Amount], looks: LookRule, control: Amount? = nil,
    maxConcurrency: Amount = .share(.one), stepSoak: Microseconds = .zero,
    order: TakeOrder = .listed, acceptance: Acceptance = Acceptance()
  ) {
    self.steps = steps
    self.looks = looks
    self.control = control
    self.maxConcurrency = maxConcurrency
    self.stepSoak = stepSoak
    self.order = order
    self.acceptance = acceptance
  }

  /// Clusters that run the target after each step.
  func totals(of clusters: Int) -> [Int] {
    var total = 0
    return steps.map { step in
      total = max(total, min(clusters, max(1, step.of(clusters, rounded: .up))))
      return total
    }
  }

  /// Clusters that each stage adds: the steps, and what they leave.
  func stageSizes(of clusters: Int) -> [Int] {
    let totals = totals(of: clusters)
    var sizes = totals.indices.map { totals[$0] - ($0 > 0 ? totals[$0 - 1] : 0) }
    if let last = totals.last, last < clusters { sizes.append(clusters - last) }
    return sizes
  }

  /// Clusters to compare with, where the analysis compares.
  func controlSize(of clusters: Int) -> Int {
    guard looks.analysis.kind.comparesWithControl, let control else { return 0 }
    return min(clusters, max(1, control.of(clusters, rounded: .up)))
  }

  /// The name of a stage.
  func stageName(_ stage: Int) -> String {
    steps.indices.contains(stage) ? "step \(stage + 1)" : "the rest"
  }

  /// What is out of range; nil: nothing.
  package var problem: String? {
    guard (1...1_000).contains(steps.count) else { return "a canary of 1 to 1000 steps" }
    if looks.analysis.kind.comparesWithControl, control == nil {
      return "an analysis that compares, and no control"
    }
    return looks.problem.map { "an analysis that cannot be: \($0)" }
  }
}
