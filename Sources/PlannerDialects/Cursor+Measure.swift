package import LocatedYAML
package import RolloutStrategies

extension Cursor {
  /// A decimal number; nil where none can be read, which has been reported.
  package func measure() -> Measure? {
    guard let text else { return nil }
    return Measure(text)
      ?? refuse(
        .badDecimal, "\(quoted(text)) is not a number that is compared here",
        help: "write up to twelve digits, and decimals without an exponent", use: nil)
  }
}
