import Determinism
import Experiments
import FleetModel
package import LocatedYAML
import PlannerDialects
import RolloutStrategies
import ScenarioFiles

/// A reader of text that anybody may have written, as one function of bytes.
///
/// What the readers limit, like the size of files, is limited here, too.
package enum FuzzedReader: String, CaseIterable, Sendable {
  /// A scenario with all its documents, as `rollsim validate` and `rollplan plan` read it.
  case scenario
  /// A strategy, or another planner's documents, as scenarios and `rollsim import` read them.
  case document
  /// Objects of a hub, as `rollplan observe` and `rollsim import fleet` read them.
  case dump
  /// A fleet as comma-separated values, as `rollsim import fleet` reads it.
  case table
  /// What planners saw, line by line, as `rollplan step` and `rollplan plan` read it.
  case transcript

  /// What a reader came to.
  package enum End: Equatable {
    /// It made something of the text.
    case accepted
    /// It named what is wrong with the text.
    case refused([DocumentProblem])
  }

  /// How files of this kind end.
  package var suffix: String {
    switch self {
    case .scenario, .document: "yaml"
    case .dump: "json"
    case .table: "csv"
    case .transcript: "jsonl"
    }
  }

  /// Reads a text and goes on with it as far as the commands do before anything is simulated.
  ///
  /// A trap in it ends the process.
  package func read(_ bytes: [UInt8]) -> End {
    do throws(DocumentProblems) {
      switch self {
      case .scenario: try readScenario(bytes)
      case .document: try readDocument(bytes)
      case .dump: try readDump(bytes)
      case .table: try readTable(bytes)
      case .transcript: try readTranscript(bytes)
      }
      return .accepted
    } catch {
      return .refused(error.problems)
    }
  }

  private static let random = RandomStream(seed: 1, replication: 0)

  private var name: String { "input.\(suffix)" }

  /// A folder that holds nothing but the text.
  private func folder(_ bytes: [UInt8]) -> FileAccess {
    let own = name
    return FileAccess { (path, _) throws(FileAccess.Refusal) in
      guard path == own else { throw .init(.fileUnreadable, "there is no such file") }
      return bytes
    }
  }

  private func readScenario(_ bytes: [UInt8]) throws(DocumentProblems) {
    let loaded = try ScenarioLoader.load(file: name, files: folder(bytes))
    // Planners over a million clusters are sound, and take too long to be made thousands of times.
    let fleet = loaded.experiment.scenario.fleet
    guard fleet.clusters.count + (fleet.generate?.clusters ?? 0) <= 1_000 else { return }
    for arm in loaded.armNames {
      _ = loaded.header(arm: arm, random: Self.random)?.makePlanners()
    }
  }

  private func readDocument(_ bytes: [UInt8]) throws(DocumentProblems) {
    let loaded = try StrategyLoader.load(file: name, files: folder(bytes))
    _ = ImportedDelivery(loaded)?.text
    guard let text = ImportedStrategy(loaded)?.text else { return }
    _ = try StrategyLoader.load(file: name, files: folder(Array(text.utf8)))
  }

  private func readDump(_ bytes: [UInt8]) throws(DocumentProblems) {
    let reading = Reading()
    let estate = Estate(.init(dumps: [name]), with: folder(bytes), reading)
    guard let estate, reading.errorCount == 0 else { throw DocumentProblems(reading.problems) }
    if let strategy = estate.documents?.strategy {
      let (header, observed) = estate.transcript(
        name: "rollout", strategy: strategy, delivery: estate.documents?.delivery,
        random: Self.random)
      var writer = Transcript.Writer()
      let lines = [writer.line(header), writer.line(observed)]
      if header.problem == nil { try readTranscript(Array(lines.joined(separator: [0x0A]))) }
    }
    let fleet = ImportedFleet(estate: estate, name: "imported", levels: [], reading)
    guard fleet?.text != nil else { throw DocumentProblems(reading.problems) }
  }

  private func readTable(_ bytes: [UInt8]) throws(DocumentProblems) {
    let reading = Reading()
    let fleet = ImportedFleet(
      table: name, name: "imported", levels: ["region"], with: folder(bytes), reading)
    guard fleet?.text != nil else { throw DocumentProblems(reading.problems) }
  }

  private func readTranscript(_ bytes: [UInt8]) throws(DocumentProblems) {
    let lines = bytes.split(separator: UInt8(ascii: "\n"))
    do throws(TranscriptEnd.LineProblem) {
      let end = try TranscriptEnd(lines.map { String(decoding: $0, as: UTF8.self) })
      for start in end.starts where start.planner.fleet.count <= 100 {
        let assumptions = Forecast.Assumptions(stepsMax: 100)
        _ = Forecast(of: start.planner, at: start.at, assumptions: assumptions)
      }
    } catch {
      // A transcript has no codes of its own: its commands print the message and the help.
      throw DocumentProblems([
        DocumentProblem(
          code: .wrongDocuments, file: name, line: error.line,
          message: error.problem.text(in: name, line: error.line), help: error.problem.help)
      ])
    }
  }
}
