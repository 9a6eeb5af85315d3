import Determinism
import Testing

@Suite("SHA256")
struct SHA256Tests {
  /// Messages and hashes of FIPS 180-4's examples (NIST), and of the empty message.
  static let published: [(String, String)] = [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (
      "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmno"
        + "ijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
      "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
    ),
  ]

  @Test("gives the published hashes")
  func knownAnswers() {
    for (message, hash) in Self.published {
      #expect(SHA256.hex(of: Array(message.utf8)) == hash)
    }
  }

  @Test("gives the published hash of a million times the letter a")
  func longMessage() {
    #expect(
      SHA256.hex(of: .init(repeating: UInt8(ascii: "a"), count: 1_000_000))
        == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  @Test("does not depend on how the bytes are divided into pieces", arguments: 0..<20)
  func pieces(seed: UInt64) {
    let bytes = (0..<500 as Range<UInt32>).map { UInt8(truncatingIfNeeded: $0 &* 37) }
    var hash = SHA256()
    var rest = bytes[...]
    var ordinal: UInt32 = 0
    while !rest.isEmpty {
      let words = RandomStream(seed: seed, replication: 0).words(entity: 0, .test, ordinal)
      let piece = rest.prefix(Int(words.below(150)))
      hash.update(Array(piece))
      rest = rest.dropFirst(piece.count)
      ordinal += 1
    }
    #expect(hash.digest() == SHA256.digest(of: bytes), "seed \(seed)")
  }
}

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
