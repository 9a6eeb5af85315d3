public import Determinism
public import FleetModel

/// The head of a run: enough to list it.
public struct RunSummary: Equatable, Sendable {
  /// The hash of its scenario.
  public var scenario: Digest256
  /// What makes it the run it is.
  public var identity: RunIdentity
  /// The version of the engine's semantics.
  public var engineSemantics: Int
  /// What else was asked of the run, in canonical JSON.
  public var optionsJSON: String
  /// How it ended.
  public var status: RunStatus
  /// The length of the simulated time.
  public var simulated: Microseconds
  /// Events handled.
  public var eventCount: Int
  /// Fingerprint of all events.
  public var eventDigest: UInt64
  /// Fingerprint of all random draws.
  public var drawDigest: UInt64
  /// Fingerprint of the outcome.
  public var outcomeDigest: UInt64
}

/// Which runs are meant; what is nil does not narrow.
public struct RunFilter: Equatable, Sendable {
  /// Of this scenario.
  public var scenario: Digest256?
  /// Of this case.
  public var caseName: String?
  /// Of this arm; an empty text: the runs without any rollout.
  public var arm: String?
  /// Of this group.
  public var group: RunGroup?
  /// Of this replication.
  public var replication: Int?
  /// Whose key begins with these hexadecimal digits.
  public var keyPrefix: String?

  /// Means every run, unless narrowed.
  public init(
    scenario: Digest256? = nil, caseName: String? = nil, arm: String? = nil,
    group: RunGroup? = nil, replication: Int? = nil, keyPrefix: String? = nil
  ) {
    self.scenario = scenario
    self.caseName = caseName
    self.arm = arm
    self.group = group
    self.replication = replication
    self.keyPrefix = keyPrefix
  }
}

/// Runs of a scenario that may be compared: they share seed, engine and options.
public struct RunGroup: Hashable, Sendable {
  /// The seed of the experiment.
  public var seed: UInt64
  /// The version of the engine's semantics.
  public var engineSemantics: Int
  /// What else was asked of the runs, in canonical JSON.
  public var optionsJSON: String

  /// States a group.
  public init(seed: UInt64, engineSemantics: Int, optionsJSON: String) {
    self.seed = seed
    self.engineSemantics = engineSemantics
    self.optionsJSON = optionsJSON
  }
}

/// The metrics of all runs of one arm in one case.
public struct SampleTable: Equatable, Sendable {
  /// The case.
  public var caseName: String
  /// The arm; nil: the runs without any rollout.
  public var arm: String?
  /// The replications.
  ///
  /// Shape: one per run, ascending.
  public var replications: [Int]
  /// The values.
  ///
  /// Shape: one list per metric of the scenario, each with one value per run.
  public var values: [[MetricValue]]

  /// States a table.
  public init(
    caseName: String, arm: String?, replications: [Int], values: [[MetricValue]]
  ) {
    self.caseName = caseName
    self.arm = arm
    self.replications = replications
    self.values = values
  }
}

/// A scenario in a file, by name.
public struct ScenarioSummary: Equatable, Sendable {
  /// Its hash.
  public var hash: Digest256
  /// Its name.
  public var name: String
  /// Its runs in the file.
  public var runs: Int
  /// Whether no other scenario of that name was added after it.
  public var isNewest: Bool
}
