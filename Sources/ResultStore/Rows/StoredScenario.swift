public import FleetModel

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
