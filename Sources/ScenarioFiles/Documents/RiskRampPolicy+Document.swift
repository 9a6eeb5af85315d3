import Determinism
import LocatedYAML
import RolloutStrategies

extension MapSpec {
  static let riskRamp = MapSpec(
    "riskRamp", "Grows as fast as keeps it improbable that more clusters fail than a budget.",
    [
      .required(
        "budget", "count or percent",
        "Clusters that a bad version may cost; a share is rounded down, at least 1."),
      .required(
        "probability", "percent up to 100%",
        "How probable it may be that it costs more, whatever clusters it is bad on."),
      .standard("batchSoak", "duration", "0s", "How long a finished batch rests."),
      .standard(
        "order", "drawn or listed", "drawn",
        "The order of clusters; listed: the promise holds if bad ones are listed as by chance."),
    ] + acceptance.filter { $0.name != "offline" })
}

extension RiskRampPolicy {
  init(_ fields: Fields) {
    self.init(
      budget: fields["budget"].amount(atLeastOne: true),
      probability: fields["probability"].ratio(), batchSoak: fields["batchSoak"].duration(),
      order: fields["order"].choice([TakeOrder.drawn, .listed], else: .drawn),
      acceptance: Acceptance(fields, hasOffline: false))
  }
}
