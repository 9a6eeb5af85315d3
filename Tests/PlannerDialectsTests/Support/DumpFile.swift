import Determinism
import Foundation
import LocatedYAML
import RolloutStrategies
import Testing

@testable import PlannerDialects

/// Dumps of a hub that lie beside the tests, and what they amount to.
struct DumpFile {
  /// The estate; nil: it was refused.
  let estate: Estate?
  /// What was reported, as `code file:line:column message`.
  let problems: [String]

  /// Reads `<system>/Dumps/<name>` for each name.
  init(
    _ system: String, _ names: [String], at takenAt: String? = nil, rollout: String? = nil,
    target: String? = nil
  ) throws {
    let folder = ForeignFile.folder(of: system).appending(path: "Dumps")
    var question = Estate.Question(dumps: names.map { folder.appending(path: $0).path() })
    question.takenAt = try takenAt.map { try Timestamp.parse($0) }
    question.rollout = rollout
    question.target = target
    self.init(question, .disk)
  }

  /// Reads texts.
  init(texts: [String]) {
    let names = texts.indices.map { "dump-\($0).json" }
    let files = FileAccess { (path, _) throws(FileAccess.Refusal) in
      guard let index = names.firstIndex(of: path) else {
        throw FileAccess.Refusal(.fileUnreadable, "there is no such file")
      }
      return Array(texts[index].utf8)
    }
    self.init(Estate.Question(dumps: names), files)
  }

  private init(_ question: Estate.Question, _ files: FileAccess) {
    let reading = Reading()
    estate = Estate(question, with: files, reading)
    problems = reading.problems.map { problem in
      let place = "\(problem.file):\(problem.line ?? 0):\(problem.column ?? 0)"
      return "\(problem.code.rawValue) \(place) \(problem.message)"
    }
  }

  /// The text of a dump.
  static func text(_ system: String, _ name: String) throws -> String {
    let file = ForeignFile.folder(of: system).appending(path: "Dumps").appending(path: name)
    return try String(contentsOf: file, encoding: .utf8)
  }
}

extension Estate {
  /// The clusters, a line each: what they were asked and report, as a person would say it.
  var table: [String] {
    clusters.map { cluster in
      var words = [cluster.name]
      if !cluster.isMember { words.append("left") }
      if let asked = cluster.asked { words.append("asked \(clock(asked.since))") }
      if let observed = cluster.observed {
        words.append(observed.revision == .target ? "at target:" : "before:")
        words.append("\(observed.phase) \(clock(observed.since))")
        if observed.health != .good { words.append("\(observed.health)") }
      }
      if let since = cluster.silentSince { words.append("silent \(clock(since))") }
      return words.joined(separator: " ")
    }
  }

  private func clock(_ instant: Instant) -> String {
    let text = Timestamp.format(instant)
    return text.hasPrefix("2026-03-02T") ? String(text.dropFirst(11).prefix(8)) : "earlier"
  }

  /// The names of the clusters that a planner starts at once that takes over.
  func startsNow(_ strategy: StrategyPolicy? = nil) throws -> [String] {
    let policy = try #require(strategy ?? documents?.strategy)
    let (header, observed) = transcript(
      name: "r", strategy: policy, delivery: nil, random: RandomStream(seed: 1, replication: 0))
    #expect(header.problem == nil)
    var planner = try #require(header.makePlanners().first)
    let decision = planner.step(at: observed.at, observing: observed.observations)
    return decision.rollouts.flatMap(\.directives).map { planner.fleet.names[$0.cluster.offset] }
  }
}
