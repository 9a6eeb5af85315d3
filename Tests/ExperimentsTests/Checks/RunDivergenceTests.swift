import Determinism
import Experiments
import FleetModel
import Testing

@Suite("RunDivergence")
struct RunDivergenceTests {
  /// A record of one event a minute, in buckets of ten minutes.
  private func record(_ details: [Int]) -> RunRecord {
    var record = RunRecord()
    record.bucketLength = .minutes(10)
    record.trace = details.enumerated().map { minute, detail in
      .init(after: .minutes(Int64(minute)), kind: "report", entity: "a", detail: detail)
    }
    var digest: UInt64 = 0
    for (minute, detail) in details.enumerated() {
      digest = digest &* 31 &+ UInt64(detail)
      if minute % 10 == 9 { record.eventCheckpoints.append(digest) }
    }
    record.eventDigest = digest
    record.eventCount = details.count
    return record
  }

  @Test("equal runs do not differ, whatever is kept of them")
  func equal() {
    var other = record(Array(0..<40))
    #expect(RunDivergence(record(Array(0..<40)), other) == nil)
    other.trace = []
    #expect(RunDivergence(record(Array(0..<40)), other) == nil)
  }

  @Test("the first event that differs is found, in the bucket it is in", arguments: [0, 9, 10, 39])
  func found(minute: Int) throws {
    var details = Array(0..<40)
    details[minute] = 1_000
    let divergence = try #require(RunDivergence(record(Array(0..<40)), record(details)))
    #expect(divergence.bucket == minute / 10)
    let start = Int64(minute / 10 * 10)
    #expect(divergence.span == .minutes(start)..<Microseconds.minutes(start + 10))
    #expect(divergence.first?.detail == minute)
    #expect(divergence.second?.detail == 1_000)
    #expect(divergence.second?.after == .minutes(Int64(minute)))
  }

  @Test("a run that goes on where the other ends differs in what it has more")
  func longer() throws {
    let short = record(Array(0..<40))
    let divergence = try #require(RunDivergence(short, record(Array(0..<41))))
    #expect(divergence.bucket == nil)
    #expect(divergence.first == nil)
    #expect(divergence.second?.detail == 40)
  }

  @Test("runs of other buckets are compared by their events alone")
  func otherBuckets() throws {
    var other = record([0, 1, 7])
    other.bucketLength = .minutes(3)
    let divergence = try #require(RunDivergence(record([0, 1, 2]), other))
    #expect(divergence.bucket == nil && divergence.span == nil)
    #expect(divergence.first?.detail == 2 && divergence.second?.detail == 7)
  }
}
