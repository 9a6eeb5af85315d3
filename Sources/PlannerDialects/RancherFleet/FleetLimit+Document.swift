package import LocatedYAML
package import RolloutStrategies

extension FleetLimit {
  /// Reads a limit as it is written; nil: the system refuses it.
  package init?(_ value: SourceValue) {
    guard case .scalar(let text, let isPlain) = value.content else { return nil }
    if isPlain, let count = Int32(text) {
      self = .count(Int(count))
    } else if let count = Int32(text) {
      guard count > 0 else { return nil }
      self = .quotedCount(Int(count))
    } else {
      guard text.hasSuffix("%"), let millionths = Self.millionths(text.dropLast()) else {
        return nil
      }
      self = .percent(millionths: millionths)
    }
  }

  /// A decimal number in millionths, of which further digits are cut; below zero it is zero.
  private static func millionths(_ text: Substring) -> Int64? {
    let isNegative = text.first == "-"
    let digits = text.first == "-" || text.first == "+" ? text.dropFirst() : text
    let parts = digits.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    let fraction = parts.count == 2 ? parts[1] : ""
    let isDigit = { (character: Character) in character.isASCII && character.isNumber }
    guard !digits.isEmpty, digits != ".", parts[0].allSatisfy(isDigit),
      fraction.allSatisfy(isDigit), parts[0].count <= 9
    else { return nil }
    let low = fraction.prefix(6)
    let padded = low + String(repeating: "0", count: 6 - low.count)
    let whole = Int64(parts[0]) ?? 0
    return isNegative ? 0 : whole * 1_000_000 + (Int64(padded) ?? 0)
  }
}
