/// Runs bodies numbered from zero up to a count, on as many threads as it likes, and returns when
/// all are done.
public typealias LaneExecutor =
  @Sendable (_ count: Int, _ body: @escaping @Sendable (Int) -> Void) -> Void

extension Array where Element: Sendable {
  /// Changes several elements that have nothing to do with each other, at the same time if the
  /// executor likes.
  ///
  /// - Parameters:
  ///   - positions: where they are; traps when one is named twice.
  ///   - executor: carries out the changes.
  ///   - change: what to do to each.
  @safe
  public mutating func change(
    at positions: [Int], on executor: LaneExecutor,
    _ change: @escaping @Sendable (inout Element) -> Void
  ) {
    let sorted = positions.sorted()
    precondition(
      zip(sorted, sorted.dropFirst()).allSatisfy { $0 < $1 },
      "elements \(sorted) to be changed at the same time")
    unsafe withUnsafeMutableBufferPointer { elements in
      nonisolated(unsafe) let elements = unsafe elements
      executor(positions.count) { unsafe change(&elements[positions[$0]]) }
    }
  }
}
