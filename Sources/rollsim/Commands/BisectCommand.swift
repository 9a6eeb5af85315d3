import ArgumentParser
import Determinism
import Experiments
import FleetModel
import Reports
import ResultStore

/// Finds where two runs begin to differ.
struct BisectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bisect",
    abstract: "Find the first event in which a run differs between two databases.",
    discussion: """
      Both runs are made again from what their databases hold, so that it tells what a change of a \
      scenario or strategy changed first. A run that comes out differently than it was stored is \
      told with the time from which it does: exit code 11.

        rollsim bisect before.sqlite after.sqlite --run staged/7 --case bad
      """)

  @Argument(help: "A database.")
  var first: String

  @Argument(help: "Another database, or the same one with --with.")
  var second: String

  @OptionGroup var selection: RunSelection

  @Option(help: "The run in the second database, if it has another name there.")
  var with: String?

  func run() throws {
    try reporting {
      let a = try remade(in: first, selection)
      var other = selection
      // A run that was not named is still the same one in both files.
      other.name = with ?? selection.name ?? a.name
      other.caseName = selection.caseName ?? (with == nil ? a.stored.identity.caseName : nil)
      let b = try remade(in: second, other)
      guard let divergence = RunDivergence(a.record, b.record) else {
        return try Output.line("\(a.name) and \(b.name): the same \(a.record.eventCount) events")
      }
      try Output.write(text(of: divergence, a, b))
    }
  }

  private func remade(in path: String, _ selection: RunSelection) throws -> RemadeRun {
    let results = try ResultDatabase.open(path: path, mode: .read)
    defer { try? results.close() }
    let remade = try RemadeRun(try selection.choose(from: results), of: results)
    try remade.expectSame(as: path)
    return remade
  }

  private func text(of divergence: RunDivergence, _ a: RemadeRun, _ b: RemadeRun) -> String {
    var lines: [String] = []
    if let bucket = divergence.bucket, let span = divergence.span {
      let times = [span.lowerBound, span.upperBound].map(EventLine.time)
      lines.append("first different time bucket: \(bucket), from \(times[0]) to \(times[1])")
    }
    if divergence.first == nil, divergence.second == nil {
      let kept = min(a.record.trace.count, b.record.trace.count)
      lines.append("no difference in the \(kept) events of clusters that are kept")
    } else {
      lines.append("first different event:")
      for (path, event) in [(first, divergence.first), (second, divergence.second)] {
        lines.append(
          "  \(Escaping.terminal(path)): \(event.map { EventLine($0).text() } ?? "none")")
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }
}

extension RemadeRun {
  /// Its arm and replication, as a person names it.
  fileprivate var name: String {
    "\(stored.identity.arm ?? "")/\(stored.identity.replication)"
  }
}
