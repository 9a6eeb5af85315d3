/// How far a measurement, a metric or a whole analysis is, from best to worst.
///
/// - Source: Argo Rollouts v1.10, `AnalysisPhase`.
public enum AnalysisPhase: String, Codable, Sendable, CaseIterable {
  /// It went well.
  case successful = "Successful"
  /// It goes on.
  case running = "Running"
  /// It has not begun.
  case pending = "Pending"
  /// Nobody can tell.
  case inconclusive = "Inconclusive"
  /// It could not be carried out.
  case error = "Error"
  /// It went badly.
  case failed = "Failed"

  /// Whether it is over.
  public var isCompleted: Bool { self != .running && self != .pending }

  /// The verdict of one measurement, from what its conditions came to; nil: not stated.
  ///
  /// A condition that cannot be evaluated makes it an error before this is asked.
  public static func measured(success: Bool?, failure: Bool?) -> AnalysisPhase {
    switch (success, failure) {
    case (nil, nil): .successful
    case (let success?, nil): success ? .successful : .failed
    case (nil, let failure?): failure ? .failed : .successful
    case (_, true?): .failed
    case (let success?, false?): success ? .successful : .inconclusive
    }
  }
}

/// What decides when a metric's measurements are enough, and when they are too bad.
public struct MetricLimits: Codable, Hashable, Sendable {
  /// Measurements that count, as written; nil or 0: as many as the interval brings, or one without
  /// an interval.
  public var count: Int?
  /// Whether it is measured again and again.
  public var hasInterval: Bool
  /// Failed measurements that are tolerated; below 0: any number.
  public var failureLimit: Int
  /// Inconclusive measurements that are tolerated.
  public var inconclusiveLimit: Int
  /// Errors in a row that are tolerated.
  public var consecutiveErrorLimit: Int
  /// Successes in a row that are enough; 0: they do not decide.
  public var consecutiveSuccessLimit: Int

  /// Measurements that are enough; nil: it is measured for ever.
  public var wantedCount: Int? {
    if let count, count > 0 { return count }
    return hasInterval ? nil : 1
  }

  /// States limits, with the system's own standards.
  public init(
    count: Int? = nil, hasInterval: Bool = false, failureLimit: Int = 0,
    inconclusiveLimit: Int = 0, consecutiveErrorLimit: Int = 4, consecutiveSuccessLimit: Int = 0
  ) {
    self.count = count
    self.hasInterval = hasInterval
    self.failureLimit = failureLimit
    self.inconclusiveLimit = inconclusiveLimit
    self.consecutiveErrorLimit = consecutiveErrorLimit
    self.consecutiveSuccessLimit = consecutiveSuccessLimit
  }
}

/// What a metric's measurements have come to so far.
public struct MetricTally: Codable, Hashable, Sendable {
  /// Measurements that succeeded, failed or told nothing; errors are taken again and do not count.
  public var count = 0
  /// Those that failed.
  public var failed = 0
  /// Those that told nothing.
  public var inconclusive = 0
  /// Errors in a row.
  public var consecutiveErrors = 0
  /// Successes in a row.
  public var consecutiveSuccesses = 0
  /// The last measurement; nil: none was taken.
  public var last: AnalysisPhase?

  /// Nothing measured yet.
  public init() {}

  /// Takes in a measurement that is over.
  public mutating func add(_ phase: AnalysisPhase) {
    last = phase
    guard phase.isCompleted else { return }
    consecutiveErrors = phase == .error ? consecutiveErrors + 1 : 0
    consecutiveSuccesses = phase == .successful ? consecutiveSuccesses + 1 : 0
    count += phase == .error ? 0 : 1
    failed += phase == .failed ? 1 : 0
    inconclusive += phase == .inconclusive ? 1 : 0
  }

  /// The metric's verdict; `isEnding`: whether the analysis is being stopped.
  public func verdict(_ limits: MetricLimits, isEnding: Bool) -> AnalysisPhase {
    guard let last else { return isEnding ? .successful : .pending }
    guard last.isCompleted else { return .running }
    if let bad = breach(limits) { return bad }
    let hasStreak = limits.consecutiveSuccessLimit > 0
    if hasStreak, consecutiveSuccesses >= limits.consecutiveSuccessLimit { return .successful }
    if let wanted = limits.wantedCount, count >= wanted {
      guard hasStreak else { return .successful }
      return limits.failureLimit >= 0 ? .inconclusive : .failed
    }
    return isEnding ? .successful : .running
  }

  /// The last of the limits that is exceeded, in the order in which the system looks at them.
  private func breach(_ limits: MetricLimits) -> AnalysisPhase? {
    var found: AnalysisPhase?
    if limits.failureLimit >= 0, failed > limits.failureLimit { found = .failed }
    if inconclusive > limits.inconclusiveLimit { found = .inconclusive }
    if consecutiveErrors > limits.consecutiveErrorLimit { found = .error }
    return found
  }
}
