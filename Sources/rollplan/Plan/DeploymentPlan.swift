import Determinism
import LocatedYAML
import PlannerDialects
import RolloutStrategies

/// What a `Deployment` does with a new template if all goes well, as people and programs read it.
struct DeploymentPlan: DeliveryPlan {
  static let kind = "Deployment"

  /// Passes that are listed one by one.
  private static let looksMax = 40

  let name: String
  let replicas: Int
  let strategy: DeploymentStrategy
  let minReady: Microseconds
  let progressDeadline: Microseconds?
  let isPaused: Bool
  let forecast: DeploymentForecast

  /// Reads documents, one of which is a Deployment.
  init(_ roots: [Cursor]) {
    let document = DeploymentDocuments.read(roots)
    name = document.name
    replicas = document.replicas
    strategy = document.strategy
    minReady = document.minReady
    progressDeadline = document.progressDeadline
    isPaused = document.isPaused
    forecast = DeploymentForecast(strategy, replicas: replicas, minReady: minReady)
  }

  var text: String {
    var lines = ["\(visible(name)) (Deployment): \(PlanText.count(replicas, "pod")), \(course)"]
    guard !isPaused else {
      return (lines + ["never: nothing is replaced while it is paused", ""]).joined(separator: "\n")
    }
    lines += ["from the first pass over a new template, if pods are ready at once:", "", "passes"]
    lines += forecast.looks.prefix(Self.looksMax).enumerated().map { number, look in
      "  \(number + 1): \(line(look))"
    }
    let hidden = forecast.looks.dropFirst(Self.looksMax)
    if let last = hidden.last { lines.append("  and \(hidden.count) more, the last \(line(last))") }
    let last = "+\(PlanText.length(forecast.looks.last?.at ?? .zero))"
    lines += [
      "",
      forecast.isComplete
        ? "earliest finish: \(last), complete"
        : "later than \(last), which is as far as passes are worked out",
    ]
    if let first = forecast.looks.first, replicas > 0 {
      lines.append(
        "halts at \(PlanText.count(first.new, "pod")) of a version that never becomes available,"
          + " with \(replicas - first.old) of \(replicas) missing")
    }
    let deadline = progressDeadline.map { "no progress for \(PlanText.length($0)) is" }
    lines.append("\(deadline ?? "nothing is") reported, and never rolled back")
    return lines.joined(separator: "\n") + "\n"
  }

  private var course: String {
    guard case .rollingUpdate(let surge, let unavailable) = strategy else {
      return "all old ones go before the new ones come"
    }
    let more = PlanText.limit(surge, strategy.surge(of: replicas), rounded: "up")
    let fewer = PlanText.limit(unavailable, strategy.unavailable(of: replicas), rounded: "down")
    return "at most \(more) more and \(fewer) fewer"
  }

  private func line(_ look: DeploymentForecast.Look) -> String {
    "+\(PlanText.length(look.at)): \(look.new) new and \(look.old) old,"
      + " \(look.available) available"
  }
}
