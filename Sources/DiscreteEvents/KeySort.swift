/// Sorting of keys without allocation: in place, or by bins of time with room of the caller's.
///
/// Median-of-three quicksort with insertion sort of few keys and heap sort beyond a depth, so it is
/// O(count log count) for every input. Where times are spread evenly, keys are put where about they
/// must be, and the nearly sorted rest is insertion's: O(count). The result does not depend on the
/// method: keys are distinct.
@usableFromInline
enum KeySort {
  /// The number of bins by time.
  @inlinable static var binCount: Int { 256 }
  /// The most keys that insertion is good for.
  @inlinable static var few: Int { 24 }

  /// Sorts keys in ascending order, by bins of their times if that pays.
  ///
  /// - Important: `keys` and `spare` may have been exchanged afterwards; both need the same room.
  /// - Parameters:
  ///   - keys: the keys.
  ///   - spare: room for as many.
  ///   - bins: room for `binCount` numbers.
  ///   - count: how many keys there are.
  @inlinable
  static func sort(
    _ keys: inout UnsafeMutablePointer<EventKey>, spare: inout UnsafeMutablePointer<EventKey>,
    bins: UnsafeMutablePointer<UInt32>, count: Int
  ) {
    // Where some bin must be large, the others need not be looked at.
    guard count > few, count <= binCount * few else {
      return unsafe sort(keys, count: count)
    }
    var (least, most) = unsafe (keys[0].ticks, keys[0].ticks)
    for index in 1..<count {
      let ticks = unsafe keys[index].ticks
      least = min(least, ticks)
      most = max(most, ticks)
    }
    let width = UInt64.bitWidth &- (most &- least).leadingZeroBitCount
    let shift = UInt64(max(0, width &- binCount.trailingZeroBitCount))
    guard unsafe countTimes(of: keys, count: count, from: least, by: shift, in: bins) <= few
    else { return unsafe sort(keys, count: count) }
    for index in 0..<count {
      let key = unsafe keys[index]
      let bin = Int(truncatingIfNeeded: (key.ticks &- least) &>> shift)
      unsafe spare[Int(truncatingIfNeeded: bins[bin])] = key
      unsafe bins[bin] &+= 1
    }
    unsafe insertionSort(spare, count: count)
    unsafe swap(&keys, &spare)
  }

  /// Works out where the keys of each bin begin.
  ///
  /// - Returns: the number of keys of the largest bin.
  @inlinable @inline(__always)
  static func countTimes(
    of keys: UnsafeMutablePointer<EventKey>, count: Int, from least: UInt64, by shift: UInt64,
    in bins: UnsafeMutablePointer<UInt32>
  ) -> Int {
    unsafe bins.update(repeating: 0, count: binCount)
    for index in 0..<count {
      unsafe bins[Int(truncatingIfNeeded: (keys[index].ticks &- least) &>> shift)] &+= 1
    }
    var (start, largest): (UInt32, UInt32) = (0, 0)
    for bin in 0..<binCount {
      let size = unsafe bins[bin]
      unsafe bins[bin] = start
      start &+= size
      largest = max(largest, size)
    }
    return Int(largest)
  }

  /// Sorts keys in ascending order.
  @inlinable
  static func sort(_ keys: UnsafeMutablePointer<EventKey>, count: Int) {
    guard count > few else {
      unsafe insertionSort(keys, count: count)
      return
    }
    unsafe quicksort(keys, count: count, depth: 2 * (64 - count.leadingZeroBitCount))
  }

  /// Sorts few keys by moving each down to its place.
  @inlinable
  static func insertionSort(_ keys: UnsafeMutablePointer<EventKey>, count: Int) {
    var next = 1
    while next < count {
      let key = unsafe keys[next]
      var hole = next
      while hole > 0, unsafe key < keys[hole &- 1] {
        unsafe keys[hole] = keys[hole &- 1]
        hole &-= 1
      }
      unsafe keys[hole] = key
      next &+= 1
    }
  }

  /// Sorts the smaller side by recursion and the larger one by the loop.
  @usableFromInline
  static func quicksort(_ start: UnsafeMutablePointer<EventKey>, count total: Int, depth: Int) {
    var keys = unsafe start
    var count = total
    var depth = depth
    while count > few {
      guard depth > 0 else {
        unsafe heapSort(keys, count: count)
        return
      }
      depth -= 1
      let split = unsafe partition(keys, count: count)
      if split < count - split {
        unsafe quicksort(keys, count: split, depth: depth)
        unsafe keys += split
        count -= split
      } else {
        unsafe quicksort(keys + split, count: count - split, depth: depth)
        count = split
      }
    }
    unsafe insertionSort(keys, count: count)
  }

  /// Splits keys around a median of three; the first part's keys are not after any of the second's.
  ///
  /// Returns the length of the first part, which is neither zero nor everything.
  static func partition(_ keys: UnsafeMutablePointer<EventKey>, count: Int) -> Int {
    let (a, b, c) = unsafe (keys[0], keys[count / 2], keys[count - 1])
    let pivot = max(min(a, b), min(max(a, b), c))
    var low = -1
    var high = count
    while true {
      repeat { low &+= 1 } while unsafe keys[low] < pivot
      repeat { high &-= 1 } while unsafe pivot < keys[high]
      guard low < high else { return high &+ 1 }
      let moved = unsafe keys[low]
      unsafe keys[low] = keys[high]
      unsafe keys[high] = moved
    }
  }

  /// Sorts in place by repeatedly moving the largest key behind the rest.
  static func heapSort(_ keys: UnsafeMutablePointer<EventKey>, count: Int) {
    for root in stride(from: count / 2 - 1, through: 0, by: -1) {
      unsafe sink(keys, from: root, count: count)
    }
    for last in stride(from: count - 1, to: 0, by: -1) {
      let largest = unsafe keys[0]
      unsafe keys[0] = keys[last]
      unsafe keys[last] = largest
      unsafe sink(keys, from: 0, count: last)
    }
  }

  /// Moves a key of a largest-first binary heap down to its place.
  static func sink(_ keys: UnsafeMutablePointer<EventKey>, from root: Int, count: Int) {
    let key = unsafe keys[root]
    var hole = root
    while true {
      var child = 2 * hole + 1
      guard child < count else { break }
      if child + 1 < count, unsafe keys[child] < keys[child + 1] { child += 1 }
      guard unsafe key < keys[child] else { break }
      unsafe keys[hole] = keys[child]
      hole = child
    }
    unsafe keys[hole] = key
  }
}
