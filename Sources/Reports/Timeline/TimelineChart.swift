import Determinism
import FleetModel
import ResultStore

/// Domains by time: one character says how a domain stood in one stretch of time.
struct TimelineChart {
  private static let mostWidth = 80
  /// Fewer columns than this show no course of events.
  private static let fewestColumns = 24
  private static let mostRows = 40
  private static let widestName = 24

  private let record: RunRecord
  private let simulated: Microseconds
  private let rows: [Row]
  private let level: String
  /// Domains of the level, shown or not.
  private let domainCount: Int
  /// Buckets folded into one column.
  private let fold: Int
  private let columns: Int
  private let nameWidth: Int
  /// When the chart ends, if that is before the run does.
  private let end: Microseconds?

  /// The history of one domain.
  private struct Row {
    var name: String
    var clusters: Int
    var points: [RunRecord.DomainPoint]

    var peakImpaired: Int { points.map(\.impaired).max() ?? 0 }

    var peakShare: Double { clusters > 0 ? Double(peakImpaired) / Double(clusters) : 0 }
  }

  init(_ run: StoredRun) {
    record = run.record
    simulated = run.simulated
    level = run.record.domains.first?.level ?? ""
    let all = Self.rows(run.record.domains.filter { [level] in $0.level == level })
    domainCount = all.count
    rows = Self.mostTelling(all)
    nameWidth = min(Self.widestName, max(level.count, rows.map(\.name.count).max() ?? 0))
    let room = Self.mostWidth - nameWidth - 2 - (rows.map { Self.worst($0).count }.max() ?? 0)
    let length = max(1, run.record.bucketLength.count)
    let buckets = max(1, Int((run.simulated.count + length - 1) / length))
    let shown = min(buckets, max(Self.fewestColumns, Self.busyBuckets(run.record) * 5 / 4))
    fold = (shown + room - 1) / room
    columns = (shown + fold - 1) / fold
    end = shown < buckets ? run.record.bucketLength * Int64(columns * fold) : nil
  }

  /// The buckets until no rollout does anything more.
  private static func busyBuckets(_ record: RunRecord) -> Int {
    let length = max(1, record.bucketLength.count)
    let marks = record.marks.filter { MarkLetter($0.kind)?.isOfRollouts ?? false }
    let lastMark = marks.map { Int($0.after.count / length) }.max() ?? 0
    let lastPoint = record.domains.filter { $0.updating > 0 }.map { $0.bucket + 1 }.max() ?? 0
    return max(lastMark, lastPoint) + 1
  }

  private static func rows(_ points: [RunRecord.DomainPoint]) -> [Row] {
    var rows: [Row] = []
    var positions: [String: Int] = [:]
    for point in points {
      let position = positions[point.domain] ?? rows.count
      if position == rows.count {
        positions[point.domain] = position
        rows.append(Row(name: point.domain, clusters: point.clusters, points: []))
      }
      rows[position].points.append(point)
    }
    for position in rows.indices { rows[position].points.sort { $0.bucket < $1.bucket } }
    return rows
  }

  /// Those with the largest share of impaired clusters, when there are too many; in their order.
  private static func mostTelling(_ rows: [Row]) -> [Row] {
    guard rows.count > mostRows else { return rows }
    let ranked = rows.indices.sorted {
      rows[$0].peakShare == rows[$1].peakShare ? $0 < $1 : rows[$0].peakShare > rows[$1].peakShare
    }
    return ranked.prefix(mostRows).sorted().map { rows[$0] }
  }

  /// The chart: an axis, a row per domain, and the marks below.
  func lines() -> [String] {
    guard !rows.isEmpty else { return marksLine(indent: 0) }
    let width = nameWidth
    var lines = [level.fitted(to: width) + " " + axis() + "worst"]
    for row in rows {
      let share = Self.worst(row)
      lines.append(
        (Escaping.terminal(row.name).fitted(to: width) + " " + states(of: row) + " " + share)
          .trimmed)
    }
    if domainCount > rows.count {
      lines.append("(the \(rows.count) with most impaired clusters of \(domainCount))")
    }
    return lines + marksLine(indent: width + 1)
  }

  /// The most impaired clusters at one time.
  private static func worst(_ row: Row) -> String {
    guard row.peakImpaired > 0 else { return "" }
    return row.clusters == 1
      ? "impaired" : "\(Quantities.count(row.peakImpaired)) of \(Quantities.count(row.clusters))"
  }

  /// Times above the columns they belong to, one every dozen columns.
  private func axis() -> String {
    var line = ""
    for column in stride(from: 0, to: columns, by: 12) {
      line = line.fitted(to: column) + Quantities.duration(start(of: column))
    }
    return line.fitted(to: max(columns + 1, line.count + 1))
  }

  private func start(of column: Int) -> Microseconds {
    record.bucketLength * Int64(column * fold)
  }

  private func column(of after: Microseconds) -> Int {
    let bucket = Int(after.count / max(1, record.bucketLength.count))
    return min(columns - 1, max(0, bucket / fold))
  }

