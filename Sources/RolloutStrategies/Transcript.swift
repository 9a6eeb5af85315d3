public import Determinism

/// One step of one planner: what it saw and what it decided.
public struct PlannerStep: Codable, Equatable, Sendable {
  /// The planner's position.
  public var planner: Int
  /// When.
  public var at: Instant
  /// What it saw.
  public var observations: [Observation]
  /// What it decided.
  public var decision: PlannerDecision

  /// States a step.
  public init(planner: Int, at: Instant, observations: [Observation], decision: PlannerDecision) {
    self.planner = planner
    self.at = at
    self.observations = observations
    self.decision = decision
  }
}

/// The record of planners at work: a header, then a line for what each step saw and a line for what it decided.
///
/// All that decisions depend on is in the header and the `observed` lines; from these alone the `decided` lines can be made
/// again. Each line ends in a digest of everything up to it, so that the first difference can be found.
public enum Transcript {
  /// The version of the format.
  public static let formatVersion = 1

  /// Everything the planners were given at the beginning.
  public struct Header: Codable, Equatable, Sendable {
    /// A planner's name, clusters and documents.
    public struct PlannerInput: Codable, Equatable, Sendable {
      /// Its name.
      public var name: String
      /// Its clusters.
      public var fleet: Fleet
      /// Its rollouts.
      public var rollouts: [RolloutPolicy]
      /// The versions of its strategies' rules, in the order of the rollouts.
      public var strategyVersions: [Int]
    }

    /// The version of the format.
    public var format: Int
    /// What was rolled out where, for people.
    public var title: String
    /// Identifies the draws of strategies that take clusters in a drawn order.
    public var random: RandomStream
    /// When the planners began.
    public var startAt: Instant
    /// The planners.
    public var planners: [PlannerInput]

    /// The header for planners as they are before their first step.
    public init(title: String, random: RandomStream, startAt: Instant, planners: [Planner]) {
      format = Transcript.formatVersion
      self.title = title
      self.random = random
      self.startAt = startAt
      self.planners = planners.map { planner in
        PlannerInput(
          name: planner.name, fleet: planner.fleet, rollouts: planner.policies,
          strategyVersions: planner.policies.map(\.strategy.semanticsVersion))
      }
    }

    /// The planners as they are before their first step.
    public func makePlanners() -> [Planner] {
      planners.map { input in
        Planner(
          name: input.name, fleet: input.fleet, rollouts: input.rollouts, seed: random,
          at: startAt)
      }
    }
  }

  /// What a planner saw at one step.
  public struct Observed: Codable, Equatable, Sendable {
    /// The planner's position.
    public var planner: Int
    /// When.
    public var at: Instant
    /// What it saw.
    public var observations: [Observation]

    /// States what was seen.
    public init(planner: Int, at: Instant, observations: [Observation]) {
      self.planner = planner
      self.at = at
      self.observations = observations
    }
  }

  /// What a planner decided at one step.
  public struct Decided: Codable, Equatable, Sendable {
    /// The planner's position.
    public var planner: Int
    /// When.
    public var at: Instant
    /// What it decided.
    public var decision: PlannerDecision

    /// States what was decided.
    public init(planner: Int, at: Instant, decision: PlannerDecision) {
      self.planner = planner
      self.at = at
      self.decision = decision
    }
  }

  /// A line of a transcript.
  public struct Line: Codable, Equatable, Sendable {
    /// The first line.
    public var header: Header?
    /// What was seen.
    public var observed: Observed?
    /// What was decided.
    public var decided: Decided?
    /// The digest of all lines up to this one.
    public var digest: String?
  }

  /// Writes a transcript's lines, keeping the digest.
  public struct Writer: Sendable {
    private var digest = SHA256()

    /// Begins a transcript.
    public init() {}

    /// The first line.
    public mutating func line(_ header: Header) -> [UInt8] {
      finish(Line(header: header))
    }

    /// The line for what was seen.
    public mutating func line(_ observed: Observed) -> [UInt8] {
      finish(Line(observed: observed))
    }

    /// The line for what was decided.
    public mutating func line(_ decided: Decided) -> [UInt8] {
      finish(Line(decided: decided))
    }

    private mutating func finish(_ line: Line) -> [UInt8] {
      digest.update(Self.encoded(line))
      var line = line
      line.digest = String(SHA256.hex(digest.digest()).prefix(16))
      return Self.encoded(line)
    }

    private static func encoded(_ line: Line) -> [UInt8] {
      guard let bytes = try? CanonicalJSON.encode(line) else {
        preconditionFailure("a transcript line without a canonical form")
      }
      return bytes
    }
  }
}
