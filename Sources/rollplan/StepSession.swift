import Determinism
import RolloutStrategies

/// Drives planners through what is observed, from a state file if there is one.
///
/// A step's decision is saved before it is printed; whoever performs it may be killed at any
/// moment and find it printed again, which is harmless, since a directive is a state to be in.
struct StepSession {
  private var replay: Replay
  private let state: StateFile?
  /// How many lines of the state the input has repeated; nil: the input goes on where it ends.
  private var repeated: Int?
  private var isFirstLine = true

  /// Begins where a state file ends, or at the beginning.
  init(isVerifying: Bool, state: StateFile?) throws(Replay.Problem) {
    replay = Replay(isVerifying: isVerifying || state != nil)
    self.state = state
    guard let state else { return }
    for line in state.lines { _ = try replay.take(line) }
    if !state.lines.isEmpty, let problem = replay.finish() { throw problem }
    replay.stopVerifying()
  }

  /// The decision that was saved last, which may not have been performed; nil: there is none.
  var saved: Replay.Made? {
    get throws(Replay.Problem) {
      guard let state, state.lines.count >= 3, let last = state.lines.last else { return nil }
      return Replay.Made(line: "", decided: try Replay.decode(last).decided, decidedLine: last)
    }
  }

  /// The planners' rollouts, by planner.
  var planners: [Planner] { replay.planners }

  /// Takes in one line of input.
  ///
  /// - Returns: the decision that is saved and to be performed; nil: there is none.
  mutating func take(_ text: String) throws -> Replay.Made? {
    guard let state else {
      let made = try replay.take(text)
      return made?.decided == nil ? nil : made
    }
    guard try !isKnown(text, state) else { return nil }
    guard let made = try replay.take(text) else { return nil }
    try state.append([made.line] + (made.decidedLine.map { [$0] } ?? []))
    return made.decided == nil ? nil : made
  }

  /// What is wrong with the input as a whole.
  func finish() -> Replay.Problem? { replay.finish() }

  /// Whether a line of input stands in the state already.
  private mutating func isKnown(_ text: String, _ state: StateFile) throws(Replay.Problem) -> Bool {
    guard !text.isEmpty, !state.lines.isEmpty else { return text.isEmpty }
    let line = try Replay.decode(text)
    let isFirst = isFirstLine
    isFirstLine = false
    if line.decided != nil { return true }
    if isFirst, line.header != nil { repeated = 0 }
    guard let position = repeated else {
      // Whoever was killed may send its last line again.
      let last = try state.lines.dropLast().last.map(Replay.decode)
      return line.observed != nil && line.observed == last?.observed
    }
    guard position < state.lines.count else {
      repeated = nil
      return false
    }
    let recorded = try Replay.decode(state.lines[position])
    guard recorded.header == line.header, recorded.observed == line.observed else {
      throw Replay.Problem(
        message: "the line is not the one that \(state.path) was made from",
        help: "give the same input again, only what is new, or another state file")
    }
    repeated = position == 0 ? 1 : position + 2
    return true
  }
}
