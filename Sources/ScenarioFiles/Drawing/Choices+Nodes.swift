import Determinism

/// Choices as documents write them.
extension Choices {
  /// A length of whole seconds in a range.
  mutating func seconds(_ range: ClosedRange<Int>) -> DocumentNode {
    .text("\(number(range))s")
  }

  /// A count in a range.
  mutating func count(_ range: ClosedRange<Int>) -> DocumentNode { .text("\(number(range))") }

  /// A share in a range of whole percent.
  mutating func percent(_ range: ClosedRange<Int>) -> DocumentNode {
    .text("\(number(range))%")
  }
}
