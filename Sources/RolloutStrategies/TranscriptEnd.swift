package import Determinism

/// Planners as a transcript leaves them, to go on from.
package struct TranscriptEnd {
  /// A planner with the time of its last step.
  package struct Start {
    /// The planner.
    package var planner: Planner
    /// When it was stepped last, or when it began.
    package var at: Instant

    /// States a planner and its time.
    package init(planner: Planner, at instant: Instant) {
      self.planner = planner
      at = instant
    }
  }

  /// A line that cannot be replayed.
  package struct LineProblem: Error {
    /// The line, from 1; nil: it is the transcript's as a whole.
    package var line: Int?
    /// What is wrong with it.
    package var problem: Replay.Problem
  }

  /// What was rolled out where, for people.
  package let title: String
  /// The planners, in the header's order.
  package let starts: [Start]

  /// Goes through a transcript.
  ///
  /// What a planner's only line says is known before it decides for the first time: so the clusters
  /// that it starts at once are yet to be started.
  package init(_ lines: [String]) throws(LineProblem) {
    var replay = Replay(isVerifying: false)
    var header: Transcript.Header?
    var seen: [[Transcript.Observed]] = []
    for (number, text) in lines.enumerated() {
      do throws(Replay.Problem) {
        _ = try replay.take(text)
        let line = try text.isEmpty ? nil : Replay.decode(text)
        if let known = line?.header {
          header = known
          seen = known.planners.map { _ in [] }
        }
        // The first two are enough to know whether there is only one.
        if let observed = line?.observed, seen[observed.planner].count < 2 {
          seen[observed.planner].append(observed)
        }
      } catch {
        throw LineProblem(line: number + 1, problem: error)
      }
    }
    if let problem = replay.finish() { throw LineProblem(line: nil, problem: problem) }
    guard let header else { preconditionFailure("a transcript without a header was accepted") }
    title = header.title
    starts = replay.planners.indices.map { index in
      guard seen[index].count == 1, let only = seen[index].first else {
        return Start(planner: replay.planners[index], at: replay.lastAt[index])
      }
      let input = header.planners[index]
      let planner = Planner(
        name: input.name, fleet: input.fleet, rollouts: input.rollouts, seed: header.random,
        seen: only.observations, at: only.at)
      return Start(planner: planner, at: only.at)
    }
  }
}
