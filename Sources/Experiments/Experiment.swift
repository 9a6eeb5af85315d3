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

  /// States an experiment.
  public init(scenario: Scenario, decide: DecisionRule, expect: [ArmExpectation] = []) {
    self.scenario = scenario
    self.decide = decide
    self.expect = expect
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

  /// The metric that is to become better.
  public var primary: String
  /// The least difference of it that matters.
  ///
  /// Unit: millionths of the metric's unit; 0: any.
  public var marginMillionths: Int64
  /// What must not get worse meanwhile.
  public var guardrails: [Guardrail]

  /// States a rule.
  public init(primary: String, marginMillionths: Int64 = 0, guardrails: [Guardrail] = []) {
    self.primary = primary
    self.marginMillionths = marginMillionths
    self.guardrails = guardrails
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
