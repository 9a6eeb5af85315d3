/// Runs bodies numbered from zero up to a count, on as many threads as it likes, and returns when
/// all are done.
public typealias LaneExecutor =
  @Sendable (_ count: Int, _ body: @escaping @Sendable (Int) -> Void) -> Void

extension Array where Element: Sendable {
  /// Changes several elements and something else, all of which have nothing to do with each other,
  /// at the same time if the executor likes.
  ///
  /// - Parameters:
  ///   - positions: where the elements are; traps when one is named twice.
  ///   - other: what else is changed.
  ///   - executor: carries out the changes.
  ///   - changeOther: what to do to the other.
  ///   - change: what to do to each element.
  @safe
  public mutating func change<Other>(
    at positions: [Int], beside other: inout Other, on executor: LaneExecutor,
    _ changeOther: @escaping @Sendable (inout Other) -> Void,
    each change: @escaping @Sendable (inout Element) -> Void
  ) {
    let sorted = positions.sorted()
    precondition(
      zip(sorted, sorted.dropFirst()).allSatisfy { $0 < $1 },
      "elements \(sorted) to be changed at the same time")
    unsafe withUnsafeMutablePointer(to: &other) { other in
      nonisolated(unsafe) let other = unsafe other
      unsafe withUnsafeMutableBufferPointer { elements in
        nonisolated(unsafe) let elements = unsafe elements
        executor(positions.count + 1) { index in
          if index == 0 {
            unsafe changeOther(&other.pointee)
          } else {
            unsafe change(&elements[positions[index - 1]])
          }
        }
      }
    }
  }
}
