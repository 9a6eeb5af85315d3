/// A pattern of names, of which letters and `.*` mean something, and `^` and `$` at its ends.
struct NamePattern {
  private let parts: [Substring]
  private let isFromStart: Bool
  private let isToEnd: Bool

  /// Reads a pattern.
  init(_ pattern: String) {
    isFromStart = pattern.hasPrefix("^")
    isToEnd = pattern.hasSuffix("$")
    parts = pattern.dropFirst(isFromStart ? 1 : 0).dropLast(isToEnd ? 1 : 0).split(
      separator: ".*", omittingEmptySubsequences: false)
  }

  /// Whether a name has the parts in their order, which any text may stand between.
  func matches(_ name: String) -> Bool {
    var rest = Substring(name)
    for (index, part) in parts.enumerated() where !part.isEmpty {
      let isAnchored = index == 0 && isFromStart
      if index == parts.count - 1, isToEnd {
        return rest.hasSuffix(part) && (!isAnchored || rest.count == part.count)
      }
      guard let range = rest.firstRange(of: part),
        !isAnchored || range.lowerBound == rest.startIndex
      else { return false }
      rest = rest[range.upperBound...]
    }
    return true
  }
}
