import Determinism
import LocatedYAML
import RolloutStrategies

/// Writes values as documents of ours state them.
enum DocumentText {
  /// A length of time; a part of a millisecond counts as a whole one.
  static func duration(_ length: Microseconds) -> String {
    var rest = (max(0, length.count) + 999) / 1_000
    var text = ""
    let units: [(String, Int64)] = [
      ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1),
    ]
    for (name, size) in units where rest >= size {
      text += "\(rest / size)\(name)"
      rest %= size
    }
    return text.isEmpty ? "0s" : text
  }

  /// A count or a share.
  static func amount(_ amount: Amount) -> String {
    switch amount {
    case .count(let count): "\(count)"
    case .share(let share): percentText(share)
    }
  }

  /// A selector, in the form that all of them have.
  static func selector(_ selector: Selector) -> String {
    guard !selector.requirements.isEmpty else { return "{}" }
    let items = selector.requirements.map { requirement in
      let values =
        requirement.values.isEmpty
        ? "" : ", values: [\(requirement.values.map(quotedValue).joined(separator: ", "))]"
      let key = quotedValue(requirement.key)
      return "{key: \(key), operator: \(requirement.comparison.rawValue)\(values)}"
    }
    return "{matchExpressions: [\(items.joined(separator: ", "))]}"
  }

  /// A text in quotes, so that nothing in it means anything.
  static func quotedValue(_ text: String) -> String {
    "\"" + visible(text).replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }
}

extension StrategyPolicy {
  /// The spec of a Strategy document, lines without indentation; nil: it is another planner's.
  var documentLines: [String]? {
    switch self {
    case .allAtOnce(let policy):
      ["allAtOnce:", "  order: \(policy.order.rawValue)"] + policy.acceptance.lines
    case .progressive(let policy):
      [
        "progressive:", "  maxConcurrency: \(DocumentText.amount(policy.maxConcurrency))",
        "  order: \(policy.order.rawValue)",
      ] + policy.acceptance.lines
    case .staged(let policy):
      ["staged:", "  order: \(policy.order.rawValue)", "  stages:"]
        + policy.stages.flatMap(\.lines) + policy.acceptance.lines
    case .perGroup(let policy):
      [
        "perGroup:", "  groupBy: \(DocumentText.quotedValue(policy.groupBy))",
        "  first: [\(policy.first.map(DocumentText.quotedValue).joined(separator: ", "))]",
        "  maxConcurrency: \(DocumentText.amount(policy.maxConcurrency))",
        "  groupSoak: \(DocumentText.duration(policy.groupSoak))",
        "  order: \(policy.order.rawValue)",
      ] + policy.acceptance.lines
    case .timedBatches(let policy):
      [
        "timedBatches:", "  batchSize: \(DocumentText.amount(policy.batchSize))",
        "  interval: \(DocumentText.duration(policy.interval))",
        "  order: \(policy.order.rawValue)",
      ] + (policy.jitter.map { ["  jitter: \(percentText($0))"] } ?? []) + policy.acceptance.lines
    case .exposure(let policy): policy.lines
    case .blueGreen(let policy): policy.lines
    case .cohortCanary(let policy): policy.lines + policy.acceptance.lines
    case .riskRamp(let policy):
      [
        "riskRamp:", "  budget: \(DocumentText.amount(policy.budget))",
        "  probability: \(percentText(policy.probability))",
        "  batchSoak: \(DocumentText.duration(policy.batchSoak))",
        "  order: \(policy.order.rawValue)",
      ] + policy.acceptance.lines
    default: nil
    }
  }
}

extension ExposurePolicy {
  fileprivate var lines: [String] {
    var lines = [
      "exposure:", "  shares: [\(shares.map(percentText).joined(separator: ", "))]",
      "  partial: \(partial.text)",
    ]
    if !exceptions.isEmpty { lines.append("  except:") }
    lines += exceptions.flatMap { exception in
      [
        "    - clusters: \(DocumentText.selector(exception.clusters))",
        "      partial: \(exception.partial.text)",
      ]
    }
    if let routingWeights { lines.append("  routingWeights: \(routingWeights)") }
    lines += [
      "  drain: \(DocumentText.duration(drain))", "  rungSoak: \(DocumentText.duration(soak))",
      "  order: \(order.rawValue)",
    ]
    return lines + acceptance.lines.dropFirst()
  }
}

extension BlueGreenPolicy {
  fileprivate var lines: [String] {
    var lines = [
      "blueGreen:", "  live: \(DocumentText.selector(live))",
      "  backup: \(DocumentText.selector(backup))",
    ]
    if let pairBy { lines.append("  pairBy: \(DocumentText.quotedValue(pairBy))") }
    lines += [
      "  steps: [\(steps.map(percentText).joined(separator: ", "))]",
      "  stepSoak: \(DocumentText.duration(stepSoak))", "  hold: \(DocumentText.duration(hold))",
      "  order: \(order.rawValue)",
    ]
    return lines + acceptance.lines
  }
}

extension PartialRollout {
  fileprivate var text: String {
    switch self {
    case .none: "none"
    case .replicas(let count): "{replicas: \(count)}"
    case .weights(let count): "{weights: \(count)}"
    }
  }
}

extension Acceptance {
  var lines: [String] {
    var lines = ["  soak: \(DocumentText.duration(soak))"]
    if let progressDeadline {
      lines.append("  progressDeadline: \(DocumentText.duration(progressDeadline))")
    }
    lines.append("  failureBudget: \(DocumentText.amount(failureBudget))")
    if let demandBudget { lines.append("  demandBudget: \(percentText(demandBudget))") }
    lines.append("  onBreach: \(onBreach.rawValue)")
    if let offline { lines.append("  offline: \(offline.rawValue)") }
    if let retry { lines.append("  retry: \(retry.text)") }
    if let membership {
      lines.append(
        "  membership: {joins: \(membership.joins.rawValue), leaves: \(membership.leaves.rawValue)}"
      )
    }
    return lines
  }
}

extension RetryRule {
  fileprivate var text: String {
    let longest = cap.map { ", cap: \(DocumentText.duration($0))" } ?? ""
    return "{limit: \(limit), after: \(DocumentText.duration(after)), factor: \(factor)\(longest)}"
  }
}

extension Stage {
  fileprivate var lines: [String] {
    var lines = [
      "    - name: \(name)", "      clusters: \(DocumentText.selector(clusters))",
      "      maxConcurrency: \(DocumentText.amount(maxConcurrency))",
    ]
    if let size { lines.append("      size: \(DocumentText.amount(size))") }
    if soak > .zero { lines.append("      soak: \(DocumentText.duration(soak))") }
    if let failureBudget {
      lines.append("      failureBudget: \(DocumentText.amount(failureBudget))")
    }
    switch gate {
    case .open: break
    case .timedWait(let length):
      lines.append("      gate: {timedWait: \(DocumentText.duration(length))}")
    case .approval: lines.append("      gate: approval")
    case .timedApproval(let timeout, let action):
      lines.append("      gate:")
      lines.append(
        "        approval: {timeout: \(DocumentText.duration(timeout)),"
          + " onTimeout: \(action.rawValue)}")
    }
    return lines
  }
}
