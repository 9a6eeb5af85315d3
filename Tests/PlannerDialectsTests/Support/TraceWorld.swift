import Determinism
import Foundation
import RolloutStrategies
import Testing

/// 200 clusters that get a version which one in seven cannot run, and what a planner decides about
/// them.
///
/// Cluster `i` is asked and answers 90 s and `i mod 5` half minutes later that it is available, or
/// with `i mod 7 = 3` that the update failed. Operators approve after 10 minutes.
///
/// `ROLLSIM_RECORD=1 swift test --filter PlannerDialectsTests` writes the traces anew and fails.
struct TraceWorld {
  /// One of the numbered steps of a planner's algorithm, and whether a decision is its work.
  typealias Step = (number: String, rule: String, decides: @Sendable (RolloutDecision) -> Bool)

  static let clusterCount = 200
  private static let start = Instant(sinceEpoch: 1_772_064_000_000_000)

  private var planner: Planner
  private let steps: [Step]
  private var pending: [(at: Instant, observation: Observation)] = []
  private var lines: [String] = []
  private var timeline: [String] = []

  /// A world with a rollout over clusters `c-000` to `c-199`, with labels.
  init(_ strategy: StrategyPolicy, prefix: String = "c", labels: [Label], steps: [Step]) {
    let dimensions = labels.map { name, value in
      let carried = (0..<Self.clusterCount).map(value)
      let values = Array(Set(carried)).sorted()
      return Fleet.Dimension(
        name: name, values: values,
        valueOf: NarrowArray(carried.map { UInt32(values.firstIndex(of: $0) ?? 0) }))
    }
    let names = (0..<Self.clusterCount).map { String(format: "\(prefix)-%03d", $0) }
    let fleet = Fleet(
      names: NameTable(names), keys: Column(names.indices.map { UInt64($0) }),
      dimensions: dimensions)
    planner = Planner(
      name: "hub", fleet: fleet,
      rollouts: [
        RolloutPolicy(
          name: "x", service: "x", target: "bad", startAt: Self.start, strategy: strategy)
      ], seed: RandomStream(seed: 1, replication: 0), at: Self.start)
    self.steps = steps
  }

  /// A label and its value on the cluster at a position.
  typealias Label = (name: String, value: @Sendable (Int) -> String)

  /// The first decisions with their steps, and the timeline until a horizon.
  mutating func text(until horizon: Microseconds, decisions: Int = 24) -> String {
    run(until: horizon)
    let rules = steps.sorted { $0.number < $1.number }.map { "  \($0.number)  \($0.rule)" }
    let shown = lines.prefix(decisions)
    let rest = lines.count > shown.count ? ["  ... and \(lines.count - shown.count) more"] : []
    return
      (["the algorithm:"] + rules + ["", "decisions: time, step, what was decided"] + shown + rest
      + ["", "timeline: time, asked, available, failed, verdict"] + timeline)
      .joined(separator: "\n") + "\n"
  }

  private mutating func run(until horizon: Microseconds) {
    var wakeUp: Instant? = Self.start
    var sampleAt = Self.start
    while true {
      let next = min(wakeUp ?? .never, pending.map(\.at).min() ?? .never)
      while sampleAt <= min(next, Self.start + horizon) {
        if sampleAt < next || next == .never { sample(sampleAt) }
        if sampleAt >= next { break }
        sampleAt = sampleAt + .minutes(30)
      }
      guard next <= Self.start + horizon else { return }
      let seen = pending.filter { $0.at == next }.map(\.observation)
      pending.removeAll { $0.at == next }
      let decision = planner.step(at: next, observing: seen)
      wakeUp = decision.wakeUp
      for made in decision.rollouts { take(made, at: next) }
      if sampleAt == next {
        sample(next)
        sampleAt = sampleAt + .minutes(30)
      }
    }
  }

  private mutating func take(_ made: RolloutDecision, at now: Instant) {
    for directive in made.directives {
      let index = directive.cluster.offset
      let since = now + .seconds(90 + 30 * Int64(index % 5))
      let report = Observed(
        since: since, reportedAt: since, ready: 1, total: 1, generation: directive.generation,
        revision: directive.revision, phase: index % 7 == 3 ? .failed : .available, health: .good)
      pending.append((since, .report(rollout: 0, cluster: directive.cluster, report)))
    }
    if let approval = made.wantsApproval {
      pending.append((now + .minutes(10), .approved(rollout: 0, stage: approval)))
    }
    let number = steps.first { $0.decides(made) }?.number ?? "?"
    lines.append("  \(clock(now))  \(number)  \(words(made))")
  }

  private func words(_ made: RolloutDecision) -> String {
    let names = made.directives.map { planner.fleet.names[$0.cluster.offset] }
    var words: [String] = []
    if let stage = made.stage { words.append("enter \(name(stage))") }
    if names.count > 4 {
      words.append("start \(names[0]), \(names[1]) ... \(names[names.count - 1]) (\(names.count))")
    } else if !names.isEmpty {
      words.append("start \(names.joined(separator: ", "))")
    }
    if let approval = made.wantsApproval { words.append("ask to approve \(name(approval))") }
    if let verdict = made.verdict { words.append(Self.word(verdict)) }
    return words.joined(separator: "; ")
  }

  private func name(_ stage: Int) -> String {
    planner.policy(of: 0).strategy.stageName(stage) ?? "stage \(stage)"
  }

  private static func word(_ verdict: Verdict) -> String {
    guard let evidence = verdict.evidence else { return verdict.word }
    let causes = evidence.causes.map { "\($0.cluster) \($0.cause.rawValue)" }
    return "\(verdict.word): \(evidence.failed) failed, first \(causes.joined(separator: ", "))"
  }

  private mutating func sample(_ now: Instant) {
    let status = planner.status(of: 0)
    let all = status.fleet.clusters.map { status[$0] }
    let asked = all.filter { $0.asked.generation > 0 }.count
    let available = all.filter(\.observed.isAvailableAtTarget).count
    let failed = all.filter { $0.observed.phase == .failed }.count
    let word = status.rollout.verdict.word
    timeline.append("  \(clock(now))  \(pad(asked))  \(pad(available))  \(pad(failed))  \(word)")
  }

  private func pad(_ count: Int) -> String { String(format: "%3d", count) }

  private func clock(_ instant: Instant) -> String {
    let seconds = (instant - Self.start).count / 1_000_000
    return String(format: "%02d:%02d:%02d", seconds / 3_600, seconds / 60 % 60, seconds % 60)
  }

  /// Compares a trace with the one that is kept as `<system>/Goldens/<name>.txt`.
  static func expect(_ text: String, _ system: String, _ name: String) throws {
    let file = ForeignFile.folder(of: system).appending(path: "Goldens/\(name).txt")
    guard ProcessInfo.processInfo.environment["ROLLSIM_RECORD"] != "1" else {
      try Data(text.utf8).write(to: file)
      Issue.record("recorded \(name): read what changed, then run again without ROLLSIM_RECORD")
      return
    }
    #expect(text == String(decoding: try Data(contentsOf: file), as: UTF8.self))
  }
}
