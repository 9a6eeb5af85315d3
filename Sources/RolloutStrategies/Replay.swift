package import Determinism

/// Drives planners through a transcript and makes their decisions again.
package struct Replay {
  /// What ends a replay early.
  package struct Problem: Error {
    /// What is wrong.
    package var message: String
    /// What to do about it.
    package var help: String
    /// Whether a decision differs; otherwise the input is at fault.
    package var isDifference = false

    /// States what is wrong.
    package init(message: String, help: String, isDifference: Bool = false) {
      self.message = message
      self.help = help
      self.isDifference = isDifference
    }
  }

  private var isVerifying: Bool
  /// The planners, as far as they have come.
  package private(set) var planners: [Planner] = []
  private var names: [String] = []
  private var writer = Transcript.Writer()
  private var hasHeader = false
  /// The decision line that was made and whose counterpart in the transcript has not come yet.
  private var expected: String?
  /// When each planner was stepped last.
  package private(set) var lastAt: [Instant] = []

  /// What a line led to: the line in canonical form, and the decision if one was made.
  package struct Made {
    /// The line.
    package var line: String
    /// The decision.
    package var decided: Transcript.Decided?
    /// The line for it.
    package var decidedLine: String?

    /// States what a line led to.
    package init(
      line: String, decided: Transcript.Decided? = nil, decidedLine: String? = nil
    ) {
      self.line = line
      self.decided = decided
      self.decidedLine = decidedLine
    }
  }

  /// Begins before the first line; decisions are compared with the transcript's own if asked for.
  package init(isVerifying: Bool) { self.isVerifying = isVerifying }

  /// Takes in one line.
  ///
  /// - Returns: what it led to; nil: nothing, as it is empty or a decision.
  package mutating func take(_ text: String) throws(Problem) -> Made? {
    guard !text.isEmpty else { return nil }
    let line = try Self.decode(text)
    if let header = line.header { return Made(line: try begin(header, digest: line.digest)) }
    guard hasHeader else {
      throw Problem(
        message: "the first line is not a header",
        help: "a transcript begins with the header line that `rollsim run --transcript` writes")
    }
    if let observed = line.observed { return try step(observed, digest: line.digest) }
    guard line.decided != nil else {
      throw Problem(
        message: "the line is neither observed nor decided",
        help: "write {\"observed\":{\"planner\":0,\"at\":…,\"observations\":[…]}}")
    }
    if isVerifying { try compare(text) }
    return nil
  }

  /// From now on decisions are made and no longer compared.
  package mutating func stopVerifying() { isVerifying = false }

  /// What is wrong with the transcript as a whole.
  package func finish() -> Problem? {
    if !hasHeader {
      return Problem(
        message: "there is no transcript",
        help: "pipe in a file that `rollsim run --transcript` wrote")
    }
    guard isVerifying, let missing = expected else { return nil }
    return Problem(
      message: "the transcript ends before this decision: \(missing)",
      help: "the file was cut off; record it again", isDifference: true)
  }

  /// One line of a transcript.
  package static func decode(_ text: String) throws(Problem) -> Transcript.Line {
    do {
      return try CanonicalJSON.decode(Transcript.Line.self, from: Array(text.utf8))
    } catch {
      throw Problem(
        message: "the line can not be read: \(error)",
        help: "each line is one JSON object as `rollsim run --transcript` writes it")
    }
  }

  private mutating func begin(
    _ header: Transcript.Header, digest: String?
  ) throws(Problem) -> String {
    guard !hasHeader else {
      throw Problem(message: "a second header", help: "give one transcript at a time")
    }
    guard header.format == Transcript.formatVersion else {
      throw Problem(
        message: "the transcript has format \(header.format); this rollplan reads 1",
        help: "use the rollplan of the same version as the rollsim that wrote it")
    }
    if let problem = header.problem { throw Problem(message: problem, help: "record it again") }
    hasHeader = true
    planners = header.makePlanners()
    names = header.planners.map(\.name)
    lastAt = planners.map { _ in header.startAt }
    let line = writer.line(header)
    try compare(digest, with: line)
    return String(decoding: line, as: UTF8.self)
  }

  private mutating func step(
    _ observed: Transcript.Observed, digest: String?
  ) throws(Problem) -> Made {
    if let expected {
      throw Problem(
        message: "the line before this one is not its decision, which is\n  \(expected)",
        help: "a line was removed or moved; record the transcript again", isDifference: true)
    }
    try check(observed)
    lastAt[observed.planner] = observed.at
    let observedLine = writer.line(observed)
    try compare(digest, with: observedLine)
    let decision = planners[observed.planner].step(
      at: observed.at, observing: observed.observations)
    let decided = Transcript.Decided(
      planner: observed.planner, at: observed.at, decision: decision)
    let text = String(decoding: writer.line(decided), as: UTF8.self)
    if isVerifying { expected = text }
    return Made(
      line: String(decoding: observedLine, as: UTF8.self), decided: decided, decidedLine: text)
  }

  private func check(_ observed: Transcript.Observed) throws(Problem) {
    guard planners.indices.contains(observed.planner) else {
      throw Problem(
        message: "planner \(observed.planner) observed; there are \(planners.count)",
        help: "planners are numbered from 0 in the header's order")
    }
    guard observed.at >= lastAt[observed.planner] else {
      throw Problem(
        message: "the line is earlier than the one before", help: "lines go forward in time")
    }
    let planner = planners[observed.planner]
    for observation in observed.observations {
      if let problem = observation.problem(at: observed.at) {
        throw Problem(message: problem.message, help: problem.help)
      }
      if let cluster = observation.cluster, cluster.offset >= planner.fleet.count {
        throw Problem(
          message: "cluster \(cluster.rawValue) observed; there are \(planner.fleet.count)",
          help: "clusters are numbered from 0 in the header's order")
      }
      if let rollout = observation.rollout, !planner.policies.indices.contains(rollout) {
        throw Problem(
          message: "rollout \(rollout) observed; there are \(planner.policies.count)",
          help: "rollouts are numbered from 0 in the header's order")
      }
    }
  }

  /// Refuses input that is not what was recorded; input without a digest was written by hand.
  private func compare(_ digest: String?, with line: [UInt8]) throws(Problem) {
    guard isVerifying, let digest else { return }
    let text = String(decoding: line, as: UTF8.self)
    guard !text.hasPrefix("{\"digest\":\"\(digest)\"") else { return }
    throw Problem(
      message: "the line's digest \(digest) is not that of the lines up to here",
      help: "this line was changed, or one before it was added or removed",
      isDifference: true)
  }

  private mutating func compare(_ text: String) throws(Problem) {
    guard let made = expected else {
      throw Problem(
        message: "a decision without an observation before it", help: "the file was changed",
        isDifference: true)
    }
    expected = nil
    guard made != text else { return }
    throw Problem(
      message: "the decision differs\n  recorded: \(text)\n  decided:  \(made)",
      help: "the transcript was changed, or was recorded by other strategy code",
      isDifference: true)
  }
}

