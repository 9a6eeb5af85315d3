import LocatedYAML
package import RolloutStrategies

extension Replay.Problem {
  /// What is wrong with a transcript and where, for people: what stands in it is shown, and not
  /// obeyed by a terminal.
  ///
  /// - Parameters:
  ///   - file: the transcript as it is to be named.
  ///   - line: the line, from 1; nil: it is the transcript's as a whole.
  /// - Returns: lines, of which the last has no end.
  package func text(in file: String, line: Int?) -> String {
    let place = line.map { ":\($0)" } ?? ""
    let lines = message.split(separator: "\n", omittingEmptySubsequences: false)
    return "\(visible(file))\(place): "
      + lines.map { visible(String($0)) }.joined(separator: "\n")
  }
}
