import Determinism
import Foundation
import LocatedYAML
import Testing

@testable import PlannerDialects
@testable import RolloutStrategies

@Suite("Argo Rollouts traces")
struct ArgoRolloutTraceTests {
  private func document(_ name: String) throws -> ArgoRolloutDocument {
    let file = ForeignFile.folder(of: "ArgoRollouts").appending(path: "Documents/\(name).yaml")
    let text = try String(contentsOf: file, encoding: .utf8)
    let source = SourceText(file: "\(name).yaml", bytes: Array(text.utf8), text: text)
    return ArgoRolloutDocuments.read(DocumentFile.roots(of: source, Reading()))
  }

  @Test("a bad version has one pod in twelve until its second bad measurement")
  func billing() throws {
    var world = RolloutTraceWorld(try document("billing"), until: .hours(2))
    try TraceWorld.expect(world.text(), "ArgoRollouts", "billing")
  }

  @Test("a stable copy that shrank regains its pods before a bad version loses its traffic")
  func routed() throws {
    var world = RolloutTraceWorld(try document("routed"), until: .minutes(30))
    try TraceWorld.expect(world.text(), "ArgoRollouts", "routed")
  }

  @Test("switched at once, a bad version has all of the traffic until it is switched back")
  func blueGreen() throws {
    var world = RolloutTraceWorld(try document("blue-green"), until: .minutes(30))
    try TraceWorld.expect(world.text(), "ArgoRollouts", "blue-green")
  }
}

/// 200 clusters that get a version at once which one in seven cannot run, each with a Rollout of
/// its own.
///
/// Cluster `i` sees it at second `i mod 30`. Pods take 45 s. Where `i mod 7 = 3`, 2 % of the
/// requests to the new version fail; where `i mod 11 = 5`, every third measurement finds no data.
/// An hour after the beginning somebody lets it go on wherever it waits, but never where
/// `i mod 10 = 9`.
private struct RolloutTraceWorld {
  /// One of the numbered rules, and whether what a reconciliation left is its work.
  private typealias Rule = (
    number: String, rule: String, holds: @Sendable (Pass) -> Bool
  )

  /// One reconciliation.
  private struct Pass {
    let policy: ArgoRolloutPolicy
    let before: ArgoRollout
    let after: ArgoRollout
    let view: DeliveryView
    let wish: DeliveryWish

    var isMore: Bool {
      wish.canary > view.canary.wanted || wish.stable > view.stable.wanted
    }
    var isLess: Bool {
      wish.canary < view.canary.wanted || wish.stable < view.stable.wanted
    }
    var isRouted: Bool { before.routed != after.routed }

    /// The step that was completed.
    var completed: CanaryStep? {
      guard after.step == before.step + 1, after.failure == nil else { return nil }
      return policy.steps[before.step]
    }
  }

  private struct Cluster {
    var rollout: ArgoRollout
    var view: DeliveryView
    var readyAt = Instant.never
    var measured = 0
    var wish: DeliveryWish?
  }

  private static let told = [
    (0, "good"), (3, "bad"), (5, "without data at times"), (9, "nobody lets it go on"),
  ]
  private static let start = Instant(sinceEpoch: 0)

