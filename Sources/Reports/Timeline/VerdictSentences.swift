import Determinism
import FleetModel
import RolloutStrategies

/// Says why a rollout ended as it did.
struct VerdictSentences {
  let startAt: Instant

  /// The verdict with its reason, and where the clusters are.
  func lines(for outcome: RunRecord.RolloutOutcome) -> [String] {
    let name = Escaping.terminal("\(outcome.rollout) (planner \(outcome.planner))")
    return ["\(name): \(verdict(outcome)).", "  " + clusters(outcome)]
  }

  private func verdict(_ outcome: RunRecord.RolloutOutcome) -> String {
    let when = outcome.decidedAfter.map { " at \(Quantities.duration($0))" } ?? ""
    let word =
      switch outcome.verdict {
      case .waiting: "still waiting to start"
      case .rolling: "still rolling"
      case .paused: "paused by an operator"
      case .halted: outcome.verdict.isFrozen ? "frozen where it stands, decided" : "halted"
      case .rollingBack: "rolling back, decided"
      case .rolledBack: "rolled back"
      case .complete: "complete"
      }
    guard let evidence = outcome.verdict.evidence else { return word + when }
    let who = evidence.isRecalled == true ? ", by an operator after a freeze" : ""
    return word + when + who + ": " + reason(evidence)
  }

  /// The reason of a halt or a rollback: numbers, then the first causes.
  func reason(_ evidence: Evidence) -> String {
    if let unanswered = evidence.unanswered {
      return "nobody answered \(Escaping.terminal(unanswered.name)) for "
        + "\(Escaping.terminal(unanswered.group)) in time"
    }
    if let followed = evidence.followed {
      return "\(Escaping.terminal(followed)), which it waited for, goes back"
    }
    if let looks = evidence.looks { return reason(looks, in: evidence.stage) }
    let place = evidence.stage.map { "in stage \(Escaping.terminal($0))" } ?? "in the whole rollout"
    var text =
      "\(Quantities.count(evidence.failed, "cluster")) failed, "
      + "\(Quantities.count(evidence.budget)) tolerated \(place)"
    if let demand = evidence.demand {
      text =
        "\(Quantities.count(evidence.failed, "cluster")) failed that carry "
        + "\(Quantities.count(Int(demand.failed))) of the demand, "
        + "\(Quantities.count(Int(demand.budget))) tolerated \(place)"
    }
    guard !evidence.causes.isEmpty else { return text }
    text += "; first " + evidence.causes.map(cause).joined(separator: ", ")
    let rest = evidence.failed - evidence.causes.count
    return rest > 0 ? text + " and \(Quantities.count(rest)) more" : text
  }

  /// The reason of a stop because of failed looks: how many, and what the last of them found.
  private func reason(_ looks: Evidence.Looks, in stage: String?) -> String {
    let place = stage.map { " in stage \(Escaping.terminal($0))" } ?? ""
    let text =
      "\(Quantities.count(looks.failed, "look")) failed, "
      + "\(Quantities.count(looks.tolerated)) tolerated\(place)"
    guard let last = looks.last else { return text }
    let control = last.control.map { ", \(counts($0)) in the control" } ?? ""
    return text + "; at the last \(counts(last.cohort))\(control)"
  }

  private func counts(_ counts: RequestCounts) -> String {
    let share = Double(counts.errorRate.partsPerBillion) / 1_000_000_000
    return "\(Quantities.count(Int(counts.errors))) of "
      + "\(Quantities.count(Int(counts.requests), "request")) failed"
      + " (\(Quantities.percent(share: share)))"
  }

  private func cause(_ cause: Evidence.Cause) -> String {
    let since = Quantities.duration(cause.since - startAt)
    let words =
      switch cause.cause {
      case .updateFailed: "update failed at \(since)"
      case .unhealthy: "unhealthy since \(since)"
      case .deadlinePassed: "deadline passed at \(since)"
      case .membershipChanged: "joined or left by \(since)"
      case .notPlannable: "fits no stage, or more than one"
      }
    return "\(Escaping.terminal(cause.cluster)) (\(words))"
  }

  private func clusters(_ outcome: RunRecord.RolloutOutcome) -> String {
    let share =
      outcome.clusters > 0
      ? " (\(Quantities.percent(share: Double(outcome.updated) / Double(outcome.clusters))))" : ""
    var text =
      "\(Quantities.count(outcome.updated)) of \(Quantities.count(outcome.clusters, "cluster"))"
      + " at the target\(share)"
    if outcome.stragglers > 0 {
      text += ", \(Quantities.count(outcome.stragglers)) asked and not there"
    }
    return text + "."
  }
}
