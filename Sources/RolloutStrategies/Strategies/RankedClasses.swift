/// Things in a row, each of one of a few classes, with how many there are of each.
///
/// A thing changes its class, and the nth of some classes is found, in O(log n): counts are kept
/// for blocks of sixteen things, for blocks of sixteen blocks, and so on.
struct RankedClasses<Class: RawRepresentable & CaseIterable>: Codable, Equatable, Sendable
where Class: Codable & Equatable & Sendable, Class.RawValue == UInt8 {
  fileprivate typealias Counts = SIMD8<Int32>

  /// Some of the classes.
  struct Selection: Sendable {
    fileprivate var weights = Counts()

    /// Selects classes.
    init(_ classes: Class...) {
      for selected in classes { weights[Int(selected.rawValue)] = 1 }
    }

    fileprivate func contains(_ one: Class) -> Bool { weights[Int(one.rawValue)] != 0 }

    fileprivate func count(in block: Counts) -> Int { Int((block &* weights).wrappedSum()) }
  }

  /// How many bits of a rank tell the things of one block apart.
  private static var bits: Int { 4 }

  private var classes: [Class]
  /// The counts of blocks, from the smallest ones to the one that holds everything.
  private var levels: [[Counts]]

  /// A row of so many things of one class; there are at most eight classes, numbered from 0.
  init(_ count: Int, of one: Class) {
    precondition(
      Class.allCases.allSatisfy { $0.rawValue < 8 }, "\(Class.allCases.count) classes of at most 8")
    classes = Array(repeating: one, count: count)
    levels = []
    var things = classes.map { one in
      var counts = Counts()
      counts[Int(one.rawValue)] = 1
      return counts
    }
    repeat {
      let size = 1 << Self.bits
      things = stride(from: 0, to: max(1, things.count), by: size).map { start in
        things[start..<min(things.count, start + size)].reduce(Counts()) { $0 &+ $1 }
      }
      levels.append(things)
    } while things.count > 1
  }

  /// How many things there are.
  var count: Int { classes.count }

  /// The class of a thing.
  subscript(rank: Int) -> Class {
    get { classes[rank] }
    set {
      let old = classes[rank]
      guard old != newValue else { return }
      classes[rank] = newValue
      var change = Counts()
      change[Int(old.rawValue)] = -1
      change[Int(newValue.rawValue)] = 1
      var block = rank
      for level in levels.indices {
        block >>= Self.bits
        levels[level][block] &+= change
      }
    }
  }

  /// How many things are of some classes.
  func count(_ selection: Selection) -> Int { selection.count(in: levels[levels.count - 1][0]) }

  /// How many things before one are of some classes; `end` may be their number.
  func count(_ selection: Selection, before end: Int) -> Int {
    guard end < classes.count else { return count(selection) }
    var sum = 0
    var block = 0
    for level in levels.indices.dropLast().reversed() {
      let next = end >> (Self.bits * (level + 1))
      for index in (block << Self.bits)..<next { sum += selection.count(in: levels[level][index]) }
      block = next
    }
    for rank in (block << Self.bits)..<end where selection.contains(classes[rank]) { sum += 1 }
    return sum
  }

  /// The rank of the nth thing of some classes, counted from 0; nil: there are not so many.
  func rank(of number: Int, in selection: Selection) -> Int? {
    guard number < count(selection) else { return nil }
    var rest = number
    var block = 0
    for level in levels.indices.dropLast().reversed() {
      block <<= Self.bits
      while true {
        let count = selection.count(in: levels[level][block])
        guard rest >= count else { break }
        rest -= count
        block += 1
      }
    }
    var rank = block << Self.bits
    while true {
      if selection.contains(classes[rank]) {
        guard rest > 0 else { return rank }
        rest -= 1
      }
      rank += 1
    }
  }

  /// The ranks of the first things of some classes, ascending; fewer where there are not so many.
  ///
  /// So many of the first are left out as `skipped` says.
  func first(_ limit: Int, in selection: Selection, skipping skipped: Int = 0) -> [Int] {
    var found: [Int] = []
    while found.count < limit, let next = rank(of: skipped + found.count, in: selection) {
      let end = min(classes.count, (next >> Self.bits + 1) << Self.bits)
      for rank in next..<end where found.count < limit && selection.contains(classes[rank]) {
        found.append(rank)
      }
    }
    return found
  }
}
