import Determinism
import Foundation
import LocatedYAML
import RolloutStrategies
import Testing

@testable import PlannerDialects

@Suite("Flagger traces")
struct FlaggerTraceTests {
  private func policy() throws -> FlaggerPolicy {
    let file = ForeignFile.folder(of: "Flagger").appending(path: "Documents/canary.yaml")
    let text = try String(contentsOf: file, encoding: .utf8)
    let source = SourceText(file: "canary.yaml", bytes: Array(text.utf8), text: text)
    return FlaggerDocuments.read(DocumentFile.roots(of: source, Reading())).policy
  }

  @Test("each cluster stops its own bad version, and 200 of them do not learn from each other")
  func canary() throws {
    var world = CanaryTraceWorld(try policy())
    try TraceWorld.expect(world.text(), "Flagger", "canary")
  }

  @Test("with one failed check tolerated, a look without data is enough to go back")
  func impatient() throws {
    var policy = try policy()
    policy.threshold = 1
    var world = CanaryTraceWorld(policy)
    try TraceWorld.expect(world.text(), "Flagger", "impatient")
  }
}

/// 200 clusters that get a version at once which one in seven cannot run, each with a canary of its
/// own.
///
/// Cluster `i` looks from second `i mod 30` on. Pods take 45 s. Where `i mod 7 = 3`, 2 % of the
/// canary's requests fail once it has a tenth of them; where `i mod 11 = 5`, every third look finds
/// no data. The promotion is signed off 5 minutes after the beginning, but never where
/// `i mod 10 = 9`.
private struct CanaryTraceWorld {
  /// One of the numbered steps of a tick, and whether what it left is that step's work.
  private typealias Step = (
    number: String, rule: String, ends: @Sendable (FlaggerCanary, FlaggerCanary) -> Bool
  )

  private struct Cluster {
    var canary = FlaggerCanary()
    var startedAt: Int64?
    var promotedAt: Int64?
    var looks = 0
  }

  private static let told = [
    (0, "good"), (3, "bad"), (5, "without data at times"), (9, "unsigned"),
    (49, "unsigned, without data at times"),
  ]
  /// Looks that are listed of each cluster.
  private static let looksMax = 16
  private static let podSeconds: Int64 = 45
  private static let horizonSeconds: Int64 = 600

  private static let steps: [Step] = [
    (
      "4/8", "primary or canary is not ready: nothing is checked",
      { $0 == $1 && $1.phase != .waitingPromotion }
    ),
    ("6", "a new revision: the canary is scaled up", { $0.phase == .initialized && $1 != $0 }),
    ("11", "traffic goes back, 50 % a look", { before, _ in before.phase == .promoting }),
    ("12", "the canary ends", { before, _ in before.phase == .finalising }),
    ("13", "the threshold was reached: rollback", { $1.phase == .failed }),
    ("14", "a check fails", { $1.failedChecks > $0.failedChecks }),
    (
      "15", "the next weight, or the promotion",
      { $1.routes.canary > $0.routes.canary || $1.phase == .promoting }
    ),
    ("16", "the promotion is not signed off", { $1.phase == .waitingPromotion }),
  ]

  private let policy: FlaggerPolicy
  private var clusters = Array(repeating: Cluster(), count: 200)
  private var lines: [Int: [String]] = [:]
  private var timeline: [String] = []

  init(_ policy: FlaggerPolicy) {
    self.policy = policy
    for index in clusters.indices { clusters[index].canary.tick(policy, view(index, 0, of: 1)) }
  }

  /// The looks of some clusters with their steps, and the timeline of all.
  mutating func text() -> String {
    let interval = policy.interval.count / 1_000_000
    for second in 0..<Self.horizonSeconds {
      if second % 60 == 0 { sample(second) }
      for index in clusters.indices where second % interval == Int64(index) % interval {
        look(index, second)
      }
    }
    sample(Self.horizonSeconds)
    var text = ["a tick:"] + Self.steps.map { "  \($0.number)  \($0.rule)" }
    for (index, what) in Self.told {
      text += ["", "\(name(index)), \(what): time, step, phase, weight, failed checks"]
      text += lines[index] ?? []
    }
    text += [
      "", "timeline: time, and clusters progressing, waiting, promoting, succeeded, failed;",
    ]
    text += ["  then how many that cannot run it have given it a tenth of their traffic or more"]
    return (text + timeline).joined(separator: "\n") + "\n"
  }

  private func view(_ index: Int, _ second: Int64, of revision: Int) -> FlaggerView {
    let cluster = clusters[index]
    func readiness(since start: Int64?) -> FlaggerReadiness {
      guard let start, second < start + Self.podSeconds else { return .ready }
      return .waiting(.updates)
    }
    let isBad = index % 7 == 3 && cluster.canary.routes.canary >= 10
    let hasData = index % 11 != 5 || cluster.looks % 3 != 2
    let isSigned = index % 10 != 9 && second >= 300
    return FlaggerView(
      revision: revision, primary: readiness(since: cluster.promotedAt),
      canary: readiness(since: cluster.startedAt),
      metrics: policy.metrics.map { _ in hasData ? .value(Measure(isBad ? 98 : 100)) : .noData },
      hooks: policy.hooks.map { _ in isSigned })
  }

  private mutating func look(_ index: Int, _ second: Int64) {
    let before = clusters[index].canary
    guard before.phase != .succeeded, before.phase != .failed else { return }
    clusters[index].canary.tick(policy, view(index, second, of: 2))
    clusters[index].looks += 1
    let after = clusters[index].canary
    if before.phase == .initialized { clusters[index].startedAt = second }
    if after.phase == .promoting, before.phase != .promoting {
      clusters[index].promotedAt = second
    }
    guard lines[index, default: []].count < Self.looksMax else { return }
    let number = Self.steps.first { $0.ends(before, after) }?.number ?? "?"
    lines[index, default: []].append(
      "  \(clock(second))  \(number)  \(after.phase.rawValue)  \(after.routes.canary) %"
        + "  \(after.failedChecks)")
  }

  private mutating func sample(_ second: Int64) {
    let phases = clusters.map(\.canary.phase)
    let groups: [[FlaggerCanary.Phase]] = [
      [.progressing], [.waitingPromotion], [.promoting, .finalising], [.succeeded], [.failed],
    ]
    let counts = groups.map { group in
      String(format: "%3d", phases.filter { group.contains($0) }.count)
    }
    let exposed = clusters.indices.filter {
      $0 % 7 == 3 && clusters[$0].canary.routes.canary >= 10
    }.count
    timeline.append(
      "  \(clock(second))  \(counts.joined(separator: "  "))  \(String(format: "%3d", exposed))")
  }

  private func name(_ index: Int) -> String { String(format: "c-%03d", index) }

  private func clock(_ second: Int64) -> String {
    String(format: "%02d:%02d", second / 60, second % 60)
  }
}
