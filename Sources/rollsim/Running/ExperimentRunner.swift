import Determinism
import Dispatch
import Experiments
import FleetModel
import Foundation
import ResultStore
import RolloutStrategies
import Synchronization

/// Carries out runs on several threads and stores them in the plan's order, so that the database
/// does not depend on how many threads there were or how they were scheduled.
struct ExperimentRunner {
  let world: World
  let plan: RunPlan
  let options: RunOptions
  let audit: Audit
  let threads: Int
  let interruption: Interruption

  /// What a batch came to.
  struct Summary {
    var stored = 0
    /// Runs that were carried out twice and came out the same.
    var audited = 0
    /// Groups that were not carried out because of a signal.
    var wasInterrupted = false
    /// The steps of the planners of the last arm, if asked for.
    var transcript: [PlannerStep] = []
  }

  /// A finished run and how long it took.
  struct Finished: Sendable {
    var result: RunResult
    var startedAt: Date
    var wallSeconds: Double
    /// How it came out differently when it was audited; nil: it did not.
    var difference: RunDifference?
  }

  /// What the threads share: which run comes next, and the finished runs of groups that are not
  /// stored yet.
  fileprivate final class Shelf: Sendable {
    struct State {
      var next = 0
      var finished: [[Finished?]]
      var workers: Int
    }

    let state: Mutex<State>
    let changed = DispatchSemaphore(value: 0)
    /// Counts the runs that may be begun before another one is stored.
    let room = DispatchSemaphore(value: 0)
    let workers: Int
    let isStopping = Atomic<Bool>(false)
    /// Threads that have no run of their own.
    let crew = Crew()

    init(_ plan: RunPlan, workers: Int) {
      let finished = plan.groups.map { group in
        [Finished?](repeating: nil, count: group.items.count)
      }
      state = Mutex(State(finished: finished, workers: workers))
      self.workers = workers
      // Enough that no thread waits while a long run holds up the others, and that the first group
      // to be stored always fits.
      let groupSize = plan.groups.lazy.map(\.items.count).max() ?? 0
      makeRoom(max(64, 4 * workers, groupSize))
    }

    /// Lets so many more runs begin.
    func makeRoom(_ count: Int) {
      for _ in 0..<count { room.signal() }
    }

    /// Lets no further run begin.
    func stop() {
      guard !isStopping.exchange(true, ordering: .relaxed) else { return }
      makeRoom(workers)
    }

    /// The finished runs of a group once there are all of them; they are taken out.
    func take(_ group: Int) -> [Finished]? {
      state.withLock { state in
        let runs = state.finished[group].compactMap { $0 }
        guard runs.count == state.finished[group].count else { return nil }
        state.finished[group] = []
        return runs
      }
    }

    var isDeserted: Bool { state.withLock { $0.workers == 0 } }
  }

  /// Most clusters of all runs that are carried out at once: runs of larger fleets take turns, and
  /// threads without one help with it.
  ///
  /// At some 200 bytes each they are to fit into memory. A single run and the one that it is
  /// compared with take turns earlier: they are about as fast so, in a third less memory.
  private var mostClusters: Int { plan.runCount > 2 ? 10_000_000 : 1_500_000 }

  /// Threads that have runs of their own.
  private var workers: Int {
    max(1, min(threads, plan.runCount, mostClusters / max(1, world.fleet.count)))
  }

  /// Carries out the plan.
  ///
  /// `store` is called with the finished runs of each group, in the plan's order; it returns how
  /// many it stored.
  func run(
    store: (RunPlan.Group, [Finished]) throws -> Int
  ) throws -> Summary {
    var summary = Summary()
    let workers = workers
    let shelf = Shelf(plan, workers: workers)
    defer { shelf.crew.stop() }
    for _ in 0..<workers { start { self.work(shelf) } }
    for _ in workers..<max(workers, threads) { start { shelf.crew.help() } }
    var progress = Progress(total: plan.runCount)
    defer { progress.clear() }
    var done = 0
    var position = 0
    while position < plan.groups.count {
      shelf.changed.wait()
      if interruption.signal != nil { shelf.stop() }
      while position < plan.groups.count, let runs = shelf.take(position) {
        // Storing may be slower than simulating: then this loop goes on for as long as the batch.
        if interruption.signal != nil { shelf.stop() }
        do {
          summary.stored += try store(plan.groups[position], runs)
        } catch {
          shelf.stop()
          while !shelf.isDeserted { shelf.changed.wait() }
          throw error
        }
        summary.transcript = runs.last?.result.transcript ?? []
        done += runs.count
        position += 1
        shelf.makeRoom(runs.count)
        progress.show(done)
      }
      if shelf.isDeserted, position < plan.groups.count, !shelf.isComplete(position) { break }
    }
    summary.wasInterrupted = position < plan.groups.count
    return summary
  }

  private func work(_ shelf: Shelf) {
    let order = plan.groups.indices.flatMap { group in
      plan.groups[group].items.indices.map { (group, $0) }
    }
    while true {
      shelf.room.wait()
      if shelf.isStopping.load(ordering: .relaxed) { break }
      let next = shelf.state.withLock { state in
        defer { state.next += 1 }
        return state.next
      }
      guard next < order.count else { break }
      let (group, item) = order[next]
      let finished = carryOut(plan.groups[group].items[item], shelf)
      shelf.state.withLock { $0.finished[group][item] = finished }
      shelf.changed.signal()
    }
    shelf.state.withLock { $0.workers -= 1 }
    shelf.changed.signal()
    shelf.crew.help()
  }

  private func carryOut(_ item: RunPlan.Item, _ shelf: Shelf) -> Finished {
    var options = options
    // The last runs of a batch have the cores to themselves.
    options.executor = { count, body in shelf.crew.carryOut(count, body) }
    options.laneBits = laneBits
    let startedAt = Date()
    let clock = ContinuousClock()
    let began = clock.now
    let result = world.run(item.request, options: options)
    let took = (clock.now - began).components
    return Finished(
      result: result, startedAt: startedAt,
      wallSeconds: Double(took.seconds) + Double(took.attoseconds) / 1e18,
      difference: item.isAudited
        ? audit.difference(of: item.request, from: result.record, carriedOut: options) : nil)
  }

  /// Into how many lanes clusters are divided, as a power of two.
  ///
  /// Only large fleets have enough to do between two looks of a planner; and in a long batch in
  /// which every thread has runs of its own, those are a tenth dearer in lanes.
  private var laneBits: Int {
    guard world.fleet.count >= 16_384, plan.runCount < 4 * threads || workers < threads else {
      return 0
    }
    return min(3, Int.bitWidth - 1 - threads.leadingZeroBitCount)
  }

  private func start(_ body: @escaping @Sendable () -> Void) {
    // A thread of its own, not a task: a run occupies its thread for long, and how many there are
    // is the user's choice.
    let thread = Thread(block: body)
    thread.stackSize = 16 << 20
    thread.start()
  }
}

extension ExperimentRunner.Shelf {
  /// Whether every run of a group is finished.
  fileprivate func isComplete(_ group: Int) -> Bool {
    state.withLock { $0.finished[group].allSatisfy { $0 != nil } }
  }
}
