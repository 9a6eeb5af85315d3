import Determinism

/// What can happen, in the order in which it happens at one instant.
///
/// The high half of a raw value is the class: domain failures before links and agents, before
/// execution, before signals, before planners, before starts. At its own instant an event may cause
/// only events of a later class. Raw values are part of every digest.
enum EventKind: UInt8, CaseIterable {
  /// A domain or an outage takes effect on a cluster. Source: the rule.
  case domainFails = 0x00
  /// It is over for the cluster. Source: the rule.
  case domainRecovers = 0x01
  /// A cluster becomes unhealthy for reasons of its own, or recovers.
  case healthChanges = 0x02

  /// A cluster's own link goes down or up.
  case linkChanges = 0x10
  /// A cluster was silent for too long. Attempt: the silence.
  case silenceNoticed = 0x11
  /// A cluster becomes a member.
  case joins = 0x12
  /// A cluster is no longer a member.
  case leaves = 0x13
  /// An agent looks for what is desired.
  case agentPolls = 0x14

  /// An image is there. Source: the service. Attempt: the course.
  case pullDone = 0x20
  /// The pods of a round are available. Source: the service. Attempt: the course.
  case roundDone = 0x21
  /// A node that was needed is there.
  case nodeReady = 0x22
  /// A defect is set off. Source: the defect. Attempt: the update's.
  case defectActs = 0x23
  /// Pods of one of two copies are available. Source: the service, and in the lowest bit the copy.
  /// Attempt: the copy's course.
  case podsReady = 0x24
  /// A delivery wants to look at its cluster. Source: the service. Attempt: the look.
  case deliveryLooks = 0x25

  /// Replicas that a cluster was asked for are ready. Source: the service. Attempt: the batch.
  case replicasReady = 0x26

  /// Monitoring notices how users fare. Attempt: the ailment.
  case healthNoticed = 0x30
  /// An update is reported failed. Source: the service. Attempt: the course.
  case stallNoticed = 0x31
  /// An operator's approval arrives at a planner. Source: the rollout. Attempt: the stage.
  case approvalArrives = 0x32
  /// The answer of a group's operator arrives at a planner. Source: the request.
  case gateOpens = 0x33
  /// A planner's claim arrives at the coordinator of a budget. Source: the claim.
  case claimArrives = 0x34
  /// The placement of a service looks at what has changed.
  case placementLooks = 0x35
  /// An operator answers a freeze. Source: the rollout. Attempt: which freeze it was.
  case freezeAnswered = 0x36
  /// The time is over in which a cluster's requests are counted. Source: the look that it is for.
  case requestsCounted = 0x37
  /// What clusters have counted is there for a planner. Source: the look.
  case countsGathered = 0x38

  /// A planner looks at what has arrived, and decides. Attempt: the look.
  case plannerLooks = 0x41

  /// A directive arrives at a cluster. Source: the rollout and a share. Attempt: what it says.
  case directiveArrives = 0x50
  /// A cluster's part of the demand changes. Source: the division of demand.
  case demandArrives = 0x51
  /// A cluster is asked to have another number of replicas. Source: the number.
  case replicasAsked = 0x52

  /// The least raw value of planners' class: what happens at an instant before planners look is
  /// below it.
  static let lookBound: UInt8 = 0x40

  /// Whether an event, by its raw value, often has to do with its cluster's services: all do but
  /// those that tell who can be reached.
  @inline(__always)
  static func concernsServices(_ rawValue: UInt8) -> Bool {
    rawValue != linkChanges.rawValue && rawValue != silenceNoticed.rawValue
  }

  /// The class, which orders events of one instant.
  var eventClass: Int { Int(rawValue >> 4) }
}

/// The rollout of a directive, and the share that it asks for, as they fit into an event.
struct DirectiveSource {
  /// Rollouts that can be told apart.
  static let rolloutLimit = 1 << 8

  /// The rollout in the low byte, above it the share in parts per million; 0: all.
  let rawValue: Int

  init(rawValue: Int) { self.rawValue = rawValue }

  init(rollout: Int, share: Ratio?) {
    precondition(rollout < Self.rolloutLimit, "rollout \(rollout) of \(Self.rolloutLimit)")
    let parts = Int((share ?? .zero).partsPerBillion + 500) / 1_000
    rawValue = parts << 8 | rollout
  }

  var rollout: Int { rawValue & 0xFF }
  var share: Ratio {
    rawValue >> 8 == 0 ? .one : Ratio(partsPerBillion: Int64(rawValue >> 8) * 1_000)
  }
}

/// The look at a rollout that requests are counted for, as it fits into an event.
struct CountSource {
  /// Looks that can be told apart; later ones begin anew.
  private static let lookLimit = 1 << 19

  /// Whether it is of the control in the lowest bit, above it the rollout in a byte and the look.
  let rawValue: Int

  init(rawValue: Int) { self.rawValue = rawValue }

  init(rollout: Int, look: Int, isControl: Bool) {
    precondition(
      rollout < DirectiveSource.rolloutLimit,
      "rollout \(rollout) of \(DirectiveSource.rolloutLimit)")
    rawValue = (look % Self.lookLimit) << 9 | rollout << 1 | (isControl ? 1 : 0)
  }

  var isControl: Bool { rawValue & 1 == 1 }
  var rollout: Int { rawValue >> 1 & 0xFF }

  /// Whether it is for a look.
  func isFor(_ look: Int) -> Bool { rawValue >> 9 == look % Self.lookLimit }
}

/// A directive as it fits into an event: generation, revision and pause.
struct DirectiveTag {
  /// Directives to one cluster and rollout that can be told apart.
  static let generationLimit: UInt16 = 1 << 10

  let rawValue: UInt16

  init(rawValue: UInt16) { self.rawValue = rawValue }

  init(generation: UInt16, isTarget: Bool, isPaused: Bool) {
    precondition(
      generation < Self.generationLimit,
      "\(generation) directives to one cluster: a strategy changes its mind without end")
    rawValue = generation << 2 | (isTarget ? 2 : 0) | (isPaused ? 1 : 0)
  }

  var generation: UInt16 { rawValue >> 2 }
  var isTarget: Bool { rawValue & 2 != 0 }
  var isPaused: Bool { rawValue & 1 != 0 }
}
