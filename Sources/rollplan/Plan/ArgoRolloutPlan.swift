import Determinism
import LocatedYAML
import PlannerDialects
import RolloutStrategies

/// What an Argo `Rollout` does in one cluster if all goes well, as people and programs read it.
struct ArgoRolloutPlan: DeliveryPlan {
  static let kind = "Rollout"

  /// Looks that are listed one by one.
  private static let looksMax = 60

  let name: String
  let replicas: Int
  let minReady: Microseconds
  let policy: ArgoRolloutPolicy
  let forecast: ArgoRolloutForecast

  /// Reads documents, one of which is a `Rollout`.
  init(_ roots: [Cursor]) {
    let document = ArgoRolloutDocuments.read(roots)
    name = document.name
    replicas = document.replicas
    minReady = document.minReady
    policy = document.policy
    forecast = ArgoRolloutForecast(policy, replicas: replicas, minReady: minReady)
  }

  var text: String {
    var lines = [
      "\(visible(name)) (Argo Rollouts): \(PlanText.count(replicas, "pod")), \(course)",
      "from the first look at a new revision, if pods are ready at once, analyses succeed and",
      "whoever is asked agrees:", "", "looks",
    ]
    lines += forecast.looks.prefix(Self.looksMax).enumerated().map { number, look in
      "  \(number + 1): \(line(look))"
    }
    let hidden = forecast.looks.dropFirst(Self.looksMax)
    if let last = hidden.last { lines.append("  and \(hidden.count) more, the last \(line(last))") }
    lines += ["", end]
    let metrics = policy.metricBindings.map { visible($0.name) }
    if !metrics.isEmpty { lines.append("measures: \(metrics.joined(separator: ", "))") }
    let hooks = policy.hookBindings.map { visible($0.name) }
    if !hooks.isEmpty { lines.append("asks: \(hooks.joined(separator: ", "))") }
    let deadline = PlanText.length(policy.progressDeadline)
    lines.append(
      policy.abortsPastDeadline
        ? "given up when pods make no progress for \(deadline)"
        : "reported, and not given up, when pods make no progress for \(deadline)")
    return lines.joined(separator: "\n") + "\n"
  }

  private var course: String {
    switch policy.strategy {
    case .blueGreen(let blueGreen):
      let preview = blueGreen.previewReplicas.map { ", \(PlanText.count($0, "pod")) before" }
      return "blue/green\(preview ?? "")"
    case .canary(let canary):
      let steps = PlanText.count(canary.steps.count, "step")
      guard canary.routing == nil else { return "canary of \(steps), traffic by a router" }
      let limits = canary.limits
      let more = PlanText.limit(canary.maxSurge, limits.surge(of: replicas), rounded: "up")
      let fewer = PlanText.limit(
        canary.maxUnavailable, limits.unavailable(of: replicas), rounded: "down")
      return "canary of \(steps), at most \(more) more and \(fewer) fewer"
    }
  }

  private func line(_ look: ArgoRolloutForecast.Look) -> String {
    var words = "+\(Self.seconds(look.at)): \(stage(look)), \(look.canary) new and"
    words += " \(look.stable) old"
    if look.isPromoted, look.canary == 0 { words = "+\(Self.seconds(look.at)): \(look.stable) new" }
    if let weight = look.weight, look.canary > 0 {
      return words + ", \(percentText(weight)) of the traffic"
    }
    let all = look.canary + look.stable
    guard look.canary > 0, look.stable > 0 else { return words }
    let permille = (look.canary * 1_000 + all / 2) / all
    return words + ", \(permille / 10).\(permille % 10) % of the pods"
  }

  private func stage(_ look: ArgoRolloutForecast.Look) -> String {
    if look.isPromoted { return "promoted" }
    guard case .canary(let canary) = policy.strategy else {
      return look.isPaused ? "paused" : look.weight == .zero ? "preview" : "switched"
    }
    guard look.step < canary.steps.count else { return "past the last step" }
    return "step \(look.step + 1) (\(canary.steps[look.step].words))"
  }

  private var end: String {
    let last = forecast.looks.first { $0.isPromoted } ?? forecast.looks.last
    let at = "+\(Self.seconds(last?.at ?? .zero))"
    return switch forecast.end {
    case .promoted: "earliest finish: \(at), promoted"
    case .aborted: "never: given up at \(at), as an analysis of the document cannot succeed"
    case .stays where policy.isPaused: "never: nothing goes on while it is paused"
    case .stays: "never: from \(at) on nothing changes any more"
    case .goesOn: "later than \(at), which is as far as looks are worked out"
    }
  }

  /// Whole seconds; what comes strictly after a time comes a microsecond later.
  private static func seconds(_ length: Microseconds) -> String {
    PlanText.length(.seconds(length.count / 1_000_000))
  }
}

extension CanaryStep {
  /// What a step does, in a few words.
  fileprivate var words: String {
    switch self {
    case .setWeight(let weight): "weight \(weight)"
    case .pause(let length): "pause of \(PlanText.length(length))"
    case .gate: "pause until somebody ends it"
    case .setScale(let scale): scale.words
    case .analysis: "analysis"
    case .experiment: "experiment"
    case .plugin: "plugin"
    case .route: "route"
    }
  }
}

extension CanaryScale {
  fileprivate var words: String {
    if let replicas { return "scale of \(PlanText.count(replicas, "pod"))" }
    if let weight { return "scale of \(weight)%" }
    return "scale as the traffic"
  }
}
