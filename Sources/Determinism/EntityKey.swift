/// What identifies an entity's random draws: a fixed hash of its name, never its position.
public enum EntityKey {
  /// The key of a name or path of names.
  ///
  /// - Source: FNV-1a over the bytes, finished by the mixing function of SplitMix64.
  public static func of(_ name: String) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    return mixed(hash)
  }

  /// Spreads every bit of a word over all of them; a bijection.
  @inlinable public static func mixed(_ word: UInt64) -> UInt64 {
    var word = word
    word = (word ^ (word &>> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word &>> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word &>> 31)
  }
}
