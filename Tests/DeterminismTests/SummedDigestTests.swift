import Determinism
import Testing

@Suite("SummedDigest")
struct SummedDigestTests {
  @Test("order and grouping do not count; address, value and repetition do")
  func laws() {
    var (a, b, c) = (SummedDigest(), SummedDigest(), SummedDigest())
    a.add(entity: 1, .link, 0, value: 5)
    a.add(entity: 2, .link, 0, value: 6)
    b.add(entity: 2, .link, 0, value: 6)
    c.add(entity: 1, .link, 0, value: 5)
    b.merge(c)
    #expect(a == b && a.count == 2)
    var seen: Set<UInt64> = []
    for (key, purpose, ordinal, value): (UInt64, RandomPurpose, UInt32, UInt64) in [
      (1, .link, 0, 5), (2, .link, 0, 5), (1, .domain, 0, 5), (1, .link, 1, 5), (1, .link, 0, 6),
    ] {
      var digest = SummedDigest()
      digest.add(entity: key, purpose, ordinal, value: value)
      seen.insert(digest.sum)
      digest.add(entity: key, purpose, ordinal, value: value)
      seen.insert(digest.sum)
    }
    #expect(seen.count == 10)
  }
}
