import Determinism
import Experiments
import FleetModel
import Testing

@Suite("RunDifference")
struct RunDifferenceTests {
  /// The record of a run without events.
  private let record = {
    var record = RunRecord()
    record.metrics = [.finite(1), .never, .finite(3)]
    return record
  }()

  @Test("equal records do not differ")
  func equal() { #expect(RunDifference(record, record) == nil) }

  @Test("events count before draws, and draws before what is left behind")
  func order() throws {
    var other = record
    other.outcomeDigest = 1
    #expect(RunDifference(record, other) == .outcome(metric: nil))
    other.metrics[2] = .never
    #expect(RunDifference(record, other) == .outcome(metric: 2))
    other.drawDigest = 1
    #expect(RunDifference(record, other) == .draws)
    other.eventDigest = 1
    let divergence = try #require(RunDivergence(record, other))
    #expect(RunDifference(record, other) == .events(divergence))
  }

  @Test("another way has another event list, order and number of lanes", arguments: 0..<64)
  func otherWay(word: UInt64) {
    var options = RunOptions(detail: .events, wantsTranscript: true)
    for bits in [0, 1, 3] {
      options.laneBits = bits
      let other = options.otherWay(word << 20 | word)
      #expect(other.eventList != options.eventList)
      #expect(other.entityMask != options.entityMask)
      #expect(other.entityMask < 1 << 28)
      #expect(other.laneBits != bits)
      #expect(other.executor == nil && !other.wantsTranscript && other.detail == .metrics)
    }
  }
}
