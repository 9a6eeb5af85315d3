import ArgumentParser
import FleetModel
import ResultStore

/// Which run of a database is meant.
struct RunSelection: ParsableArguments {
  @Option(
    name: .customLong("run"),
    help: """
      ARM/REPLICATION, or the beginning of a key. Without it: the first run that did not complete, \
      else the first.
      """)
  var name: String?

  @Option(name: .customLong("case"), help: "The case. Without it: the first that has such a run.")
  var caseName: String?

  @Option(help: "The scenario, if the file holds several.")
  var scenario: String?

  /// The run that is meant.
  func choose(from results: ResultDatabase) throws -> RunSummary {
    var filter = RunFilter(
      scenario: try Comparison.newestScenario(of: results, named: scenario, in: results.path))
    filter.caseName = caseName
    if let name {
      let parts = name.split(separator: "/", omittingEmptySubsequences: false)
      if parts.count == 2, let replication = Int(parts[1]) {
        filter.arm = String(parts[0])
        filter.replication = replication
      } else {
        filter = RunFilter(keyPrefix: name)
      }
    }
    let runs = try results.runs(filter).filter { name != nil || $0.identity.arm != nil }
    guard let first = runs.first else {
      throw Failure.exit(
        Exit.nothingSelected, "\(results.path) holds no such run",
        help: "name it as ARM/REPLICATION, with --case, or by the beginning of its key")
    }
    if filter.keyPrefix != nil, runs.count > 1 {
      throw Failure.exit(
        Exit.nothingSelected, "the keys of \(runs.count) runs begin so",
        help: "give more of the key, or name the run as ARM/REPLICATION")
    }
    return name == nil ? runs.first { $0.status != .completed } ?? first : first
  }
}
