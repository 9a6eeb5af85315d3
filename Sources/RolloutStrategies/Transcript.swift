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

/// The record of planners at work: a header, then a line for what each step saw and a line for what
/// it decided.
///
/// All that decisions depend on is in the header and the `observed` lines; from these alone the
/// `decided` lines can be made again. Each line ends in a digest of everything up to it, so that
/// the first difference can be found.
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

extension Transcript.Header {
  /// What makes the header unusable, in a sentence; nil when it can be replayed.
  public var problem: String? {
    for input in planners {
      for dimension in input.fleet.dimensions where dimension.valueOf.count != input.fleet.count {
        return "\(input.name): label \(dimension.name) has \(dimension.valueOf.count) values"
          + " for \(input.fleet.count) clusters"
      }
      for dimension in input.fleet.dimensions {
        let limit = UInt32(dimension.values.count)
        let stray = dimension.valueOf.first { $0 >= limit && $0 != Fleet.Dimension.none }
        if let stray {
          return "\(input.name): label \(dimension.name) has no value number \(stray)"
        }
      }
      guard input.fleet.names.count == input.fleet.count else {
        return "\(input.name): \(input.fleet.names.count) names for \(input.fleet.count) clusters"
      }
      if let problem = input.fleet.loadProblem { return "\(input.name): \(problem)" }
      if let problem = RolloutPolicy.problem(with: input.rollouts) {
        return "\(input.name): \(problem)"
      }
    }
    return nil
  }
}

extension Fleet {
  /// The most that a cluster may be asked for or serve: such that a million of them can be added.
  private static let loadMax: Int64 = 1_000_000_000_000

  /// What is impossible about the load, in a sentence; nil: nothing, or nobody has said.
  fileprivate var loadProblem: String? {
    guard let load else { return nil }
    for (what, values) in [("demand", load.demand), ("capacity", load.capacity)] {
      guard values.count == count else {
        return "\(what) has \(values.count) values for \(count) clusters"
      }
      if let stray = values.elements.first(where: { !(0...Self.loadMax).contains($0) }) {
        return "\(what) is \(stray), and can be from 0 to \(Self.loadMax)"
      }
    }
    return nil
  }
}

extension RolloutPolicy {
  /// What keeps a planner from taking these rollouts on, in a sentence; nil when nothing does.
  public static func problem(with policies: [RolloutPolicy]) -> String? {
    let names = policies.map(\.name)
    for (index, policy) in policies.enumerated() {
      if names[..<index].contains(policy.name) { return "two rollouts are named \(policy.name)" }
      for source in policy.trigger?.sources ?? [] where !names.contains(source.rollout) {
        return "\(policy.name) waits for \(source.rollout), which is not there"
      }
      if case .timedBatches(let batches) = policy.strategy, batches.interval <= .zero {
        return "\(policy.name) has batches without an interval"
      }
      if case .timedBatches(let batches) = policy.strategy, batches.jitter ?? .zero > .one {
        return "\(policy.name) has batches that may be later than the next"
      }
      if let problem = policy.guardProblem(among: names) { return problem }
      if let problem = policy.strategy.foreignProblem { return "\(policy.name) has \(problem)" }
    }
    return circle(among: policies)
  }

  private static func circle(among policies: [RolloutPolicy]) -> String? {
    var done: [String] = []
    var left = policies
    while !left.isEmpty {
      let ready = left.filter { policy in
        (policy.trigger?.sources ?? []).allSatisfy { done.contains($0.rollout) }
      }
      guard !ready.isEmpty else {
        return "\(left.map(\.name).joined(separator: ", ")) wait for each other in a circle"
      }
      done += ready.map(\.name)
      left.removeAll { policy in ready.contains { $0.name == policy.name } }
    }
    return nil
  }
}
