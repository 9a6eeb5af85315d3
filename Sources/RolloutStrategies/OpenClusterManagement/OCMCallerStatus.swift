import Determinism

extension OCMPolicy.Caller {
  /// What a cluster counts as in the eyes of the caller; nil: the caller knows no status of it.
  func status(of status: ClusterStatus) -> OCMCallerStatus? {
    switch self {
    case .work: OCMCallerStatus(work: status)
    case .addOn: OCMCallerStatus(addOn: status)
    }
  }

  /// What a cluster counts as that was just given the workload.
  func statusWhenApplied(at now: Instant) -> OCMCallerStatus {
    switch self {
    case .work: OCMCallerStatus(.toApply, isApplied: true)
    case .addOn: OCMCallerStatus(.progressing, isApplied: true, since: now)
    }
  }
}

/// What a caller says of one cluster.
struct OCMCallerStatus: Codable, Equatable, Sendable {
  var status: OCMStatus
  /// Whether the cluster was given the workload, so that applying it changes nothing.
  var isApplied: Bool
  /// Since when the status is this; nil: not known.
  var since: Instant?

  init(_ status: OCMStatus, isApplied: Bool, since: Instant? = nil) {
    self.status = status
    self.isApplied = isApplied
    self.since = since
  }

  /// What a ManifestWorkReplicaSet makes of the conditions of its work for a cluster.
  ///
  /// A work with another content has no status. One that was never confirmed stays to be applied
  /// for ever, however long the agent is away. Health is no part of it, only that pods come up.
  ///
  /// - Source: OCM work controllers, `manifestworkreplicaset`: Applied must be observed for the
  ///   work's generation, then Progressing and Degraded count.
  init?(work status: ClusterStatus) {
    let observed = status.observed
    guard status.asked.generation > 0 else {
      guard observed.isAvailableAtTarget else { return nil }
      self.init(.succeeded, isApplied: true, since: observed.since)
      return
    }
    guard status.asked.revision == .target else { return nil }
    guard observed.generation == status.asked.generation else {
      self.init(.toApply, isApplied: true)
      return
    }
    self.init(Self.underWay(observed), isApplied: true, since: observed.since)
  }

  /// What a ClusterManagementAddOn makes of its add-on in a cluster.
  ///
  /// Every add-on has a status, and one whose configuration was handed over is progressing from
  /// then on, whether its agent answers or not.
  ///
  /// - Source: OCM add-on manager, `addonconfiguration`.
  init(addOn status: ClusterStatus) {
    let observed = status.observed
    guard status.asked.generation > 0 else {
      let runsTarget = observed.isAvailableAtTarget
      self.init(
        runsTarget ? .succeeded : .toApply, isApplied: runsTarget,
        since: runsTarget ? observed.since : nil)
      return
    }
    guard observed.generation == status.asked.generation else {
      self.init(.progressing, isApplied: true, since: status.asked.since)
      return
    }
    let word = Self.underWay(observed)
    let since = word == .progressing ? status.asked.since : observed.since
    self.init(word, isApplied: true, since: since)
  }

  private static func underWay(_ observed: Observed) -> OCMStatus {
    switch observed.phase {
    case .idle, .waiting, .progressing: .progressing
    case .available: .succeeded
    case .failed: .failed
    }
  }
}
