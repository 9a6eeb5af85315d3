import Determinism
import LocatedYAML
import PlannerDialects
import RolloutStrategies

extension MapSpec {
  static let bindings = MapSpec(
    "bindings", "What stands for what only a real cluster can answer.",
    [
      .standard(
        "metrics", "map", "{}",
        "For a metric's name in a delivery's document: successRate, errorRate, noData, or a"
          + " number.", map: "metricSignal"),
      .standard(
        "hooks", "map", "{}",
        "For a webhook's name in a delivery's document: passes, refuses, or when it passes.",
        map: "hookSignal"),
    ])

  static let metricSignal = MapSpec(
    "metricSignal", "A number that a query answers.", exactlyOneOf: ["constant", "mean"],
    [
      .optional("constant", "number", absent: "mean", "Always the same one."),
      .optional(
        "mean", "map", absent: "constant", "A mean over the requests to the canary.",
        map: "metricMean"),
    ])

  static let metricMean = MapSpec(
    "metricMean", "A mean over requests to the canary, such as of how long they take.",
    [
      .required("succeeding", "number", "What counts for a request that succeeds."),
      .required("failing", "number", "What counts for one that fails."),
    ])

  static let hookSignal = MapSpec(
    "hookSignal", "When a webhook passes.",
    exactlyOneOf: ["passesAfter", "passesBelow", "passesAbove"],
    [
      .optional(
        "passesAfter", "duration", absent: "another one",
        "From so long on after the cluster was asked for the version."),
      .optional(
        "passesBelow", "share", absent: "another one",
        "While no more than this share of requests to the canary fails."),
      .optional(
        "passesAbove", "share", absent: "another one",
        "Once more than this share of requests to the canary fails."),
    ])
}

/// What a scenario says of the queries and hooks of its deliveries.
struct DeliveryBindings {
  private let metrics: [Entry<MetricSignal>]
  private let hooks: [Entry<HookSignal>]
  private let book: UsedNames

  private struct Entry<Signal> {
    let name: String
    let signal: Signal
    let key: Cursor
  }

  /// The names that some delivery has asked for.
  private final class UsedNames {
    var metrics: [String] = []
    var hooks: [String] = []
  }

  /// Reads them.
  init(_ cursor: Cursor) {
    let fields = cursor.fields(.bindings)
    metrics = fields["metrics"].entries().map { key, value in
      Entry(name: key.text ?? "", signal: MetricSignal(value), key: key)
    }
    hooks = fields["hooks"].entries().map { key, value in
      Entry(name: key.text ?? "", signal: HookSignal(value), key: key)
    }
    book = UsedNames()
  }

  /// A delivery whose questions are answered; what nothing stands for is reported at `cursor`,
  /// where the scenario names the delivery.
  func bind(_ delivery: DeliveryPolicy, at cursor: Cursor) -> DeliveryPolicy {
    guard let driven = delivery.driven else { return delivery }
    book.metrics += driven.metricBindings.map(\.name)
    book.hooks += driven.hookBindings.map(\.name)
    let bound = delivery.bound(
      metric: { name in metrics.first { $0.name == name }?.signal },
      hook: { name in hooks.first { $0.name == name }?.signal })
    for binding in bound.driven?.metricBindings ?? [] where binding.signal == nil {
      cursor.report(
        .nothingStands, "nothing stands for the metric \(quoted(binding.name))",
        help: "say under bindings.metrics what it answers, as in {\(binding.name): successRate}")
    }
    for binding in bound.driven?.hookBindings ?? [] where binding.signal == nil {
      cursor.report(
        .nothingStands, "nothing stands for the webhook \(quoted(binding.name))",
        help: "say under bindings.hooks what it answers, as in {\(binding.name): passes}")
    }
    return bound
  }

  /// Warns of what no delivery asks for.
  func warnOfUnused() {
    for entry in metrics where !book.metrics.contains(entry.name) {
      entry.key.report(.unused, "no delivery asks for the metric \(quoted(entry.name))")
    }
    for entry in hooks where !book.hooks.contains(entry.name) {
      entry.key.report(.unused, "no delivery asks the webhook \(quoted(entry.name))")
    }
  }
}

// MARK: Signals

extension MetricSignal {
  private enum Word: String {
    case successRate, errorRate, noData
  }

  /// Reads what a metric answers.
  fileprivate init(_ cursor: Cursor) {
    guard case .map = cursor.value?.content else {
      switch cursor.choice(
        [Word.successRate, .errorRate, .noData], or: .metricSignal, else: .noData)
      {
      case .successRate: self = .successRate
      case .errorRate: self = .errorRate
      case .noData: self = .noData
      }
      return
    }
    guard let (name, value) = cursor.fields(.metricSignal).alternative else {
      self = .noData
      return
    }
    if name == "constant" {
      self = .constant(value.measure() ?? Measure(0))
    } else {
      let fields = value.fields(.metricMean)
      self = .mean(
        succeeding: fields["succeeding"].measure() ?? Measure(0),
        failing: fields["failing"].measure() ?? Measure(0))
    }
  }
}

extension HookSignal {
  private enum Word: String {
    case passes, refuses
  }

  /// Reads when a hook passes.
  fileprivate init(_ cursor: Cursor) {
    guard case .map = cursor.value?.content else {
      let word = cursor.choice([Word.passes, .refuses], or: .hookSignal, else: .refuses)
      self = word == .passes ? .passes : .refuses
      return
    }
    guard let (name, value) = cursor.fields(.hookSignal).alternative else {
      self = .refuses
      return
    }
    switch name {
    case "passesAfter": self = .passesAfter(value.duration())
    case "passesBelow": self = .passesBelow(errorRate: value.ratio())
    default: self = .passesAbove(errorRate: value.ratio())
    }
  }
}
