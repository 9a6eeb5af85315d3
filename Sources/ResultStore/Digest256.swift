import Determinism

/// A SHA-256 digest: the name of a scenario, a run or a whole file's contents.
public struct Digest256: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The digest.
  ///
  /// Shape: 32 bytes.
  public let bytes: [UInt8]

  /// Wraps 32 bytes; traps on any other number.
  public init(_ bytes: [UInt8]) {
    precondition(bytes.count == 32, "a digest has 32 bytes, not \(bytes.count)")
    self.bytes = bytes
  }

  /// Reads 64 hexadecimal digits of either case; nil for anything else.
  public init?(hex: String) {
    let digits = hex.utf8.compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
    guard digits.count == 64, hex.utf8.count == 64 else { return nil }
    bytes = (0..<32).map { UInt8(digits[2 * $0] << 4 | digits[2 * $0 + 1]) }
  }

  /// The digest of some bytes.
  public static func of(_ bytes: some Sequence<UInt8>) -> Digest256 {
    Digest256(SHA256.digest(of: Array(bytes)))
  }

  /// The digest in 64 lower-case hexadecimal digits.
  public var hex: String { SHA256.hex(bytes) }

  /// The digest in hexadecimal digits.
  public var description: String { hex }

  /// Orders by bytes, the first one first.
  public static func < (a: Digest256, b: Digest256) -> Bool {
    a.bytes.lexicographicallyPrecedes(b.bytes)
  }
}
