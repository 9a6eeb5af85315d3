import Determinism
import LocatedYAML
import RolloutStrategies

extension ApplicationSetPolicy {
  /// What comes near an ApplicationSet of Argo CD.
  var near: (policy: StrategyPolicy, differences: [String]) {
    var differences = [
      "there, nothing fails: an Application that is not healthy keeps its place for ever",
      "there, a step may open early, on statuses that are out of date",
    ]
    if clusters != .all {
      differences.append("which clusters it generates for: state them as the rollout's clusters")
    }
    if sync.deletesInReverse { differences.append("deletionOrder: nothing is deleted here") }
    let stages = sync.steps.enumerated().map { position, step in
      Stage(
        name: "step-\(position + 1)",
        clusters: selector(step, position + 1, &differences),
        maxConcurrency: amount(step, position + 1, &differences))
    }
    let acceptance = Acceptance(failureBudget: .share(.one))
    guard !stages.isEmpty else {
      differences.append("there, nothing is ever synced")
      return (.allAtOnce(AllAtOncePolicy(acceptance: acceptance)), differences)
    }
    return (.staged(StagedPolicy(stages: stages, acceptance: acceptance)), differences)
  }

  private func selector(
    _ step: RollingSync.Step, _ number: Int, _ differences: inout [String]
  ) -> Selector {
    Selector(
      step.expressions.compactMap { expression in
        let comparison: Selector.Comparison =
          expression.comparison == "In"
          ? .isIn : expression.comparison == "NotIn" ? .isNotIn : .doesNotExist
        let values = expression.isKnown ? expression.values : []
        guard let labels else {
          return .init(key: expression.key, comparison: comparison, values: values)
        }
        switch labels.first(where: { $0.key == expression.key })?.value {
        case .clusterLabel(let key): return .init(key: key, comparison: comparison, values: values)
        case .clusterName: return .init(key: "name", comparison: comparison, values: values)
        case .text, nil:
          differences.append("step \(number): \(visible(expression.key)), which no cluster carries")
          return nil
        }
      })
  }

  private func amount(
    _ step: RollingSync.Step, _ number: Int, _ differences: inout [String]
  ) -> Amount {
    guard let limit = step.maxUpdate else { return .share(.one) }
    guard limit.limit(of: 1_000) > 0 else {
      differences.append("step \(number): maxUpdate, by which nothing is synced without a person")
      return .count(1)
    }
    guard case .share(let share) = limit.amount else { return limit.amount }
    return .share(max(Ratio(partsPerBillion: 10), min(.one, share)))
  }
}
