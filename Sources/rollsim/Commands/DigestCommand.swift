import ArgumentParser
import Determinism
import Reports
import ResultStore

/// Prints a digest of a database's contents.
struct DigestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "digest",
    abstract: "Print one line that is equal for databases with equal contents.",
    discussion: """
      Covers every scenario and run by what they are, not by where or when they were carried out \
      or in which order they were stored.

      With --parts it is told in its ingredients: the file's schema, each scenario, and of each \
      run the version of the engine's semantics, the key, and the digests of events, draws and \
      outcome. So two files can be compared with diff, to see what is not the same.
      """)

  @Argument(help: "The database.")
  var database: String

  @Flag(help: "Print what goes into the digest: a line for the schema, each scenario, each run.")
  var parts = false

  func run() throws {
    try reporting {
      let results = try ResultDatabase.open(path: database, mode: .read)
      if parts {
        try printParts(of: results)
      } else {
        try Output.line("\(try results.contentDigest())")
      }
      try results.close()
    }
  }

  private func printParts(of results: ResultDatabase) throws {
    let schema = ResultDatabase.schema
    try Output.line("schema  version \(schema.version)  statements \(Self.short(schema.digest))")
    for scenario in try results.scenarios() {
      let name = Escaping.terminal(scenario.name)
      try Output.line("scenario \(name)  document \(Self.short(scenario.hash))")
      for run in try results.runs(RunFilter(scenario: scenario.hash)) {
        try Output.line(line(of: run, scenario: name))
      }
    }
  }

  private func line(of run: RunSummary, scenario: String) -> String {
    let identity = run.identity
    let arm = identity.arm.map(Escaping.terminal) ?? "-"
    let name =
      "\(scenario)/\(Escaping.terminal(identity.caseName))/\(arm)/\(identity.replication)"
    return [
      "run \(name)", "seed \(identity.seed)", "semantics \(run.engineSemantics)",
      "key \(Self.short(identity.key))", "events \(Self.hex(run.eventDigest))",
      "draws \(Self.hex(run.drawDigest))", "outcome \(Self.hex(run.outcomeDigest))",
    ].joined(separator: "  ")
  }

  private static func short(_ digest: Digest256) -> Substring { digest.hex.prefix(16) }

  private static func hex(_ word: UInt64) -> String {
    let digits = String(word, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
