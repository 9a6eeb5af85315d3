public import Determinism
public import FleetModel

/// A scenario together with the question asked of it.
public struct Experiment: Codable, Equatable, Sendable {
  /// The world and the arms.
  public var scenario: Scenario
  /// What decides between the arms.
  public var decide: DecisionRule
  /// What must hold between arms in nearly every replication.
  public var expect: [ArmExpectation]
  /// What is said of the arms for readers; nil: nothing.
  public var notes: [ArmNote]?

  /// States an experiment.
  public init(
    scenario: Scenario, decide: DecisionRule, expect: [ArmExpectation] = [],
    notes: [ArmNote]? = nil
  ) {
    self.scenario = scenario
    self.decide = decide
    self.expect = expect
    self.notes = notes
  }
}

/// What a scenario says of an arm for its readers; nothing is decided by it.
public struct ArmNote: Codable, Hashable, Sendable {
  /// How an arm puts one part of an intent that all arms share.
  public struct Expression: Codable, Hashable, Sendable {
    /// The part of the intent.
    public var part: String
    /// How the arm puts it.
    public var words: String

    /// States an expression.
    public init(part: String, words: String) {
      self.part = part
      self.words = words
    }
  }

  /// The arm.
  public var arm: String
  /// Why its runs turn out as they do; nil: it is not said.
  public var because: String?
  /// What it can express of an intent; nil: there is none.
  public var expresses: [Expression]?

  /// States a note.
  public init(arm: String, because: String? = nil, expresses: [Expression]? = nil) {
    self.arm = arm
    self.because = because
    self.expresses = expresses
  }
}

/// What makes an arm better than the baseline.
public struct DecisionRule: Codable, Hashable, Sendable {
  /// A metric that must not get worse by more than a margin.
  public struct Guardrail: Codable, Hashable, Sendable {
    /// The metric.
    public var metric: String
    /// How much worse is tolerated.
    ///
    /// Unit: millionths of the metric's unit.
    public var marginMillionths: Int64

    /// States a guardrail.
    public init(metric: String, marginMillionths: Int64) {
      self.metric = metric
      self.marginMillionths = marginMillionths
    }
  }

  /// A column of the table that has one line for each arm.
  public struct SummaryColumn: Codable, Hashable, Sendable {
    /// The metric.
    public var metric: String
    /// The case it is of; nil: all, by weight.
    public var caseName: String?

    /// States a column.
    public init(metric: String, caseName: String? = nil) {
      self.metric = metric
      self.caseName = caseName
    }
  }

  /// The metric that is to become better.
  public var primary: String
  /// The least difference of it that matters.
  ///
  /// Unit: millionths of the metric's unit; 0: any.
  public var marginMillionths: Int64
  /// What must not get worse meanwhile.
  public var guardrails: [Guardrail]
  /// What is shown of each arm in one line; nil: there is no such table.
  public var summary: [SummaryColumn]?

  /// States a rule.
  public init(
    primary: String, marginMillionths: Int64 = 0, guardrails: [Guardrail] = [],
    summary: [SummaryColumn]? = nil
  ) {
    self.primary = primary
    self.marginMillionths = marginMillionths
    self.guardrails = guardrails
    self.summary = summary
  }
}

/// An inequality between two arms that must hold in at least 95 of 100 replications.
public struct ArmExpectation: Codable, Hashable, Sendable {
  /// How the sides compare.
  public enum Relation: String, Codable, Sendable, CaseIterable {
    /// Left is less than right.
    case lessThan = "<"
    /// Left is at most right.
    case atMost = "<="
    /// Left is greater than right.
    case greaterThan = ">"
    /// Left is at least right.
    case atLeast = ">="
  }

  /// The metric compared.
  public var metric: String
  /// The case it is compared in.
  public var caseName: String
  /// The arm on the left.
  public var left: String
  /// How the sides compare.
  public var relation: Relation
  /// The arm on the right.
  public var right: String
  /// What the right side is multiplied with.
  public var factor: Ratio

  /// States an inequality: `left relation factor × right`.
  public init(
    metric: String, caseName: String, left: String, relation: Relation, right: String,
    factor: Ratio = .one
  ) {
    self.metric = metric
    self.caseName = caseName
    self.left = left
    self.relation = relation
    self.right = right
    self.factor = factor
  }
}
