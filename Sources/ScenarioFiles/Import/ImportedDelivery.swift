package import Determinism
import LocatedYAML
import RolloutStrategies

/// A delivery of ours that comes near another planner's document, and what of that it does not do.
package struct ImportedDelivery {
  /// Most pods on top.
  package var maxSurge: Amount
  /// Most pods missing.
  package var maxUnavailable: Amount
  /// What the document says that this does not, a sentence each.
  package var differences: [String]

  /// What comes near a document that only says how inside one cluster; nil: it says more, or less,
  /// or a delivery of ours does not come near.
  package init?(_ loaded: LoadedStrategy) {
    guard loaded.strategy == nil,
      case .rollingUpdate(let maxSurge, let maxUnavailable) = loaded.delivery
    else { return nil }
    self.maxSurge = maxSurge
    self.maxUnavailable = maxUnavailable
    differences = [
      "there, every pod that becomes available lets the next go; here, a round of them does",
      "there, pods of the old version that serve nobody go first",
    ]
    if maxSurge == .count(0), maxUnavailable == .share(.one) {
      differences.append("there, the new pods come when the old ones are gone; here, as they go")
    }
    for warning in loaded.warnings where warning.code == .statedElsewhere {
      differences.append("\(visible(warning.path)): \(warning.help)")
    }
    for field in loaded.inertFields where !field.hasPrefix("metadata") && field != "status" {
      differences.append("\(visible(field)) changes nothing here")
    }
  }

  /// The delivery as a rollout of a scenario states it; what was not carried stands above it.
  package var text: String {
    let remarks = ["# Not carried:"] + differences.map { "#   \($0)" }
    let lines = [
      "delivery:", "  rollingUpdate:", "    maxSurge: \(DocumentText.amount(maxSurge))",
      "    maxUnavailable: \(DocumentText.amount(maxUnavailable))",
    ]
    return (remarks + lines).joined(separator: "\n") + "\n"
  }
}
