import Determinism
import LocatedYAML
import PlannerDialects
import RolloutStrategies

/// What a Flagger `Canary` does in one cluster if all goes well, as people and programs read it.
struct CanaryPlan: DeliveryPlan {
  static let kind = "Canary"

  /// Looks that are listed one by one.
  private static let looksMax = 40

  let name: String
  let policy: FlaggerPolicy
  let forecast: FlaggerForecast

  /// Reads documents, one of which is a `Canary`.
  init(_ roots: [Cursor]) {
    (name, policy) = FlaggerDocuments.read(roots)
    forecast = FlaggerForecast(policy)
  }

  /// The whole plan.
  var text: String {
    var lines = [
      "\(visible(name)) (Flagger): \(policy.target.rawValue), \(course),"
        + " a look every \(PlanText.length(policy.interval))",
      "from the first look at a new revision, if pods are ready, checks pass and hooks agree:",
      "", "looks",
    ]
    lines += forecast.looks.prefix(Self.looksMax).enumerated().map { number, look in
      "  \(number + 1): \(line(look))"
    }
    let hidden = forecast.looks.dropFirst(Self.looksMax)
    if let last = hidden.last { lines.append("  and \(hidden.count) more, the last \(line(last))") }
    lines += ["", end]
    let rollback = "\(policy.threshold) failed check\(policy.threshold == 1 ? "" : "s")"
    if !policy.skipsAnalysis {
      lines.append("rolled back by the look after \(rollback), passed checks between them or not")
    }
    let deadline = PlanText.length(policy.progressDeadline)
    lines.append("given up when pods make no progress for \(deadline)")
    return lines.joined(separator: "\n") + "\n"
  }

  private var course: String {
    guard !policy.skipsAnalysis else { return "no analysis" }
    return switch policy.strategy {
    case .canary: "canary"
    case .abTesting: "A/B test, \(policy.checks) checks"
    case .blueGreen: "blue/green, \(policy.checks) checks"
    }
  }

  private func line(_ look: FlaggerForecast.Look) -> String {
    var words = ["+\(PlanText.length(look.at)): \(look.phase.rawValue)", "weight \(look.weight) %"]
    if look.isMirrored { words.append("mirrored") }
    if look.iterations > 0 { words.append("check \(look.iterations)") }
    if look.failedChecks > 0 { words.append("\(look.failedChecks) failed") }
    return words.joined(separator: ", ")
  }

  private var end: String {
    let last = forecast.looks.last
    let at = "+\(PlanText.length(last?.at ?? .zero))"
    return switch forecast.end {
    case .promoted: "earliest finish: \(at), promoted"
    case .rolledBack: "never: rolled back at \(at), as a check of the document cannot pass"
    case .stays where policy.isSuspended: "never: nothing is done while it is suspended"
    case .stays: "never: from \(at) on nothing changes any more"
    case .goesOn: "later than \(at), which is as far as looks are worked out"
    }
  }
}
