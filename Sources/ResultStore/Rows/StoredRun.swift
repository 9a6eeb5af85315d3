public import Determinism
public import FleetModel

/// What makes a run the run it is.
public struct RunIdentity: Hashable, Sendable {
  /// The fingerprint of everything that decides its result.
  public var key: Digest256
  /// The case.
  public var caseName: String
  /// The arm; nil: the run without any rollout.
  public var arm: String?
  /// The seed of the experiment.
  public var seed: UInt64
  /// The number of the replication, from 0.
  public var replication: Int

  /// States an identity.
  public init(
    key: Digest256, caseName: String, arm: String?, seed: UInt64, replication: Int
  ) {
    self.key = key
    self.caseName = caseName
    self.arm = arm
    self.seed = seed
    self.replication = replication
  }
}

/// Where and how fast a run was made: everything about it that another machine would do otherwise.
public struct HostFacts: Equatable, Sendable {
  /// The version of the tool.
  public var toolVersion: String
  /// The operating system and processor.
  public var platform: String
  /// When it was started, as an ISO 8601 time in UTC.
  public var startedUTC: String
  /// How long it took on the wall clock.
  public var wall: Microseconds
  /// Threads in use.
  public var threads: Int

  /// States the facts.
  public init(
    toolVersion: String, platform: String, startedUTC: String, wall: Microseconds, threads: Int
  ) {
    self.toolVersion = toolVersion
    self.platform = platform
    self.startedUTC = startedUTC
    self.wall = wall
    self.threads = threads
  }
}

/// A run as it is stored.
public struct StoredRun: Equatable, Sendable {
  /// The hash of its scenario.
  public var scenario: Digest256
  /// What makes it the run it is.
  public var identity: RunIdentity
  /// The version of the engine's semantics.
  public var engineSemantics: Int
  /// What else was asked of the run, in canonical JSON.
  public var optionsJSON: String
  /// The length of the simulated time.
  public var simulated: Microseconds
  /// What it left behind.
  public var record: RunRecord
  /// Where it was made.
  public var host: HostFacts

  /// States a run.
  public init(
    scenario: Digest256, identity: RunIdentity, engineSemantics: Int, optionsJSON: String,
    simulated: Microseconds, record: RunRecord, host: HostFacts
  ) {
    self.scenario = scenario
    self.identity = identity
    self.engineSemantics = engineSemantics
    self.optionsJSON = optionsJSON
    self.simulated = simulated
    self.record = record
    self.host = host
  }
}