  private func states(of row: Row) -> String {
    var text = ""
    var next = row.points.startIndex
    var last: RunRecord.DomainPoint?
    for column in 0..<columns {
      // What passes anywhere in the column shows; progress is that at its end.
      var seen: [RunRecord.DomainPoint] = []
      if let last, next == row.points.endIndex || row.points[next].bucket > column * fold {
        seen.append(last)
      }
      while next < row.points.endIndex, row.points[next].bucket < (column + 1) * fold {
        seen.append(row.points[next])
        next += 1
      }
      last = seen.last ?? last
      text.append(Self.state(seen))
    }
    return text
  }

  private static func state(_ points: [RunRecord.DomainPoint]) -> Character {
    guard let last = points.last else { return "." }
    if points.contains(where: { 2 * $0.unreachable >= $0.clusters && $0.unreachable > 0 }) {
      return "x"
    }
    if points.contains(where: { 10 * $0.impaired >= $0.clusters && $0.impaired > 0 }) {
      return "!"
    }
    if last.updated >= last.clusters { return "+" }
    guard last.updated > 0 else {
      return points.contains { $0.updating > 0 } ? ">" : "."
    }
    let tenths = 10 * last.updated / last.clusters
    return tenths > 0 ? Character(String(tenths)) : ","
  }

  private func marksLine(indent: Int) -> [String] {
    var line = Array(repeating: Character(" "), count: columns)
    // The most telling letter of a column wins, so that it is written last.
    for letter in MarkLetter.allCases.reversed() {
      for mark in record.marks
      where MarkLetter(mark.kind) == letter && mark.after < end ?? simulated + .seconds(1) {
        line[column(of: mark.after)] = letter.rawValue
      }
    }
    let text = String(line).trimmed
    return text.isEmpty ? [] : [String(repeating: " ", count: indent) + text]
  }

  /// What the characters and letters mean, and when what they mark happened.
  func legend() -> [String] {
    let column = Quantities.duration(record.bucketLength * Int64(fold))
    var lines: [String] = []
    if !rows.isEmpty {
      lines += [
        "one column is \(column):  . nothing yet  > updating  , a few updated  1-9 tenths  + all",
        "  ! a tenth or more impaired  x half or more unreachable",
        "  worst: most clusters impaired at one time of the run, for whatever reason",
      ]
      if let end {
        lines.append(
          "  the chart ends at \(Quantities.duration(end)) of "
            + "\(Quantities.duration(simulated)), as the rollouts do nothing more")
      }
    }
    return lines
      + MarkLetter.allCases.compactMap(legend).flatMap {
        Paragraph.lines($0, width: Paragraph.narrow, hanging: 3)
      }
  }

  private func legend(of letter: MarkLetter) -> String? {
    let marks = record.marks.filter { MarkLetter($0.kind) == letter }
    guard !marks.isEmpty else { return nil }
    var parts = marks.prefix(4).map { "\(words(of: $0)) at \(Quantities.duration($0.after))" }
    if marks.count > 4 { parts.append("and \(Quantities.count(marks.count - 4)) more") }
    return "\(letter.rawValue): " + parts.joined(separator: ", ")
  }

  private func words(of mark: RunRecord.Mark) -> String {
    let subject = Escaping.terminal(mark.subject)
    let clusters = mark.clusters > 1 ? " (\(Quantities.count(mark.clusters, "cluster")))" : ""
    return switch mark.kind {
    case .halted: "\(subject) halts"
    case .frozen: "\(subject) freezes"
    case .resumed: "an operator resumes \(subject)"
    case .recalled: "an operator takes \(subject) back"
    case .emergencyBegan: "an emergency begins for \(subject)"
    case .rollingBack: "\(subject) rolls back"
    case .rolledBack: "\(subject) is rolled back"
    case .outageBegan: "outage \(subject)\(clusters)"
    case .outageEnded: "outage \(subject) ends"
    case .plannerDown: "planner \(subject) is down"
    case .plannerUp: "planner \(subject) is up"
    case .approvalRequested: "\(subject) asks for approval"
    case .approved: "\(subject) is approved"
    case .defectActive: "defect active in \(subject)\(clusters)"
    case .completed: "\(subject) is complete"
    case .blocked: "\(subject)\(clusters)"
    default: subject
    }
  }
}

/// The letters of the line of marks, the most telling first.
private enum MarkLetter: Character, CaseIterable {
  case halt = "H"
  case freeze = "F"
  case emergency = "E"
  case rollback = "R"
  case defect = "D"
  case outage = "O"
  case planner = "P"
  case approval = "A"
  case complete = "C"
  case block = "B"

  /// Whether it marks what rollouts do, and not what happens to the fleet.
  var isOfRollouts: Bool {
    switch self {
    case .halt, .freeze, .emergency, .rollback, .defect, .approval, .complete, .block: true
    case .outage, .planner: false
    }
  }

  /// The letter of a kind of mark; nil: it has none.
  init?(_ kind: RunRecord.Mark.Kind) {
    switch kind {
    case .halted: self = .halt
    case .frozen, .resumed, .recalled: self = .freeze
    case .emergencyBegan: self = .emergency
    case .rollingBack, .rolledBack: self = .rollback
    case .defectActive: self = .defect
    case .outageBegan, .outageEnded: self = .outage
    case .plannerDown, .plannerUp: self = .planner
    case .approvalRequested, .approved: self = .approval
    case .completed: self = .complete
    case .blocked: self = .block
    case .rolloutStarted, .stageEntered, .surgeWaits, .windowOverrun, .joined, .left,
      .lookFailed:
      return nil
    }
  }
}
