import LocatedYAML
import RolloutStrategies

extension MapSpec {
  static let residency = MapSpec(
    "residency", "Where a version may run.",
    [
      .required(
        "label", "label key", "The label that names a jurisdiction; without it a cluster is free."),
      .required(
        "released", "list", "The jurisdictions in which the version is released.", map: "release"),
    ])

  static let release = MapSpec(
    "release", "A jurisdiction in which a version is released.",
    [
      .required("value", "label value", "The jurisdiction."),
      .standard("after", "duration", "0s", "From the rollout's start to the release."),
    ])

  static let approval = MapSpec(
    "approval", "Approval by groups: each waits until one of its operators approves.",
    [
      .required(
        "label", "label key", "The label whose values are the groups; without it is a group, too."),
      .optional("timeout", "duration", absent: "for ever", "How long the answer may take."),
      .standard("onTimeout", "hold, proceed or abort", "hold", "What happens after that."),
    ])

  static let versionSkew = MapSpec(
    "versionSkew", "How far a version may be from those of other services, in numbered versions.",
    [
      .required("atMost", "whole number", "How many versions apart, at least 0."),
      .required("to", "whole number", "The number of the version that the rollout brings."),
      .required("others", "list", "The other services.", map: "skewedService"),
      .standard(
        "in", "sameCluster, fleet or {domain: level}", "sameCluster",
        "Which of their clusters count.", map: "scope"),
    ])

  static let skewedService = MapSpec(
    "skewedService", "Another service, by the rollout that changes it.",
    [
      .required("rollout", "name", "The rollout."),
      .required("from", "whole number", "The number of the version before it."),
      .required("to", "whole number", "The number of the version after it."),
    ])
}

extension ResidencyRule {
  init(_ fields: Fields) {
    let label = fields["label"].knownLabel()
    let items = fields["released"].items(atLeast: 1)
    let releases = items.map { item in
      let release = item.fields(.release)
      let value = release["value"].labelValue()
      item.reading.book.note(
        key: label, at: fields["label"], values: [value], at: [release["value"]])
      return Release(value: value, after: release["after"].duration())
    }
    items.reportRepeated(releases.map(\.value))
    self.init(label: label, released: releases)
  }
}

extension ApprovalRule {
  init(_ fields: Fields) {
    self.init(
      label: fields["label"].knownLabel(),
      timeout: fields.written("timeout")?.positiveDuration(),
      onTimeout: fields["onTimeout"].choice(TimeoutAction.allCases, else: .hold))
    if onTimeout != .hold, timeout == nil {
      fields["onTimeout"].report(
        .missingField, "onTimeout without a timeout does nothing", help: "add timeout: 4h")
    }
  }
}

extension VersionSkewRule {
  /// Version numbers that documents may hold.
  private static let numbers = 0...1_000_000

  init(_ fields: Fields) {
    self.init(
      atMost: fields["atMost"].integer(in: Self.numbers),
      to: fields["to"].integer(in: Self.numbers),
      others: fields["others"].items(atLeast: 1).map { item in
        let other = item.fields(.skewedService)
        return Other(
          rollout: other["rollout"].name(of: .rollout),
          from: other["from"].integer(in: Self.numbers), to: other["to"].integer(in: Self.numbers))
      },
      scope: TriggerPolicy.Scope(fields["in"]))
  }
}