extension Observation {
  /// What is impossible about something that was seen at an instant; nil: nothing.
  func problem(at instant: Instant) -> (message: String, help: String)? {
    switch self {
    case .silent(_, let since) where since > instant:
      return (
        "a cluster is silent since later than the line's own time",
        "`since` is when it was last heard, at or before `at`"
      )
    case .asked(_, _, let asked) where asked.since > instant || asked.generation > 30_000:
      return (
        "a cluster was asked later than the line's own time, or too often",
        "`since` is at or before `at`, and `generation` at most 30000"
      )
    case .measured(_, let look, let cohort, let control)
    where look < 1 || !cohort.isPossible || !(control ?? .none).isPossible:
      return (
        "counts of requests that cannot be",
        "`requests` is at most 10¹², `errors` at most `requests`, and `look` counts from 1"
      )
    case .underWay(_, let status) where status.analysis.map { !$0.isPossible } ?? false:
      return (
        "looks at a rollout that cannot be",
        "hand on `analysis` as a decision or a transcript has it, or leave it away"
      )
    case .underWay(_, let status)
    where status.startedAt > instant && status.startedAt != .never || status.stage < 0
      || status.stageEnteredAt > instant && status.stageEnteredAt != .never:
      return (
        "a rollout began, or entered its stage, later than the line's own time",
        "`startedAt` and `stageEnteredAt` are at or before `at`, and `stage` counts from 0"
      )
    default: return nil
    }
  }
}
