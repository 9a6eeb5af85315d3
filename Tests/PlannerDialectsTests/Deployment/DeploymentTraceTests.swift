import Determinism
import Foundation
import LocatedYAML
import RolloutStrategies
import Testing

@testable import PlannerDialects

@Suite("Deployment traces")
struct DeploymentTraceTests {
  private func document() throws -> DeploymentDocument {
    let file = ForeignFile.folder(of: "Deployment").appending(path: "Documents/ingest.yaml")
    let text = try String(contentsOf: file, encoding: .utf8)
    let source = SourceText(file: "ingest.yaml", bytes: Array(text.utf8), text: text)
    return DeploymentDocuments.read(DocumentFile.roots(of: source, Reading()))
  }

  @Test("a bad version halts at the pods that may be more and fewer, and is only reported")
  func ingest() throws {
    var world = DeploymentTraceWorld(try document())
    try TraceWorld.expect(world.text(), "Deployment", "ingest")
  }

  @Test("recreated, a bad version takes every pod")
  func recreate() throws {
    var document = try document()
    document.strategy = .recreate
    var world = DeploymentTraceWorld(document)
    try TraceWorld.expect(world.text(), "Deployment", "recreate")
  }
}

/// 200 clusters that get a template at once which one in seven cannot run, each with a Deployment
/// of its own.
///
/// Cluster `i` sees it at second `i mod 30`. Pods take 45 s to be ready, and then as long as the
/// document says to be available; where `i mod 7 = 3` they never are. Where `i mod 11 = 5`, one pod
/// of the old template is not available from the beginning.
private struct DeploymentTraceWorld {
  private struct Cluster {
    var sizes: ReplicaSetSizes
    /// When pods of the new set become available.
    var coming: [(at: Int64, count: Int)] = []
    var progressedAt: Int64 = 0
    var isComplete = false
    var isTimedOut = false
  }

  private static let told = [(0, "good"), (3, "bad"), (5, "with a pod that was not available")]
  private static let podSeconds: Int64 = 45
  private static let horizonSeconds: Int64 = 600
  private static let rules = [
    ("4.3.2", "the new set grows as far as there is room"),
    ("4.3.3a", "pods of the old set go that serve nobody"),
    ("4.3.3b", "pods of the old set go that can be spared"),
    ("4.3.4", "recreated, all old pods go before the new ones come"),
    ("4.3.5", "complete"),
    ("4.5", "no progress before the deadline, which is only reported"),
  ]

  private let document: DeploymentDocument
  private var clusters: [Cluster]
  private var lines: [Int: [String]] = [:]
  private var timeline: [String] = []

  init(_ document: DeploymentDocument) {
    self.document = document
    clusters = (0..<200).map { index in
      let isShort = index % 11 == 5
      return Cluster(
        sizes: ReplicaSetSizes(
          replicas: document.replicas, strategy: document.strategy, new: nil,
          old: [
            ReplicaSetSize(
              wanted: document.replicas, available: document.replicas - (isShort ? 1 : 0))
          ]), progressedAt: Int64(index % 30))
    }
  }

  /// The passes of some clusters with their steps, and the timeline of all.
  mutating func text() -> String {
    for second in 0...Self.horizonSeconds {
      for index in clusters.indices where second >= Int64(index % 30) { pass(index, second) }
      if second % 60 == 0 { sample(second) }
    }
    let seen = lines.values.joined()
    let rules = Self.rules.filter { rule in seen.contains { $0.contains("  \(rule.0)  ") } }
    var text = ["a pass:"] + rules.map { "  \($0.0)  \($0.1)" }
    for (index, what) in Self.told {
      text += ["", "c-\(String(format: "%03d", index)), \(what): time, step, new, old, available"]
      text += lines[index] ?? []
    }
    text += [
      "", "timeline: time, and clusters under way, complete, past the deadline;",
      "  then how many that cannot run it have pods of it, and the most that one lacks",
    ]
    return (text + timeline).joined(separator: "\n") + "\n"
  }

  private mutating func pass(_ index: Int, _ second: Int64) {
    let arrived = clusters[index].coming.filter { $0.at <= second }.reduce(0) { $0 + $1.count }
    clusters[index].coming.removeAll { $0.at <= second }
    if arrived > 0 {
      clusters[index].sizes.new?.available += arrived
      clusters[index].progressedAt = second
    }
    while true {
      let before = clusters[index].sizes
      let wrote = clusters[index].sizes.sync(oldPods: before.old[0].wanted)
      guard wrote != .nothing else { break }
      note(wrote, before, index, second)
    }
    let sizes = clusters[index].sizes
    let status = DeploymentStatus(
      replicas: sizes.total, updated: sizes.new?.wanted ?? 0, ready: sizes.available,
      available: sizes.available)
    if status.isComplete(replicas: sizes.replicas), !clusters[index].isComplete {
      clusters[index].isComplete = true
      tell("4.3.5", index, second)
    }
    let condition = DeploymentCondition.progressing(since: instant(clusters[index].progressedAt))
    let isLate = condition.isTimedOut(after: document.progressDeadline, at: instant(second))
    guard isLate, !clusters[index].isComplete, !clusters[index].isTimedOut else { return }
    clusters[index].isTimedOut = true
    tell("4.5", index, second)
  }

  private mutating func note(
    _ wrote: ReplicaSetSizes.Sync, _ before: ReplicaSetSizes, _ index: Int, _ second: Int64
  ) {
    clusters[index].progressedAt = second
    let after = clusters[index].sizes
    if wrote == .new {
      let more = (after.new?.wanted ?? 0) - (before.new?.wanted ?? 0)
      let at = second + Self.podSeconds + document.minReady.count / 1_000_000
      if index % 7 != 3 { clusters[index].coming.append((at, more)) }
      return tell(document.strategy == .recreate ? "4.3.4" : "4.3.2", index, second)
    }
    let left = min(before.old[0].available, after.old[0].wanted)
    clusters[index].sizes.old[0].available = left
    if document.strategy == .recreate { return tell("4.3.4", index, second) }
    tell(before.old[0].wanted > before.old[0].available ? "4.3.3a" : "4.3.3b", index, second)
  }

  private mutating func tell(_ number: String, _ index: Int, _ second: Int64) {
    let sizes = clusters[index].sizes
    lines[index, default: []].append(
      "  \(clock(second))  \(number)  \(sizes.new?.wanted ?? 0)  \(sizes.old[0].wanted)"
        + "  \(sizes.available)")
  }

  private mutating func sample(_ second: Int64) {
    let complete = clusters.filter(\.isComplete).count
    let late = clusters.filter { $0.isTimedOut && !$0.isComplete }.count
    let bad = clusters.indices.filter { $0 % 7 == 3 }.map { clusters[$0].sizes }
    let numbers = [
      clusters.count - complete - late, complete, late,
      bad.filter { ($0.new?.wanted ?? 0) > 0 }.count,
      bad.map { $0.replicas - $0.available }.max() ?? 0,
    ]
    let words = numbers.map { String(format: "%3d", $0) }.joined(separator: "  ")
    timeline.append("  \(clock(second))  \(words)")
  }

  private func instant(_ second: Int64) -> Instant { Instant(sinceEpoch: second * 1_000_000) }

  private func clock(_ second: Int64) -> String {
    String(format: "%02d:%02d", second / 60, second % 60)
  }
}
