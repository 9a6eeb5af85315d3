import Foundation

/// What one engine needed for one piece of work.
struct BenchRow: Codable, Equatable {
  /// The work: its name, its size, its windows.
  var work: String
  /// Who did it.
  var engine: String
  /// The number of entities or clusters.
  var entities: Int
  /// The number of events handled.
  var events: Int
  /// The least time an event took in any round, in nanoseconds of wall clock.
  var nanosecondsPerEvent: Double
  /// The same in processor time of all threads, which other work on the machine disturbs less.
  var processorNanosecondsPerEvent: Double
  /// The memory of states and pending events, in bytes an entity; zero where it is not counted.
  var bytesPerEntity: Int
  /// What was computed; equal for equal work.
  var digest: String

  /// The work and the engine, by which rows of two files are compared.
  var name: String { "\(work), \(engine)" }

  /// Events in a second, in millions.
  var millionPerSecond: Double { 1_000 / nanosecondsPerEvent }
}

/// A measurement under way: the best of several rounds.
struct BenchRound {
  var wall: Double
  var processor: Double
  var events: Int
  var bytes: Int
  var digest: UInt64

  /// Times a piece of work, which returns the number of its events.
  static func measure(_ work: () -> Int) -> (events: Int, wall: Double, processor: Double) {
    let clock = ContinuousClock()
    let processor = processorSeconds
    let began = clock.now
    let events = work()
    let took = (clock.now - began).components
    return (
      events, Double(took.seconds) + Double(took.attoseconds) / 1e18, processorSeconds - processor
    )
  }

  /// Processor time of this process so far, in seconds.
  static var processorSeconds: Double {
    // POSIX: a million to the second, whatever the resolution.
    Double(clock()) / 1e6
  }

  /// The row of the fastest rounds.
  static func row(
    of rounds: [BenchRound], work: String, engine: String, entities: Int
  ) -> BenchRow {
    let events = max(1, rounds.first?.events ?? 0)
    func nanoseconds(_ seconds: [Double]) -> Double {
      ((seconds.min() ?? 0) * 1e10 / Double(events)).rounded() / 10
    }
    return BenchRow(
      work: work, engine: engine, entities: entities, events: rounds.first?.events ?? 0,
      nanosecondsPerEvent: nanoseconds(rounds.map(\.wall)),
      processorNanosecondsPerEvent: nanoseconds(rounds.map(\.processor)),
      bytesPerEntity: (rounds.first?.bytes ?? 0) / max(1, entities),
      digest: String(rounds.first?.digest ?? 0, radix: 16))
  }
}
