import Determinism
import RolloutStrategies

/// How a cluster really is, apart from its services.
///
/// Shape: one per cluster, 64 bytes, which lie in one line of memory.
///
/// Holds all that most events need of a cluster, so that they touch one line; its parts stand in an
/// order that leaves no gaps between them. The room it has for pods, and the users whom it adds to
/// the totals, are apart, in `ServingState`.
struct ClusterState {
  /// How a cluster stands, whatever its services do.
  enum Standing {
    /// It belongs to the fleet and is well.
    case up
    /// It belongs to the fleet and is down or unwell.
    case out
    /// It does not belong to the fleet.
    case absent
  }

  /// What identifies its draws.
  let key: UInt64
  /// The digest of what has happened to it.
  var chain: UInt64 = 0
  /// Since when it cannot be reached; meaningless while it can.
  var silentSince = Instant.never
  /// The row of the run's chart that shows it, or `DomainChart.noRow`.
  let chartRow: UInt32
  /// Its position in its planner's fleet.
  let local: ClusterID
  /// Transitions of its own link so far.
  var linkTransitions: UInt32 = 0
  /// Transitions of its own health so far.
  var healthTransitions: UInt32 = 0
  /// Its class, as a position in the scenario's classes.
  let classIndex: UInt16
  /// Its planner, or `World.noPlanner`.
  let planner: UInt16
  /// Counts silences, so that a notice of one that is over is not taken for the next.
  var silence: UInt16 = 0
  /// The conditions that it adds to the totals now.
  var conditions: Impact.Conditions = []
  /// Failures that hold it down now; several may overlap.
  var downCount: UInt8 = 0
  /// Failures that cut it off now, its own link among them.
  var linkDownCount: UInt8 = 0
  /// Failures of its control plane now.
  var controlDownCount: UInt8 = 0
  /// Services in which an update is under way.
  var updating: UInt8 = 0
  /// Services whose pods are being replaced at this moment.
  var replacing: UInt8 = 0
  var isMember = true
  /// Whether it is unhealthy for reasons that no rollout has.
  var isUnwell = false
  /// Whether its own link is up.
  var isLinkUp = true
  /// Whether its agent's next look is in the event list.
  var isPollPlanned = false
  /// Whether its planner was told that it is silent.
  var isKnownSilent = false
  /// Whether a look at what is desired is due as soon as it can.
  var wantsPoll = false
  /// Whether a report could not be sent.
  var owesReport = false
  /// Whether a node is on its way.
  var awaitsNode = false

  /// How it stands now.
  @inline(__always)
  var standing: Standing {
    guard isMember else { return .absent }
    return downCount > 0 || isUnwell ? .out : .up
  }

  /// Whether its agent can act and be heard.
  var isReachable: Bool {
    downCount == 0 && linkDownCount == 0 && controlDownCount == 0 && isMember
  }

  /// Whether its control plane can change anything.
  var canChange: Bool { downCount == 0 && controlDownCount == 0 && isMember }
}

/// A cluster's room for pods, and the users whom it adds to the totals; the conditions that it adds
/// are in `ClusterState`.
///
/// Shape: one per cluster, 32 bytes, so that two lie in a line of memory; the nodes stand where
/// they leave no gap.
struct ServingState {
  /// Users harmed that it adds to the totals now.
  ///
  /// Unit: users × parts per billion.
  var harm: Int64 = 0
  /// Users who meet a version that is rolled out, that it adds to the totals now.
  ///
  /// Unit: users × parts per billion.
  var exposed: Int64 = 0
  /// What its services have to do with what it adds.
  var serviceImpact = ServiceImpact()
  /// Nodes it has.
  ///
  /// Range: up to 65,535; documents may ask for 5,000.
  var nodes: UInt16
  /// Pods it holds.
  var pods: Int32
}

/// How one service of a cluster really is.
///
/// Shape: one per cluster and service, 56 bytes.
struct ServiceState {
  /// How far the agent is, as it reports.
  enum Phase: UInt8 {
    case idle, waiting, pulling, replacing, available, failed
  }

  /// Since when `phase` and the version are what they are.
  var since: Instant
  /// Pods of `version` that are ready, of those it is to have; the rest are of `from`.
  var newPods: Int32 = 0
  /// Pods starting in this round.
  var roundPods: Int32 = 0
  /// How many of them come on top.
  var roundSurge: Int32 = 0
  /// Pods that were missing when the update turned round; the next round starts them.
  var gap: Int32 = 0
  /// Share of requests to `sickVersion` that fail now.
  ///
  /// Unit: parts per billion.
  var errorRate: Int32 = 0
  /// Counts changes of how its users fare, so that a notice of one that is over is not taken for
  /// the next.
  var ailment: UInt16 = 0
  /// Counts changes of course, so that what was under way before is not taken for what is now.
  var course: UInt16 = 0
  /// The last directive that was published to the agent, and the last it has taken.
  var desiredGeneration: UInt16 = 0
  var generation: UInt16 = 0
  /// Updates begun to the target and back.
  var attempts: UInt8 = 0
  var returns: UInt8 = 0
  /// The version whose requests fail.
  var sickVersion: UInt8 = 0
  /// The version its pods have or go to, and the one they come from.
  var version: UInt8
  var from: UInt8
  /// The version to go back to.
  var home: UInt8
  var phase: Phase = .idle
  /// Rounds done in this update.
  var rounds: UInt8 = 0
  /// What the last directives ask for.
  var desiresTarget = false
  var desiresPause = false
  var isPaused = false
  /// The revision that the agent reports on.
  var reportsTarget = false
  /// Whether it is unhealthy from the beginning.
  var isIll = false
  /// Whether its users fare badly.
  var isAiling = false
  /// Whether monitoring has noticed that its users fare badly.
  var isNoticedBad = false
  /// Whether its next step could not be taken and is to be tried again.
  var isBlocked = false
  /// Whether a rollout is for it.
  var isEligible = false
  /// Defects set off, by their position in the case.
  var activeDefects: UInt16 = 0

  /// Something of every line of memory that the state may lie in.
  @inline(__always)
  var ofEveryLine: UInt64 { UInt64(bitPattern: since.sinceEpoch) ^ UInt64(activeDefects) }

  /// Pods that are missing now.
  var missingPods: Int32 { roundPods - roundSurge + gap }

  /// Whether an update is under way.
  var isUpdating: Bool { phase == .pulling || phase == .replacing || phase == .waiting }
}
