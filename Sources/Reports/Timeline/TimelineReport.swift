public import Determinism
import FleetModel
public import ResultStore

/// One run as a timeline: what happened where and when, and why it ended as it did.
public struct TimelineReport: Sendable {
  let run: StoredRun
  let scenarioName: String
  let startAt: Instant

  /// A report of a run.
  ///
  /// `startAt` is when its scenario begins: it turns the times in evidence into times of the run.
  public init(run: StoredRun, scenarioName: String, startAt: Instant) {
    self.run = run
    self.scenarioName = scenarioName
    self.startAt = startAt
  }

  /// The report for a terminal; ends in a line break.
  public func text() -> String {
    let chart = TimelineChart(run)
    let sections = [
      header(), verdicts(), chart.lines(), chart.legend(), WaveTable(run.record).lines(),
      identity(),
    ]
    return sections.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }
      .joined(separator: "\n\n") + "\n"
  }

  private func header() -> [String] {
    let identity = run.identity
    let record = run.record
    let fields = [
      ("scenario", scenarioName), ("case", identity.caseName),
      ("arm", identity.arm ?? "none (the run without any rollout)"),
      ("seed", "\(identity.seed), replication \(identity.replication)"),
      (
        "status",
        "\(StatusWord.of(record.status)) after \(Quantities.duration(run.simulated)) simulated, "
          + Quantities.count(record.eventCount, "event")
      ),
    ]
    return lines(fields)
  }

  /// What tells this run from all others, and its result from all others.
  private func identity() -> [String] {
    let record = run.record
    return lines([
      ("key", run.identity.key.hex),
      (
        "digests",
        "events \(hex(record.eventDigest))  draws \(hex(record.drawDigest))"
      ), ("", "outcome \(hex(record.outcomeDigest))"),
    ])
  }

  private func lines(_ fields: [(name: String, value: String)]) -> [String] {
    fields.map { field in
      (field.name.isEmpty ? "" : field.name + ":").fitted(to: 10) + Escaping.terminal(field.value)
    }
  }

  func hex(_ bits: UInt64) -> String {
    let digits = String(bits, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  private func verdicts() -> [String] {
    run.record.rollouts.flatMap { outcome in
      VerdictSentences(startAt: startAt).lines(for: outcome).flatMap {
        Paragraph.lines($0, width: Paragraph.narrow, hanging: 2)
      }
    }
  }
}

/// The words for how a run ended.
enum StatusWord {
  static func of(_ status: RunStatus) -> String {
    switch status {
    case .completed: "completed"
    case .rolledBack: "rolled back"
    case .halted: "halted"
    case .frozen: "frozen"
    case .paused: "paused"
    case .unfinished: "unfinished"
    }
  }
}

/// The waves of a run, in a table.
struct WaveTable {
  /// More waves than this say nothing to a reader.
  private static let mostRows = 40

  private let waves: [RunRecord.Wave]

  init(_ record: RunRecord) { waves = record.waves }

  func lines() -> [String] {
    guard !waves.isEmpty else { return [] }
    var table = TextTable([
      ("rollout", .left), ("wave", .left), ("starts", .right), ("ends", .right),
      ("took", .right), ("clusters", .right), ("failed at end", .right),
    ])
    let planners = Set(waves.map(\.planner))
    for wave in waves.prefix(Self.mostRows) {
      table.add([
        planners.count > 1 ? "\(wave.planner)/\(wave.rollout)" : wave.rollout, wave.name,
        Quantities.duration(wave.startsAfter),
        wave.endsAfter.map { Quantities.duration($0) } ?? "-",
        wave.endsAfter.map { Quantities.duration($0 - wave.startsAfter) } ?? "goes on",
        Quantities.count(wave.clusters), Quantities.count(wave.failed),
      ])
    }
    let rest = waves.count - Self.mostRows
    return table.lines() + (rest > 0 ? ["... and \(Quantities.count(rest, "wave")) more"] : [])
  }
}
