import Determinism
package import LocatedYAML
package import RolloutStrategies

extension Cursor {
  /// A `rolloutStrategy` object; only the settings of its own type are read.
  package func ocmRolloutStrategy() -> OCMRolloutStrategy {
    let fields = fields(OCMSpecs.rolloutStrategy)
    let kind = fields["type"].choice(OCMRolloutStrategy.Kind.allCases, else: .all)
    var strategy = OCMRolloutStrategy(kind)
    guard let settings = fields.written(kind.field) else { return strategy }
    let written = settings.fields(OCMSpecs.rollout(kind))
    strategy.progressDeadline = written.written("progressDeadline")?.ocmDeadline() ?? .none
    strategy.minSuccessTime = written.written("minSuccessTime")?.goDuration() ?? .zero
    strategy.maxFailures = written.written("maxFailures")?.ocmLimit() ?? .unset
    if kind == .progressive {
      strategy.maxConcurrency = written.written("maxConcurrency")?.ocmLimit() ?? .unset
    }
    if kind != .all {
      strategy.mandatoryGroups =
        written.written("mandatoryDecisionGroups")?.ocmMandatoryGroups() ?? []
    }
    return strategy
  }

  /// A list of mandatory decision groups.
  package func ocmMandatoryGroups() -> [OCMGroupKey] {
    items().map { item in
      let fields = item.fields(OCMSpecs.mandatoryGroup)
      let index = fields.written("groupIndex")?.integer(in: 0...WrittenNumber.countMax) ?? 0
      return .mandatory(name: fields.written("groupName")?.text ?? "", index: index)
    }
  }
}

extension OCMRolloutStrategy.Kind {
  /// The field with the settings of the type.
  fileprivate var field: String {
    switch self {
    case .all: "all"
    case .progressive: "progressive"
    case .progressivePerGroup: "progressivePerGroup"
    }
  }
}
