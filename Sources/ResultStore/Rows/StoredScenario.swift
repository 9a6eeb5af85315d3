import Determinism
public import Experiments
public import FleetModel
import RolloutStrategies

/// A scenario as it is stored: enough to run any of its runs again.
public struct StoredScenario: Equatable, Sendable {
  /// The strategy that an arm uses for a rollout.
  public struct ArmStrategy: Equatable, Sendable {
    /// The arm.
    public var arm: String
    /// The rollout.
    public var rollout: String
    /// The strategy's name, as reports show it.
    public var name: String
    /// The strategy's kind.
    public var kind: String
    /// Its parameters, in canonical JSON.
    public var paramsJSON: String

    /// States what an arm uses.
    public init(arm: String, rollout: String, name: String, kind: String, paramsJSON: String) {
      self.arm = arm
      self.rollout = rollout
      self.name = name
      self.kind = kind
      self.paramsJSON = paramsJSON
    }
  }

  /// Its name.
  public var name: String
  /// The scenario in canonical JSON.
  public var canonicalJSON: String
  /// What decides between its arms, in canonical JSON; changing it makes no new scenario.
  public var questionJSON: String?
  /// The documents as they were written.
  public var sourceText: String?
  /// The arms in their order (the first is the baseline), by rollout.
  public var arms: [ArmStrategy]
  /// What the values of its runs' metrics mean, in the order of the values.
  public var metrics: [MetricDefinition]

  /// States a scenario.
  public init(
    name: String, canonicalJSON: String, questionJSON: String? = nil, sourceText: String? = nil,
    arms: [ArmStrategy], metrics: [MetricDefinition]
  ) {
    self.name = name
    self.canonicalJSON = canonicalJSON
    self.questionJSON = questionJSON
    self.sourceText = sourceText
    self.arms = arms
    self.metrics = metrics
  }

  /// What tells it from other scenarios: the SHA-256 of its canonical form.
  public var hash: Digest256 { .of(canonicalJSON.utf8) }
}

extension StoredScenario {
  /// What is asked of a scenario, apart from the scenario.
  private struct Question: Codable {
    var decide: DecisionRule
    var expect: [ArmExpectation]
    var notes: [ArmNote]?
  }

  /// An experiment as it is stored.
  ///
  /// Its hash is the one that `RunKeys` makes run keys of.
  ///
  /// - Parameters:
  ///   - experiment: the scenario and what is asked of it.
  ///   - canonicalJSON: the scenario in canonical form, where it has been made already.
  ///   - metrics: what the values of its runs' metrics mean.
  ///   - sourceText: the documents as they were written.
  public init(
    _ experiment: Experiment, canonicalJSON: String? = nil, metrics: [MetricDefinition],
    sourceText: String?
  ) {
    let scenario = experiment.scenario
    self.init(
      name: scenario.name, canonicalJSON: canonicalJSON ?? RunKeys.canonical(scenario),
      questionJSON: RunKeys.canonical(
        Question(
          decide: experiment.decide, expect: experiment.expect, notes: experiment.notes)),
      sourceText: sourceText,
      arms: scenario.arms.flatMap { arm in
        arm.strategies.map { assignment in
          ArmStrategy(
            arm: arm.name, rollout: assignment.rollout, name: assignment.strategy,
            kind: assignment.policy.kind, paramsJSON: RunKeys.canonical(assignment.policy))
        }
      }, metrics: metrics)
  }

  /// The experiment it was stored from; nil: by a version whose documents this one can not read.
  ///
  /// Where no question was stored, users' harm decides.
  public func experiment() -> Experiment? {
    guard
      let scenario = try? CanonicalJSON.decode(Scenario.self, from: Array(canonicalJSON.utf8))
    else { return nil }
    var question = Question(decide: DecisionRule(primary: "usersHarmed.integral"), expect: [])
    if let questionJSON {
      guard let stored = try? CanonicalJSON.decode(Question.self, from: Array(questionJSON.utf8))
      else { return nil }
      question = stored
    }
    return Experiment(
      scenario: scenario, decide: question.decide, expect: question.expect, notes: question.notes)
  }
}
