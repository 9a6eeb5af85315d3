import Foundation

/// Benchmark rows as text.
enum BenchReport {
  /// A heading and a line a row, with the speed relative to the plain heap of the same work.
  static func text(_ rows: [BenchRow]) -> String {
    var lines = [
      columns(["work", "engine", "ns/event", "cpu ns", "M/s", "B/entity", "× heap", "digest"])
    ]
    for row in rows {
      let heap = rows.first { $0.work == row.work && $0.engine == "plain heap" }
      let ratio =
        row.digest == "0" ? nil : heap.map { $0.nanosecondsPerEvent / row.nanosecondsPerEvent }
      lines.append(
        columns([
          row.work, row.engine, number(row.nanosecondsPerEvent, 1),
          number(row.processorNanosecondsPerEvent, 1), number(row.millionPerSecond, 2),
          row.bytesPerEntity == 0 ? "-" : "\(row.bytesPerEntity)",
          ratio.map { number($0, 2) } ?? "-", row.digest == "0" ? "-" : row.digest,
        ]))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// How rows differ from those of an earlier file, in percent of its time an event.
  static func comparison(_ rows: [BenchRow], with earlier: [BenchRow]) -> String {
    var text = "\ncompared with the file, time an event:\n"
    for row in rows {
      guard let before = earlier.first(where: { $0.name == row.name }) else { continue }
      let change = (row.nanosecondsPerEvent / before.nanosecondsPerEvent - 1) * 100
      let sign = change < 0 ? "" : "+"
      let note = row.digest == before.digest ? "" : "  digest differs: \(before.digest)"
      text += "  \(row.name): \(sign)\(number(change, 0)) %\(note)\n"
    }
    return text
  }

  /// Engines whose digest is not that of the plain heap for the same work.
  static func differing(_ rows: [BenchRow]) -> [BenchRow] {
    rows.filter { row in
      let heap = rows.first { $0.work == row.work && $0.engine == "plain heap" }
      return row.digest != "0" && heap.map { $0.digest != row.digest } ?? false
    }
  }

  private static func number(_ value: Double, _ places: Int) -> String {
    String(format: "%.\(places)f", value)
  }

  private static func columns(_ cells: [String]) -> String {
    let widths = [36, -18, 9, 9, 8, 9, 7]
    return zip(cells, widths + [17]).enumerated().map { index, cell in
      let gap = String(repeating: " ", count: max(0, abs(cell.1) - cell.0.count))
      return index < 2 ? cell.0 + gap : gap + cell.0
    }.joined(separator: " ")
  }
}
