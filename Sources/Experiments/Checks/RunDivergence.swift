public import Determinism
public import FleetModel

/// Where two runs begin to differ.
public struct RunDivergence: Equatable, Sendable {
  /// The first time bucket at the end of which their fingerprints differ.
  ///
  /// nil: the fingerprints can not tell, as of runs of different lengths.
  public private(set) var bucket: Int?
  /// When that bucket begins and ends, from the start of the runs.
  public private(set) var span: Range<Microseconds>?
  /// The first event of the one that the other does not have in its place; nil: it has no more.
  ///
  /// Both are nil where the events that were kept are equal.
  public private(set) var first: RunRecord.TracedEvent?
  /// The event in its place in the other.
  public private(set) var second: RunRecord.TracedEvent?

  /// Looks for it; nil: the same happened in both.
  ///
  /// Events are compared as far as both records keep them.
  public init?(_ a: RunRecord, _ b: RunRecord) {
    guard a.eventDigest != b.eventDigest || a.eventCount != b.eventCount else { return nil }
    if a.bucketLength == b.bucketLength {
      bucket =
        zip(a.eventCheckpoints, b.eventCheckpoints).enumerated()
        .first { $0.element.0 != $0.element.1 }?.offset
    }
    span = bucket.map { bucket in
      let start = Microseconds(a.bucketLength.count * Int64(bucket))
      return start..<Microseconds(start.count + a.bucketLength.count)
    }
    guard !a.trace.isEmpty, !b.trace.isEmpty else { return }
    let equal = zip(a.trace, b.trace).prefix { $0 == $1 }.count
    first = equal < a.trace.count ? a.trace[equal] : nil
    second = equal < b.trace.count ? b.trace[equal] : nil
  }
}
