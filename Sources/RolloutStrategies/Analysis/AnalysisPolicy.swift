public import Determinism

/// How counts of requests tell whether a version is bad.
public enum AnalysisKind: Codable, Hashable, Sendable {
  /// The cohort's share of errors is at most a limit.
  case threshold(Ratio)
  /// The cohort's share of errors is not shown to exceed the control's by more than a margin.
  case difference(margin: Ratio, level: Ratio)
  /// The cohort's share of errors is not shown to be more than so many times the control's.
  case ratio(factor: Ratio, level: Ratio)
  /// Wald's sequential test of a good share of errors against a bad one.
  case sequential(SequentialTest)
  /// The cohort does not use up an error budget too fast.
  case burnRate(BurnRate)

  /// Whether it needs a control cohort.
  public var comparesWithControl: Bool {
    switch self {
    case .difference, .ratio: true
    case .threshold, .sequential, .burnRate: false
    }
  }
}

/// An error budget, and how fast it may be used up.
public struct BurnRate: Codable, Hashable, Sendable {
  /// Two windows that end now; both must show the rate.
  ///
  /// The long one keeps a short burst from counting; the short one ends the alarm soon after the
  /// errors end.
  public struct Window: Codable, Hashable, Sendable {
    /// Looks of the long window.
    ///
    /// Range: 1 to 1000.
    public var long: Int
    /// Looks of the short window.
    ///
    /// Range: 1 to `long`.
    public var short: Int
    /// How many times faster than would last exactly as long as the objective counts for.
    public var rate: Ratio

    /// States a pair of windows.
    public init(long: Int, short: Int, rate: Ratio) {
      self.long = long
      self.short = short
      self.rate = rate
    }
  }

  /// The share of requests that may fail.
  public var errorBudget: Ratio
  /// The pairs of windows; one that shows its rate is enough.
  public var windows: [Window]

  /// States a budget and its windows.
  public init(errorBudget: Ratio, windows: [Window]) {
    self.errorBudget = errorBudget
    self.windows = windows
  }
}

/// What an analysis says where too little was counted.
public enum UnknownMeasure: String, Codable, Sendable, CaseIterable {
  /// It waits, and adds up what the next looks count.
  case wait
  /// The check has failed.
  case fail
  /// The check has passed.
  case ignore
}

/// An analysis of a cohort's requests.
public struct AnalysisPolicy: Codable, Hashable, Sendable {
  /// What is compared with what.
  public var kind: AnalysisKind
  /// The fewest requests to judge by, of the cohort and of the control each.
  public var minimumRequests: Int64
  /// What fewer mean.
  public var unknown: UnknownMeasure

  /// States an analysis.
  public init(kind: AnalysisKind, minimumRequests: Int64 = 1, unknown: UnknownMeasure = .wait) {
    self.kind = kind
    self.minimumRequests = minimumRequests
    self.unknown = unknown
  }

  /// What is out of range; nil: nothing.
  var problem: String? {
    guard (1...RequestCounts.limit).contains(minimumRequests) else {
      return "the fewest requests of an analysis are 1 to \(RequestCounts.limit)"
    }
    switch kind {
    case .threshold(let limit):
      return limit <= .one ? nil : "a share of errors is at most 100 %"
    case .difference(let margin, let level):
      guard margin <= .one else { return "a share of errors is at most 100 %" }
      return Self.isLevel(level) ? nil : "a test's level is between 0 and 50 %"
    case .ratio(let factor, let level):
      guard factor > .zero, factor.partsPerBillion <= 1_000_000_000_000 else {
        return "the ratio of two shares of errors is above 0 and at most 1000"
      }
      return Self.isLevel(level) ? nil : "a test's level is between 0 and 50 %"
    case .sequential(let test): return test.problem
    case .burnRate(let burn): return burn.problem
    }
  }

  private static func isLevel(_ level: Ratio) -> Bool { level > .zero && level < .percent(50) }
}

extension BurnRate {
  /// What is out of range; nil: nothing.
  var problem: String? {
    guard errorBudget > .zero, errorBudget < .one else {
      return "an error budget is between 0 and 100 % of requests"
    }
    let areWindows = windows.allSatisfy { window in
      (1...1_000).contains(window.long) && (1...window.long).contains(window.short)
        && window.rate > .zero && window.rate.partsPerBillion <= 1_000_000_000_000
    }
    guard areWindows, (1...10).contains(windows.count) else {
      return "a burn rate has 1 to 10 pairs of windows of 1 to 1000 looks, the short one no longer"
    }
    return nil
  }
}
