import Determinism

@testable import RolloutStrategies

/// A staged update run that really polls, and at every look walks every cluster of the stage.
struct LiteralStagedRun {
  private struct Member {
    var cluster: ClusterID
    var isStarted = false
    var hasSucceeded = false
  }

  private let policy: KubeFleetStagedPolicy
  private let test: ClusterTest
  private let selected: [ClusterID]
  private var stages: [[Member]]
  private var current = 0
  private var isUpdating = false
  private var waitingSince: Instant?
  /// When each cluster was started.
  private(set) var startedAt: [(cluster: ClusterID, at: Instant)] = []
  /// When it ended, and whether well.
  private(set) var end: (at: Instant, isComplete: Bool)?
  /// Its next look.
  private(set) var nextLook: Instant

  init(_ policy: KubeFleetStagedPolicy, _ test: ClusterTest, _ status: FleetStatus, at now: Instant)
  {
    self.policy = policy
    self.test = test
    nextLook = now
    selected = Self.present(test, status)
    do throws(InitializationFailure) {
      let sorted = try UpdateRunStages(policy.stages, of: selected, in: status.fleet)
      stages = (0..<sorted.count).map { sorted.clusters(of: $0).map { Member(cluster: $0) } }
    } catch {
      stages = []
      end = (now, false)
    }
  }

  private static func present(_ test: ClusterTest, _ status: FleetStatus) -> [ClusterID] {
    status.fleet.clusters.filter { test.chooses($0, of: status.fleet) && status[$0].isMember }
  }

  /// One reconcile.
  mutating func look(_ status: FleetStatus) {
    let now = nextLook
    guard end == nil else { return }
    guard Self.present(test, status) == selected else {
      end = (now, false)
      return
    }
    guard current < stages.count else {
      end = (now, true)
      return
    }
    let wait = reconcile(status, at: now)
    guard wait > .zero else { return look(status) }
    nextLook = now + wait
  }

  /// How long until the next look; zero: the stage has ended, look again at once.
  private mutating func reconcile(_ status: FleetStatus, at now: Instant) -> Microseconds {
    guard !stages[current].isEmpty else { return leave() }
    let stage = policy.stages[current]
    let approved = status.rollout.approved
    if !isUpdating, !stage.beforeTasks.isEmpty, !approved.contains(stages.count + current) {
      return .seconds(60)
    }
    isUpdating = true
    walk(status, slots: stage.slots(ofStageWith: stages[current].count), at: now)
    guard stages[current].allSatisfy(\.hasSucceeded) else { return .seconds(15) }
    let since = waitingSince ?? now
    waitingSince = since
    var isDone = true
    var wait = Microseconds.seconds(60)
    for task in stage.afterTasks {
      switch task.kind {
      case .approval: isDone = isDone && approved.contains(current)
      case .timedWait:
        let left = since + (task.waitTime ?? .zero) - now
        guard left > .zero else { continue }
        isDone = false
        wait = left
      }
    }
    return isDone ? leave() : wait
  }

  private mutating func leave() -> Microseconds {
    current += 1
    isUpdating = false
    waitingSince = nil
    return .zero
  }

  private mutating func walk(_ status: FleetStatus, slots: Int, at now: Instant) {
    var updating = 0
    for index in stages[current].indices where updating < slots {
      let member = stages[current][index]
      guard !member.hasSucceeded else { continue }
      guard member.isStarted else {
        stages[current][index].isStarted = true
        startedAt.append((member.cluster, now))
        updating += 1
        continue
      }
      let known = status[member.cluster]
      let isAvailable =
        known.observed.generation == known.asked.generation && known.observed.isAvailableAtTarget
      if isAvailable {
        stages[current][index].hasSucceeded = true
      } else {
        updating += 1
      }
    }
  }
}
