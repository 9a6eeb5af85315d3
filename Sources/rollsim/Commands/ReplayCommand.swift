import ArgumentParser
import Determinism
import FleetModel
import LocatedYAML
import Reports
import ResultStore

/// Makes one run again, from its database alone.
struct ReplayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Make a stored run again, from its database alone, and show what happened.",
    discussion: """
      Prints the run's timeline or, with --until, the events of its clusters up to a time, one a \
      line: the time from the start, the kind, the cluster, and a number that tells it from others \
      like it. Exit code 11: it came out differently than it was stored.

        rollsim replay results/two-coasts.sqlite --run staged/7 --case bad --until 2h
      """)

  @Argument(help: "The database.")
  var database: String

  @OptionGroup var selection: RunSelection

  @Option(
    help:
      "Print the events up to this time from the start, as 1h30m. Without it: only the timeline.",
    transform: ReplayCommand.length)
  var until: Microseconds?

  private static func length(_ text: String) throws -> Microseconds {
    do throws(WrittenNumber.Trouble) {
      return try WrittenNumber.duration(text)
    } catch {
      throw ValidationError(error.message)
    }
  }

  func run() throws {
    try reporting {
      let results = try ResultDatabase.open(path: database, mode: .read)
      defer { try? results.close() }
      let remade = try RemadeRun(try selection.choose(from: results), of: results)
      try remade.expectSame(as: database)
      guard let until else { return try Output.write(try timeline(of: remade, results)) }
      let events = remade.record.trace.prefix { $0.after <= until }
      for event in events { try Output.line(EventLine(event).text()) }
      guard events.count == RunRecord.traceLimit else { return }
      Failure.say("note: there may be more events; the first \(events.count) are kept\n")
    }
  }

  private func timeline(of remade: RemadeRun, _ results: ResultDatabase) throws -> String {
    var run = remade.stored
    run.record = remade.record
    return TimelineReport(
      run: run, scenarioName: remade.scenario.name, startAt: remade.scenario.startAt
    ).text()
  }
}
