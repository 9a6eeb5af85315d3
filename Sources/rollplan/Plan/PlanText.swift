import Determinism
import LocatedYAML
import RolloutStrategies

/// A forecast as people read it.
struct PlanText {
  /// Clusters that are named one by one; of more, these come first.
  private static let namesMax = 5
  /// Waves that are listed one by one.
  private static let wavesMax = 40

  let planner: Planner
  let forecast: Forecast

  /// The text of all rollouts.
  var text: String { forecast.courses.map(text).joined(separator: "\n") }

  private func text(of course: Forecast.Course) -> String {
    let policy = planner.policies[course.rollout]
    let standing = course.standing
    let total = standing.updated + standing.underWay + standing.failed + standing.pending
    var lines = [
      "\(visible(policy.name)) (\(visible(planner.name))): \(visible(policy.service)) to"
        + " \(visible(policy.target)), \(policy.strategy.kind), \(count(total, "cluster"))",
      "at \(Timestamp.format(forecast.startsAt)): \(standing.updated) updated,"
        + " \(standing.underWay) under way, \(standing.failed) failed,"
        + " \(standing.pending) to do" + (standing.silent > 0 ? ", \(standing.silent) silent" : ""),
      "if each update takes \(Self.length(forecast.assumptions.updateTakes)), each approval"
        + " \(Self.length(forecast.assumptions.approvalTakes)), and all goes well:",
    ]
    lines += section("numbers", course.numbers.map(line))
    lines += section("waves", waves(course, policy))
    if let emergency = course.emergency {
      lines += section("emergency", ["its limits hold from \(since(emergency.since)) on"])
    }
    lines += section("guards that bind", course.holds.map(line))
    lines += section(
      "people are asked",
      course.requests.map { "\(since($0.at)): to approve \(visible($0.subject))" })
    lines.append("")
    lines.append(finish(course))
    lines += course.remainders.map(line)
    if course.completesAt == nil, course.remainders.isEmpty, !forecast.isCutOff {
      lines.append("  all clusters run the target nevertheless")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func section(_ title: String, _ lines: [String]) -> [String] {
    lines.isEmpty ? [] : ["", title] + lines.map { "  \($0)" }
  }

  private func line(_ number: ResolvedNumber) -> String {
    switch number.written {
    case .share(let share):
      "\(number.setting): \(percentText(share)) of \(number.baseCount) (\(visible(number.base)))"
        + " = \(number.value), rounded \(number.rounding)"
    case .count(let count) where count == number.value: "\(number.setting): \(count)"
    case .count(let count):
      "\(number.setting): \(count) of \(number.baseCount) (\(visible(number.base)))"
        + " = \(number.value): \(number.rounding)"
    }
  }

  // MARK: Waves

  private func waves(_ course: Forecast.Course, _ policy: RolloutPolicy) -> [String] {
    let shown = course.waves.prefix(Self.wavesMax)
    var lines = shown.enumerated().map { number, wave in
      let stage =
        policy.stageName(wave.stage, after: course.emergency).map { ", \(visible($0))" } ?? ""
      let landing = wave.landsAt.map { ", done \(since($0))" } ?? ", none of them answers"
      return "\(number + 1): \(since(wave.at))\(stage): \(count(wave.clusters.count, "cluster"))"
        + "\(landing): \(names(wave.clusters))"
    }
    let hidden = course.waves.count - shown.count
    if hidden > 0, let last = course.waves.last {
      let clusters = course.waves.dropFirst(shown.count).reduce(0) { $0 + $1.clusters.count }
      lines.append(
        "and \(hidden) more with \(count(clusters, "cluster")), the last \(since(last.at))")
    }
    return lines
  }

  private func names(_ clusters: [ClusterID]) -> String {
    let shown = clusters.prefix(Self.namesMax).map { visible(planner.fleet.names[$0.offset]) }
    let hidden = clusters.count - shown.count
    return shown.joined(separator: " ") + (hidden > 0 ? " and \(hidden) more" : "")
  }

  // MARK: Guards and ends

  private func line(_ hold: Forecast.Hold) -> String {
    let end = hold.to.map { "until \(since($0))" } ?? "and never lets them go"
    return "\(visible(hold.block.name)) (\(hold.block.cause.rawValue)): up to"
      + " \(count(hold.clustersMax, "cluster")) wait from \(since(hold.from)) \(end)"
  }

  private func finish(_ course: Forecast.Course) -> String {
    if let at = course.completesAt {
      return "earliest finish: \(Timestamp.format(at)), \(since(at))"
    }
    if forecast.isCutOff {
      return "not finished by \(Timestamp.format(forecast.startsAt + forecast.assumptions.horizon))"
        + " or within \(forecast.assumptions.stepsMax) steps"
    }
    let evidence = course.verdict.evidence.map(words) ?? ""
    let word = course.verdict.isFrozen ? "frozen until it is resumed" : course.verdict.word
    return "never finishes: it ends \(word)\(evidence)"
  }

  private func words(_ evidence: Evidence) -> String {
    if let unanswered = evidence.unanswered {
      return
        ", nobody answered \(visible(unanswered.name)) for \(visible(unanswered.group)) in time"
    }
    if let followed = evidence.followed {
      return ", as \(visible(followed)), which it waited for, goes back"
    }
    let first = evidence.causes.first.map {
      "; first \(visible($0.cluster)) (\($0.cause.rawValue))"
    }
    return ", \(count(evidence.failed, "cluster")) failed and \(evidence.budget) tolerated"
      + (first ?? "")
  }

  private func line(_ remainder: Forecast.Remainder) -> String {
    "  \(remainder.obstacle.words), \(count(remainder.clusters.count, "cluster")):"
      + " \(names(remainder.clusters))"
  }

  private func count(_ count: Int, _ noun: String) -> String { Self.count(count, noun) }

  /// A number of things: `1 pod`, `2 pods`.
  static func count(_ count: Int, _ noun: String) -> String {
    "\(count) \(noun)\(count == 1 ? "" : "s")"
  }

  /// What a limit comes to; of a share also what it was.
  static func limit(_ amount: Amount, _ count: Int, rounded: String) -> String {
    guard case .share(let share) = amount else { return "\(count)" }
    return "\(count) (\(percentText(share)) rounded \(rounded))"
  }

  private func since(_ instant: Instant) -> String {
    "+\(Self.length(instant - forecast.startsAt))"
  }

  /// A length of time in all the units that it has: `1d2h`, `5m`, `0s`.
  static func length(_ length: Microseconds) -> String {
    var rest = length.count
    var text = ""
    let units: [(String, Int64)] = [
      ("d", 86_400_000_000), ("h", 3_600_000_000), ("m", 60_000_000), ("s", 1_000_000),
      ("ms", 1_000), ("us", 1),
    ]
    for (name, size) in units where rest >= size {
      text += "\(rest / size)\(name)"
      rest %= size
    }
    return text.isEmpty ? "0s" : text
  }
}

extension Forecast.Obstacle {
  /// What is said of clusters it keeps from the target.
  fileprivate var words: String {
    switch self {
    case .silent: "silent, and not to be updated until they are heard of"
    case .failed: "failed, and stay so"
    case .takenBack: "taken back"
    case .unfinished: "started, and do not finish"
    case .held: "kept waiting by a guard, a trigger or dependents"
    case .stopped: "never started, as the rollout has stopped"
    case .notTaken: "never started, as the strategy does not take them"
    case .blocked: "never started, as nothing moves any more"
    }
  }
}
