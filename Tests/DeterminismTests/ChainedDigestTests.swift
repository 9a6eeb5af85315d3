import Determinism
import Testing

@Suite("ChainedDigest")
struct ChainedDigestTests {
  let start = Instant(sinceEpoch: 1_000)

  private func digest() -> ChainedDigest {
    ChainedDigest(entityCount: 3, from: start, to: start + .seconds(1))
  }

  @Test("the order between entities does not count, the order within one does")
  func order() {
    var (a, b, c) = (digest(), digest(), digest())
    a.fold(0, key: 10, 1, 2)
    a.fold(0, key: 10, 3, 4)
    a.fold(1, key: 11, 5, 6)
    b.fold(1, key: 11, 5, 6)
    b.fold(0, key: 10, 1, 2)
    b.fold(0, key: 10, 3, 4)
    c.fold(0, key: 10, 3, 4)
    c.fold(0, key: 10, 1, 2)
    c.fold(1, key: 11, 5, 6)
    #expect(a.total == b.total)
    #expect(a.total != c.total)
  }

  @Test("the position of an entity does not count, its key and words do")
  func position() {
    var totals: [UInt64] = []
    for (entity, key, word): (Int, UInt64, UInt64) in [(0, 7, 1), (2, 7, 1), (0, 8, 1), (0, 7, 2)] {
      var digest = digest()
      digest.fold(entity, key: key, word, 0)
      totals.append(digest.total)
    }
    #expect(totals[0] == totals[1])
    #expect(totals[0] != totals[2] && totals[0] != totals[3])
    #expect(digest().total == 0)
  }

  @Test("no single bit of a word can change unnoticed, and swapped words are told")
  func sensitivity() {
    var seen: Set<UInt64> = []
    for bit: UInt64 in 0..<64 {
      var (a, b) = (digest(), digest())
      a.fold(0, key: 1, 1 << bit, 0)
      b.fold(0, key: 1, 0, 1 << bit)
      seen.formUnion([a.total, b.total])
    }
    #expect(seen.count == 128)
  }

  @Test("entities divided among digests come to what one digest says of all, bucket by bucket")
  func merging() {
    var whole = digest()
    var parts = [digest(), digest()]
    for step in 0..<90 {
      let now = start + .milliseconds(Int64(11 * step))
      let entity = step * step % 3
      whole.advance(to: now)
      whole.fold(entity, key: UInt64(entity), UInt64(step), 7)
      parts[entity % 2].advance(to: now)
      parts[entity % 2].fold(entity, key: UInt64(entity), UInt64(step), 7)
    }
    whole.finish()
    for part in parts.indices { parts[part].finish() }
    parts[0].merge(parts[1])
    #expect(parts[0].total == whole.total)
    #expect(parts[0].checkpoints == whole.checkpoints)
  }

  @Test("a checkpoint is the total at the end of its time bucket, the end excluded")
  func checkpoints() {
    var digest = ChainedDigest(
      entityCount: 1, from: start, to: start + Microseconds(240_000))
    #expect(digest.bucketCount == 240 && digest.bucketLength == .milliseconds(1))
    digest.advance(to: start + Microseconds(999))
    digest.fold(0, key: 5, 1, 1)
    let first = digest.total
    digest.advance(to: start + Microseconds(1_000))
    digest.fold(0, key: 5, 2, 2)
    #expect(digest.checkpoints == [first])
    digest.advance(to: start + Microseconds(4_500))
    #expect(digest.checkpoints == [first, digest.total, digest.total, digest.total])
    digest.finish()
    #expect(digest.checkpoints.count == 240)
  }

  @Test(
    "there are at most 240 buckets and they cover the span",
    arguments: [
      1, 239, 240, 241, 1_000, 86_400_000_001,
    ])
  func buckets(span: Int64) {
    let digest = ChainedDigest(entityCount: 0, from: start, to: start + Microseconds(span))
    #expect(digest.bucketCount <= 240)
    #expect(digest.bucketLength.count * Int64(digest.bucketCount) >= span)
    #expect(digest.bucketLength.count * Int64(digest.bucketCount - 1) < span)
  }
}