  private static let isDone: [Rule] = [
    ("2.7", "an analysis failed: it is given up", { $0.before.failure != $0.after.failure })
  ]
  private static let isTimed: [Rule] = [
    (
      "2.7", "given up, the new copy is kept for a while",
      { $0.before.keepsAbortedUntil != $0.after.keepsAbortedUntil }
    ),
    ("2.8", "a measurement beside the steps", { $0.before.background != $0.after.background }),
  ]
  private static let canary: [Rule] = [
    ("2.6", "the new copy is the stable one", { $0.before.stable != $0.after.stable }),
    ("2.6", "the old pods go", { $0.wish.promotion == .swap }),
    ("2.6.1", "weight and pods are as the step wants them", { $0.completed?.isSizing ?? false }),
    ("2.6.2", "a pause begins", { $0.before.pausedAt == nil && $0.after.pausedAt != nil }),
    ("2.6.2", "a pause is over", { $0.before.pausedAt != nil && $0.completed != nil }),
    ("2.6.3", "the analysis has succeeded", { $0.completed != nil }),
    ("2.8", "an analysis begins", { $0.before.run == nil && $0.after.run != nil }),
    ("2.8", "a measurement", { $0.before.run != $0.after.run }),
  ]
  private static let basic: [Rule] = [
    ("2.4.2", "a copy grows as far as there is room", { $0.isMore }),
    ("2.4.4", "a copy shrinks by what can be spared", { $0.isLess }),
  ]
  private static let routed: [Rule] = [
    ("2.5", "traffic and pods follow each other", { $0.isMore || $0.isLess || $0.isRouted })
  ]
  private static let blueGreen: [Rule] = [
    ("2.9.1", "the preview is created", { $0.view.canary.wanted == 0 && $0.isMore }),
    ("2.9.3", "a pause begins", { $0.before.pausedAt == nil && $0.after.pausedAt != nil }),
    ("2.9.3", "the pause is over", { $0.before.pausedAt != nil && $0.after.pausedAt == nil }),
    ("2.9.4", "the preview grows to its full size", { $0.isMore }),
    ("2.9.4", "the active service is switched", { !$0.before.isSwitched && $0.after.isSwitched }),
    ("2.9.6", "the new copy is the stable one", { $0.before.stable != $0.after.stable }),
    ("2.9.5", "the analysis begins", { $0.before.run == nil && $0.after.run != nil }),
    ("2.9.5", "a measurement after the switch", { $0.before.run != $0.after.run }),
    ("2.9.6", "the old pods go", { $0.wish.promotion == .swap }),
    ("2.7", "given up, the new copy goes", { $0.isLess }),
  ]

  private var rules: [Rule] {
    let own =
      switch document.policy.strategy {
      case .blueGreen: Self.blueGreen
      case .canary(let canary): Self.canary + (canary.routing == nil ? Self.basic : Self.routed)
      }
    return Self.isDone + own + Self.isTimed
  }

  /// What was told of a cluster; what only repeats itself is told once.
  private struct Line {
    let at: String
    let rule: String
    let text: String
    var again = 0
  }

  private let document: ArgoRolloutDocument
  private let horizon: Microseconds
  private var clusters: [Cluster] = []
  private var lines: [Int: [Line]] = [:]
  private var timeline: [String] = []

  init(_ document: ArgoRolloutDocument, until horizon: Microseconds) {
    self.document = document
    self.horizon = horizon
    let policy = document.policy
    clusters = (0..<200).map { index in
      let view = DeliveryView(
        now: Self.start + .seconds(Int64(index % 30)), revision: 2, replicas: document.replicas,
        stable: PodCounts(wanted: document.replicas), canary: PodCounts(wanted: 0),
        metrics: policy.metricBindings.map { _ in .noData },
        hooks: policy.hookBindings.map { _ in false })
      return Cluster(
        rollout: ArgoRollout(policy: policy, running: 1, at: Self.start), view: view)
    }
  }

  /// The reconciliations of some clusters with their rules, and the timeline of all.
  mutating func text() -> String {
    var sampleAt = Self.start
    while sampleAt <= Self.start + horizon {
      for index in clusters.indices {
        while clusters[index].view.now <= sampleAt { look(index) }
      }
      sample(sampleAt)
      sampleAt = sampleAt + Microseconds(horizon.count / 12)
    }
    let seen = lines.values.joined().map(\.rule)
    var text = ["a reconciliation:"]
    text += rules.filter { seen.contains($0.rule) }.map { "  \($0.number)  \($0.rule)" }
    for (index, what) in Self.told where index < 9 || !document.policy.hookBindings.isEmpty {
      text += ["", "c-\(String(format: "%03d", index)), \(what):"]
      text += ["  time, rule, step, canary and stable pods, weight, phase"]
      text += lines[index, default: []].map { line in
        "  \(line.at)  \(line.text)" + (line.again > 0 ? "  (and \(line.again) more)" : "")
      }
    }
    text += [
      "", "timeline: time, and clusters progressing, waiting, promoted, given up;",
      "  then how many that cannot run it give it requests",
    ]
    return (text + timeline).joined(separator: "\n") + "\n"
  }

