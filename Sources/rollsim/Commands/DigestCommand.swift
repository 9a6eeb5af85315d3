import ArgumentParser
import ResultStore

/// Prints a digest of a database's contents.
struct DigestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "digest",
    abstract: "Print one line that is equal for databases with equal contents.",
    discussion: """
      Covers every scenario and run by what they are, not by where or when they were carried out \
      or in
      which order they were stored.
      """)

  @Argument(help: "The database.")
  var database: String

  func run() throws {
    try reporting {
      let results = try ResultDatabase.open(path: database, mode: .read)
      try Output.line("\(try results.contentDigest())")
      try results.close()
    }
  }
}
