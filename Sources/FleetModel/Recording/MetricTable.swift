/// The metrics of a run, in the order in which a record holds their values.
///
/// The one place where metrics are named; documents, reports and the documentation are made from
/// it.
public struct MetricTable: Sendable {
  /// The definitions, in order.
  public let definitions: [MetricDefinition]

  /// The table for a scenario.
  ///
  /// - Parameters:
  ///   - levels: its domain levels and groups.
  ///   - hasBackups: whether some arm keeps clusters standing by.
  ///   - hasPlacement: whether some service is placed over clusters.
  public init(levels: [String], hasBackups: Bool = false, hasPlacement: Bool = false) {
    definitions =
      Self.general + levels.flatMap(Self.ofLevel) + (hasBackups ? Self.ofBackups : [])
      + (hasPlacement ? Self.ofPlacement : [])
  }

  /// The position of a metric; nil: there is none of that name.
  public func index(of name: String) -> Int? {
    definitions.firstIndex { $0.name == name }
  }

  /// Metrics that every scenario has.
  public static let general: [MetricDefinition] = [
    .init(
      "duration.p50", unit: "s", better: .lower,
      "Time from the first rollout's start until half of all its clusters are at the target and "
        + "available."),
    .init("duration.p90", unit: "s", better: .lower, "The same for nine tenths of the clusters."),
    .init("duration.p100", unit: "s", better: .lower, "The same for every cluster."),
    .init(
      "duration.reachable", unit: "s", better: .lower,
      "The same for every cluster that is reachable at the end of the run."),
    .init(
      "updated.share", unit: "%", better: .none,
      "Clusters at the target at the end of the run, of all the rollouts' clusters."),
    .init(
      "carrying.peak", unit: "clusters", better: .lower,
      "Most clusters that ran a version with a defect at one time, active or not."),
    .init(
      "carrying.atDetection", unit: "clusters", better: .lower,
      "Clusters that ran such a version when a rollout first stopped for it."),
    .init(
      "carrying.integral", unit: "cluster-hours", better: .lower,
      "Clusters that ran such a version, over time."),
    .init(
      "active.peak", unit: "clusters", better: .lower,
      "Most clusters in which a defect was active at one time."),
    .init(
      "active.atDetection", unit: "clusters", better: .lower,
      "Clusters in which a defect was active when a rollout first stopped."),
    .init(
      "active.integral", unit: "cluster-hours", better: .lower,
      "Clusters in which a defect was active, over time."),
    .init(
      "exposed.peak", unit: "%", better: .none,
      "Largest share of all users who met a version that is rolled out at one time, by routing and "
        + "by share of requests."),
    .init(
      "exposed.atDetection", unit: "%", better: .lower,
      "That share when a rollout first stopped."),
    .init(
      "usersHarmed.peak", unit: "users", better: .lower,
      "Most users harmed at one time: users of a cluster times the share of their requests that "
        + "fail."),
    .init(
      "usersHarmed.atDetection", unit: "users", better: .lower,
      "Users harmed when a rollout first stopped."),
    .init(
      "usersHarmed.integral", unit: "user-minutes", better: .lower,
      "Users harmed, over time, whatever the cause."),
    .init(
      "usersHarmed.excess", unit: "user-minutes", better: .lower,
      "The same less that of the run without any rollout: what the rollout caused."),
    .init(
      "downtime.planned", unit: "cluster-minutes", better: .lower,
      "Time in which clusters served nobody because they updated."),
    .init(
      "downtime.unplanned", unit: "cluster-minutes", better: .lower,
      "Time in which clusters served nobody for any other reason."),
    .init(
      "downtime.excess", unit: "cluster-minutes", better: .lower,
      "Unplanned downtime less that of the run without any rollout."),
    .init(
      "down.peak", unit: "clusters", better: .lower,
      "Most clusters that served nobody at one time."),
    .init(
      "inFlight.peak", unit: "clusters", better: .none,
      "Most clusters in which an update was under way at one time, over all planners."),
    .init(
      "mixed.integral", unit: "cluster-hours", better: .none,
      "Clusters in which two versions of a service served, over time."),
    .init(
      "detection.delay", unit: "s", better: .lower,
      "Time from the first activation of a defect until a rollout stops."),
    .init(
      "rollback.duration", unit: "s", better: .lower,
      "Time from the decision to roll back until no reachable cluster runs the version any more."),
    .init(
      "escaped", unit: "share", better: .lower,
      "1 if every rollout completed although a defect affects clusters that carry it, else 0."),
    .init(
      "falseHalt", unit: "share", better: .lower,
      "1 if a rollout stopped although nothing was wrong with its version, else 0."),
    .init(
      "stragglers", unit: "clusters", better: .lower,
      "Clusters asked to go to the target that are not there at the end, in rollouts that did not "
        + "stop."),
    .init(
      "offlineBad", unit: "clusters", better: .lower,
      "Clusters that at the end carry a defect, cannot be reached, and were asked to go back."),
    .init(
      "headroom.min", unit: "pods", better: .higher,
      "Least room for pods that any cluster had left."),
    .init(
      "capacity.min", unit: "%", better: .higher,
      "Least share of a service's pods that was available in any cluster while its update "
        + "replaced pods."),
    .init(
      "surge.waits", unit: "times", better: .lower,
      "Times that an update waited because no pod more fitted into its cluster."),
    .init(
      "guards.refusals", unit: "times", better: .none,
      "Times that a guard or trigger refused a cluster its start."),
    .init(
      "guards.windowOverruns", unit: "clusters", better: .lower,
      "Updates that were asked for and not finished when a window of their rollout closed."),
    .init("directives", unit: "directives", better: .none, "Directives that planners gave."),
  ]

  /// Metrics of scenarios in which clusters stand by.
  public static let ofBackups: [MetricDefinition] = [
    .init(
      "clusters.integral", unit: "cluster-hours", better: .lower,
      "Clusters that belonged to the fleet, over time: what is paid for."),
    .init(
      "clusters.idle", unit: "cluster-hours", better: .lower,
      "Clusters that no user was routed to, over time: what standing by costs."),
  ]

  /// Metrics of scenarios in which a service is placed over clusters.
  public static let ofPlacement: [MetricDefinition] = [
    .init(
      "unserved.peak", unit: "users", better: .lower,
      "Most users for whom no ready replica of a placed service had room at one time."),
    .init(
      "unserved.integral", unit: "user-minutes", better: .lower,
      "Users for whom no ready replica of a placed service had room, over time."),
    .init(
      "replicas.integral", unit: "replica-hours", better: .lower,
      "Replicas of a placed service that clusters held, over time: what is paid for."),
    .init(
      "replicas.moved", unit: "replicas", better: .none,
      "Replicas that clusters were asked for on top of those they had."),
  ]

  private static func ofLevel(_ level: String) -> [MetricDefinition] {
    [
      .init(
        "domain.\(level).worst", unit: "%", better: .lower,
        "Largest share of the clusters of one \(level) that were impaired at one time."),
      .init(
        "domain.\(level).over1", unit: "domains", better: .lower,
        "Most values of \(level) with more than 1 % of their clusters impaired at one time."),
      .init(
        "domain.\(level).over10", unit: "domains", better: .lower,
        "The same for more than 10 %."),
      .init(
        "domain.\(level).over50", unit: "domains", better: .lower,
        "The same for more than 50 %."),
      .init(
        "domain.\(level).over50.integral", unit: "domain-hours", better: .lower,
        "Values of \(level) with more than 50 % of their clusters impaired, over time."),
    ]
  }
}
