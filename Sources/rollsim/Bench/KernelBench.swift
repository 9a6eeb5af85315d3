import Determinism
import DiscreteEvents
import Dispatch

/// The kernel on the benchmarks of its field, every engine beside the plain heap loop.
struct KernelBench {
  /// How often each engine does each piece of work; they take turns.
  var rounds: Int
  /// About how many events a piece of work has.
  var events: Int

  /// Who does the work.
  enum Engine: CaseIterable {
    case heap, wheel, windows, twoThreads, chosen

    var name: String {
      switch self {
      case .heap: "plain heap"
      case .wheel: "wheel"
      case .windows: "windows, 1 thread"
      case .twoThreads: "windows, 2 threads"
      case .chosen: "by density"
      }
    }
  }

  /// Every lane of a window on a thread of its own.
  private static func threads(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
    DispatchQueue.concurrentPerform(iterations: count, execute: body)
  }

  /// PHOLD with a digest: windows of so many tenths of a unit.
  func phold(entities: Int, windowTenths: Int) -> [BenchRow] {
    let ticks = Int64(windowTenths) * Int64(PHOLD<PhiloxDraws>.unitTicks) / 10
    let model = PHOLD(
      entityCount: entities, lookahead: Microseconds(ticks), draws: PhiloxDraws(seed: 1))
    let units = Double(events) / Double(entities)
    let end = Instant(sinceEpoch: Int64(units * Double(PHOLD<PhiloxDraws>.unitTicks)))
    let work = "PHOLD \(entities), window \(windowTenths / 10).\(windowTenths % 10)"
    // Shards of which two threads have some to share, even where there are few entities.
    let bits = max(
      6, min(WindowLoop.usualShardBits, entities.bitWidth - 4 - entities.leadingZeroBitCount))
    return rows(work, entities) { engine in
      carryOut(model, end, bits, engine, timesSetUp: false) { model.digest($0) }
    }
  }

  /// Lifecycle-6, with its set-up.
  func lifecycle(entities: Int) -> [BenchRow] {
    let model = Lifecycle(entityCount: entities, draws: PhiloxDraws(seed: 1))
    return rows("Lifecycle-6 \(entities)", entities) { engine in
      carryOut(
        model, Instant(sinceEpoch: 1 << 51), WindowLoop.usualShardBits, engine, timesSetUp: true
      ) { model.digest($0) }
    }
  }

  /// One row an engine, whose rounds take turns.
  private func rows(
    _ work: String, _ entities: Int, _ body: (Engine) -> BenchRound
  ) -> [BenchRow] {
    var measured = Engine.allCases.map { _ in [BenchRound]() }
    for _ in 0..<rounds {
      for (index, engine) in Engine.allCases.enumerated() { measured[index].append(body(engine)) }
    }
    return zip(Engine.allCases, measured).map { engine, rounds in
      BenchRound.row(of: rounds, work: work, engine: engine.name, entities: entities)
    }
  }

  private func carryOut<Model: EntityModel>(
    _ model: Model, _ end: Instant, _ shardBits: Int, _ engine: Engine, timesSetUp: Bool,
    digest: (borrowing EntityStates<Model.State>) -> UInt64
  ) -> BenchRound {
    switch engine {
    case .heap:
      var loop = ListLoop<PlainHeap>()
      return time(model, timesSetUp, digest, &loop, begin: { $0.begin($1, &$2) }) {
        ($0.run($1, &$2, before: end), $0.allocatedBytes)
      }
    case .wheel:
      var loop = ListLoop<BlockWheel>()
      return time(model, timesSetUp, digest, &loop, begin: { $0.begin($1, &$2) }) {
        ($0.run($1, &$2, before: end), $0.allocatedBytes)
      }
    case .windows, .twoThreads:
      let isThreaded = engine == .twoThreads
      var loop = WindowLoop(for: model, shardBits: shardBits, laneCount: isThreaded ? 2 : 1)
      var executor: LaneExecutor?
      if isThreaded { executor = Self.threads }
      return time(model, timesSetUp, digest, &loop, begin: { $0.begin($1, &$2) }) {
        ($0.run($1, &$2, before: end, on: executor), $0.allocatedBytes)
      }
    case .chosen:
      var run = EntityRun(for: model, shardBits: shardBits)
      return time(model, timesSetUp, digest, &run, begin: { $0.begin($1, &$2) }) {
        ($0.run($1, &$2, before: end), $0.allocatedBytes)
      }
    }
  }

  /// Times a loop over fresh states, from its first event or from its set-up on.
  @inline(__always)
  private func time<Model: EntityModel, Loop: ~Copyable>(
    _ model: Model, _ timesSetUp: Bool, _ digest: (borrowing EntityStates<Model.State>) -> UInt64,
    _ loop: inout Loop,
    begin: (inout Loop, Model, inout EntityStates<Model.State>) -> Void,
    run: (inout Loop, Model, inout EntityStates<Model.State>) -> (events: Int, bytes: Int)
  ) -> BenchRound {
    var states = EntityStates(of: model)
    if !timesSetUp { begin(&loop, model, &states) }
    var bytes = 0
    let measured = BenchRound.measure {
      if timesSetUp { begin(&loop, model, &states) }
      let done = run(&loop, model, &states)
      bytes = done.bytes
      return done.events
    }
    return BenchRound(
      wall: measured.wall, processor: measured.processor, events: measured.events,
      bytes: bytes + states.allocatedBytes, digest: digest(states))
  }
}
