import ArgumentParser
import Foundation
import LocatedYAML
import PlannerDialects
import RolloutStrategies
import ScenarioFiles

/// Makes documents of ours from what others have written.
struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Write our documents from other planners' documents, dumps, or CSV.",
    discussion: """
      A scenario can name another planner's document as it is, and then decides exactly as that \
      planner does. This is for going over to a strategy of ours: it writes the one that comes \
      near, and above it what it does not do.

        rollsim import placement.yaml > strategy.yaml
        rollsim import fleet clusters.csv --level region > fleet.yaml
      """,
    subcommands: [DocumentCommand.self, FleetCommand.self], defaultSubcommand: DocumentCommand.self)

  /// Writes a Strategy.
  struct DocumentCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "document",
      abstract: "Write the Strategy, or the delivery, that comes near a document.")

    @Argument(help: "Another planner's documents, in one file.")
    var document: String

    func run() throws {
      try reporting {
        let loaded = try StrategyLoader.load(file: document)
        for warning in loaded.warnings { Failure.say("\(warning)\n") }
        if let delivery = ImportedDelivery(loaded) { return try Output.write(delivery.text) }
        guard let imported = ImportedStrategy(loaded) else {
          let reason =
            loaded.strategy.map { "no strategy of ours comes near \($0.kind)" }
            ?? "the file does not say which clusters are updated when"
          throw Failure.exit(
            Exit.invalidInput, "\(visible(document)): \(reason)",
            help: "name the file by path: under strategies or deliveries; it decides as it is")
        }
        try check(imported)
        try Output.write(imported.text)
      }
    }

    /// Refuses what comes near when it is no document of ours, as with a label that ours can not
    /// have.
    private func check(_ imported: ImportedStrategy) throws {
      let text = Array(imported.text.utf8)
      let files = FileAccess { (_, _) throws(FileAccess.Refusal) in text }
      do throws(DocumentProblems) {
        _ = try StrategyLoader.load(file: document, files: files)
      } catch {
        let first = error.problems.first?.message ?? ""
        throw Failure.exit(
          Exit.invalidInput,
          "\(visible(document)): what comes near is no document of ours: \(first)",
          help: "name the file by path: under strategies; it decides as it is")
      }
    }
  }

  /// Writes a Fleet.
  struct FleetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "fleet",
      abstract: "Write a Fleet from dumps of a hub, or from comma-separated values.",
      discussion: """
        A file that ends in .csv has a line of columns: name, which is needed; class, nodes and \
        users, by which classes are made; key, timeZone and adminGroup, as Fleet documents know \
        them; and any other, which is a label. An empty value is none. Other files are dumps, as \
        `rollplan observe` reads them.
        """)

    @Argument(help: "One CSV file, or dumps.")
    var files: [String]

    @Option(help: "A label that is a level of the domain hierarchy, outermost first; repeated.")
    var level: [String] = []

    @Option(help: "The fleet's name.")
    var name = "imported"

    func validate() throws {
      guard isName(name) else {
        throw ValidationError("--name is \(quoted(name)), which is no name")
      }
      for level in level where level.isEmpty || !isLabelValue(level) {
        throw ValidationError("--level is \(quoted(level)), which is no label")
      }
      if Set(level).count < level.count { throw ValidationError("--level names one label twice") }
      if files.count > 1, files.contains(where: { $0.hasSuffix(".csv") }) {
        throw ValidationError("give one CSV file, or dumps")
      }
    }

    func run() throws {
      try reporting {
        let reading = Reading()
        guard let fleet = imported(reading), reading.errorCount == 0 else {
          throw DocumentProblems(reading.problems)
        }
        try Output.write(fleet.text)
      }
    }

    private func imported(_ reading: Reading) -> ImportedFleet? {
      let files = FileAccess.disk(atMost: FileAccess.dumpSizeMax)
      if let file = self.files.first, file.hasSuffix(".csv") {
        return ImportedFleet(table: file, name: name, levels: level, with: .disk, reading)
      }
      return Estate(Estate.Question(dumps: self.files), with: files, reading).flatMap {
        ImportedFleet(estate: $0, name: name, levels: level, reading)
      }
    }
  }
}
