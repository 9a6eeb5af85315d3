public import Determinism

/// A metric of an analysis, with what its answers mean.
///
/// - Source: Argo Rollouts v1.10, `spec.metrics` of an `AnalysisTemplate`.
public struct AnalysisMetric: Codable, Hashable, Sendable {
  /// Where its answers come from.
  public enum Origin: Codable, Hashable, Sendable {
    /// One of the policy's metrics, and what must be true of its answers; nil: not stated.
    case metric(Int, success: MetricCondition?, failure: MetricCondition?)
    /// One of the policy's hooks: conditions or jobs that only a cluster can evaluate.
    case hook(Int)
  }

  /// Its name.
  public var name: String
  /// Where its answers come from.
  public var origin: Origin
  /// When its measurements are enough, and when they are too bad.
  public var limits: MetricLimits
  /// From one measurement to the next; nil: it is measured once.
  public var interval: Microseconds?
  /// From the beginning to the first measurement.
  public var initialDelay: Microseconds
  /// Whether its verdict is only reported.
  public var isDryRun: Bool

  /// States a metric; whether it has an interval goes into its limits.
  public init(
    name: String, origin: Origin, limits: MetricLimits = MetricLimits(),
    interval: Microseconds? = nil, initialDelay: Microseconds = .zero, isDryRun: Bool = false
  ) {
    self.name = name
    self.origin = origin
    self.limits = limits
    self.limits.hasInterval = interval != nil
    self.interval = interval
    self.initialDelay = initialDelay
    self.isDryRun = isDryRun
  }

  /// The verdict of one measurement of what is seen.
  public func measured(in view: DeliveryView) -> AnalysisPhase {
    switch origin {
    case .hook(let index): view.hooks[index] ? .successful : .failed
    case .metric(let index, _, _): phase(of: view.metrics[index])
    }
  }

  /// The verdict of one answer; a condition that cannot be evaluated for it makes it an error.
  func phase(of answer: MetricAnswer) -> AnalysisPhase {
    guard case .metric(_, let success, let failure) = origin else { return .error }
    let succeeds = success?.holds(for: answer)
    let fails = failure?.holds(for: answer)
    if success != nil, succeeds == nil { return .error }
    if failure != nil, fails == nil { return .error }
    return .measured(success: succeeds, failure: fails)
  }
}

/// What is measured together, of which one bad metric is enough.
public struct ArgoAnalysis: Codable, Hashable, Sendable {
  /// Its metrics.
  public var metrics: [AnalysisMetric]

  /// States an analysis.
  public init(metrics: [AnalysisMetric]) { self.metrics = metrics }
}

/// An analysis that is carried out.
///
/// - Source: Argo Rollouts v1.10, `analysis/analysis.go`.
public struct AnalysisRun: Codable, Hashable, Sendable {
  /// When it began.
  public private(set) var startedAt: Instant
  /// How far it is.
  public private(set) var phase = AnalysisPhase.running
  private var tallies: [MetricTally]
  private var measuredAt: [Instant]

  /// After a measurement that could not be carried out it is tried again so much later.
  private static let retryInterval = Microseconds.seconds(10)
  /// What comes strictly after a time.
  private static let instant = Microseconds(1)

  /// Begins an analysis.
  public init(_ analysis: ArgoAnalysis, at now: Instant) {
    startedAt = now
    tallies = analysis.metrics.map { _ in MetricTally() }
    measuredAt = analysis.metrics.map { _ in now }
  }

  /// Measures what is due, and judges.
  ///
  /// - Parameters:
  ///   - analysis: what is measured, the same as in the beginning.
  ///   - view: what is seen.
  public mutating func advance(_ analysis: ArgoAnalysis, _ view: DeliveryView) {
    guard !phase.isCompleted else { return }
    for (index, metric) in analysis.metrics.enumerated()
    where dueAt(index, metric) <= view.now {
      tallies[index].add(metric.measured(in: view))
      measuredAt[index] = view.now
    }
    phase = verdict(analysis)
  }

  /// When something is measured next; `never`: it is over.
  public func nextMeasurement(of analysis: ArgoAnalysis) -> Instant {
    guard !phase.isCompleted else { return .never }
    return analysis.metrics.enumerated().map { dueAt($0.offset, $0.element) }.min() ?? .never
  }

  /// When a metric is measured next: strictly after its interval, or 10 s after an error.
  private func dueAt(_ index: Int, _ metric: AnalysisMetric) -> Instant {
    let tally = tallies[index]
    guard !tally.verdict(metric.limits, isEnding: false).isCompleted else { return .never }
    guard let last = tally.last else { return startedAt + metric.initialDelay }
    let wait = last == .error ? Self.retryInterval : metric.interval ?? Self.retryInterval
    return measuredAt[index] + wait + Self.instant
  }

  /// The worst of what ended badly, which ends the others too; dry runs only have to be over.
  private func verdict(_ analysis: ArgoAnalysis) -> AnalysisPhase {
    var worst: AnalysisPhase?
    var isOver = true
    for (tally, metric) in zip(tallies, analysis.metrics) {
      let phase = tally.verdict(metric.limits, isEnding: false)
      isOver = isOver && phase.isCompleted
      guard phase.isCompleted, phase != .successful, !metric.isDryRun else { continue }
      worst = max(worst ?? phase, phase)
    }
    return worst ?? (isOver ? .successful : .running)
  }
}

extension AnalysisPhase: Comparable {
  /// Orders from best to worst.
  public static func < (a: AnalysisPhase, b: AnalysisPhase) -> Bool { a.rank < b.rank }

  private var rank: Int {
    switch self {
    case .successful: 0
    case .running: 1
    case .pending: 2
    case .inconclusive: 3
    case .error: 4
    case .failed: 5
    }
  }
}
