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
