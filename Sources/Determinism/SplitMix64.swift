/// The bit mixer of SplitMix64: a bijection of 64-bit words in which every bit affects every other.
///
/// - Note: Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators",
///   OOPSLA'14; the constants are Stafford's variant 13.
public enum SplitMix64 {
  /// The mixed word.
  @inlinable public static func mix(_ word: UInt64) -> UInt64 {
    var z = word
    z = (z ^ z &>> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z &>> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z &>> 31
  }
}

/// The number by which an entity is known to randomness and digests, wherever it is listed.
public enum EntityKey {
  /// The key of a name path such as "clusters/east-1".
  ///
  /// FNV-1a over the UTF-8 bytes, then mixed. Among a million names two share a key with
  /// probability 3 × 10⁻⁸.
  public static func hash(of path: String) -> UInt64 { hash(of: path.utf8) }

  /// The same of a path's UTF-8 bytes.
  @inlinable
  public static func hash(of utf8: some Sequence<UInt8>) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    return SplitMix64.mix(hash)
  }
}
