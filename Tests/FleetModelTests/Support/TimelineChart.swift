import Determinism
import RolloutStrategies

@testable import FleetModel

/// A run of a few clusters as text: a row a cluster, a column a minute, then what happened when.
enum TimelineChart {
  static let legend =
    ". before  u updating  # updated  ! users harmed  ? out of reach; late in each minute"

  /// Draws a run of at most 24 clusters whose horizon is whole minutes.
  static func of(_ run: FinishedRun) -> String {
    let minutes = Int(run.world.scenario.horizon.count / Microseconds.minutes(1).count)
    let perMinute = Int(Microseconds.minutes(1).count / run.record.bucketLength.count)
    precondition(
      perMinute > 0 && run.record.bucketLength * Int64(perMinute) == .minutes(1),
      "buckets of \(run.record.bucketLength.count) µs do not make minutes")
    var lines = [run.world.scenario.name, legend, ""]
    let names = run.world.fleet.clusters.map { run.world.fleet.names[$0.offset] }
    let width = (names.map(\.count).max() ?? 0) + 2
    let tens = (0..<minutes).map { $0 % 10 == 0 ? "|" : " " }.joined()
    lines.append(padded("", width) + tens)
    for name in names {
      let points = run.record.domains.filter { $0.domain == name }
      let row = (0..<minutes).map { minute in
        mark(points.last { $0.bucket < (minute + 1) * perMinute })
      }
      lines.append(padded(name, width) + row.joined())
    }
    lines.append("")
    for mark in run.record.marks {
      lines.append(padded(clock(mark.after), 10) + "\(mark.kind) \(mark.subject)")
    }
    lines.append(padded("end", 10) + "\(run.record.status)")
    return lines.joined(separator: "\n") + "\n"
  }

  private static func mark(_ point: RunRecord.DomainPoint?) -> String {
    guard let point else { return "." }
    if point.unreachable > 0 { return "?" }
    if point.impaired > 0 { return "!" }
    if point.updating > 0 { return "u" }
    return point.updated > 0 ? "#" : "."
  }

  private static func clock(_ after: Microseconds) -> String {
    let seconds = after.count / 1_000_000
    let rest = seconds % 60
    return "\(seconds / 60):\(rest < 10 ? "0" : "")\(rest)"
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }
}