  /// Reconciles until nothing changes, and lets time pass until something does.
  private mutating func look(_ index: Int) {
    answer(index)
    for _ in 0..<50 {
      let before = clusters[index].rollout
      let view = clusters[index].view
      let wish = clusters[index].rollout.reconcile(document.policy, view)
      let pass = Pass(
        policy: document.policy, before: before, after: clusters[index].rollout, view: view,
        wish: wish)
      if pass.isMore { clusters[index].readyAt = view.now + .seconds(45) }
      clusters[index].view.take(wish)
      if wish.promotion == .swap { clusters[index].view.stable = PodCounts(wanted: wish.stable) }
      clusters[index].wish = wish
      let isSized = wish.canary == view.canary.wanted && wish.stable == view.stable.wanted
      if before == pass.after, isSized { break }
      tell(pass, index)
      if wish.promotion == .swap { break }
    }
    wait(index)
  }

  private mutating func wait(_ index: Int) {
    let view = clusters[index].view
    let signedAt = Self.start + .hours(1)
    var next = min(clusters[index].wish?.looksAt ?? .never, clusters[index].readyAt)
    if view.now < signedAt { next = min(next, signedAt) }
    clusters[index].view.now = next
    guard clusters[index].readyAt <= next, next != .never else { return }
    clusters[index].readyAt = .never
    for copy in [\DeliveryView.canary, \.stable] {
      let wanted = view[keyPath: copy].wanted
      let isLess = view[keyPath: copy].available < wanted
      clusters[index].view[keyPath: copy] = PodCounts(
        wanted: wanted, progressedAt: isLess ? next : view[keyPath: copy].progressedAt)
    }
  }

  private mutating func answer(_ index: Int) {
    let view = clusters[index].view
    clusters[index].measured += 1
    let isMissing = index % 11 == 5 && clusters[index].measured % 3 == 2
    let bad = Measure(millionths: index % 7 == 3 ? 20_000 : 1_000)
    clusters[index].view.metrics = view.metrics.map { _ in isMissing ? .noData : .value(bad) }
    let isSigned = index % 10 != 9 && view.now >= Self.start + .hours(1)
    clusters[index].view.hooks = view.hooks.map { _ in isSigned }
  }

  private mutating func tell(_ pass: Pass, _ index: Int) {
    let (number, rule, _) = rules.first { $0.holds(pass) } ?? ("?", "", { _ in true })
    let weight = pass.wish.weight.map { "  \($0.partsPerBillion / 10_000_000) %" } ?? ""
    let text =
      "\(number)  \(pass.after.step)  \(pass.wish.canary) + \(pass.wish.stable)\(weight)"
      + "  \(word(pass.wish.phase))"
    guard let last = lines[index]?.indices.last, lines[index]?[last].text == text,
      lines[index]?[last].rule == rule
    else {
      let line = Line(at: clock(pass.view.now), rule: rule, text: text)
      return lines[index, default: []].append(line)
    }
    lines[index]?[last].again += 1
  }

  private func word(_ phase: DeliveryWish.Phase) -> String {
    switch phase {
    case .available: "available"
    case .progressing: "progressing"
    case .waiting: "waiting"
    case .failed(let failure): "given up: \(failure)"
    }
  }

  private mutating func sample(_ now: Instant) {
    let phases = clusters.compactMap { $0.wish?.phase }
    let failed = phases.filter { phase in
      if case .failed = phase { true } else { false }
    }.count
    let exposed = clusters.indices.filter { index in
      guard index % 7 == 3, let wish = clusters[index].wish else { return false }
      let isStable = clusters[index].rollout.stable == 2
      return isStable || wish.weight.map { $0 > .zero } ?? (wish.canary > 0)
    }.count
    let counts = [
      phases.filter { $0 == .progressing }.count, phases.filter { $0 == .waiting }.count,
      phases.filter { $0 == .available }.count, failed, exposed,
    ]
    let words = counts.map { String(format: "%3d", $0) }.joined(separator: "  ")
    timeline.append("  \(clock(now))  \(words)")
  }

  /// Whole seconds; what comes strictly after a time comes a microsecond later.
  private func clock(_ now: Instant) -> String {
    let seconds = (now - Self.start).count / 1_000_000
    return String(format: "%d:%02d:%02d", seconds / 3_600, seconds / 60 % 60, seconds % 60)
  }
}

extension CanaryStep {
  fileprivate var isSizing: Bool {
    switch self {
    case .setWeight, .setScale: true
    default: false
    }
  }
}
