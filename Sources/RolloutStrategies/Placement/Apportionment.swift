/// Divides a whole into whole parts in proportion to weights, by largest remainder.
///
/// Each part is first the whole number below its exact share. What is left over goes, one each, to
/// the parts with the largest remainders; among equal remainders to the one with the smaller tie,
/// then to the earlier. So every part is its exact share rounded down or up, the parts add up to
/// the whole, and a part is never more than its weight as long as the whole is at most their sum.
///
/// If all weights are 0, all count as equal. O(parts · log parts).
/// - Source: the method of Hamilton, as Karmada divides replicas by static weights.
package enum Apportionment {
  /// The parts, in the order of the weights; traps when a number is negative, or when there is
  /// something to divide and nothing to divide it among.
  ///
  /// - Parameters:
  ///   - whole: what is divided.
  ///   - weights: one for each part.
  ///   - ties: what orders parts with equal remainders, one for each part.
  /// - Returns: the parts.
  package static func parts(of whole: Int64, by weights: [Int64], ties: [UInt64]) -> [Int64] {
    precondition(whole >= 0 && weights.allSatisfy { $0 >= 0 }, "\(whole) by \(weights)")
    precondition(whole == 0 || !weights.isEmpty, "\(whole) among nobody")
    let total = weights.reduce(into: Int128(0)) { $0 += Int128($1) }
    guard total > 0 else {
      return weights.isEmpty
        ? [] : parts(of: whole, by: weights.map { _ in 1 }, ties: ties)
    }
    var left = whole
    var parts: [Int64] = []
    var remainders: [Int128] = []
    for weight in weights {
      let (part, remainder) =
        (Int128(whole) * Int128(weight)).quotientAndRemainder(dividingBy: total)
      parts.append(Int64(part))
      remainders.append(remainder)
      left -= Int64(part)
    }
    guard left > 0 else { return parts }
    let order = parts.indices.sorted { a, b in
      if remainders[a] != remainders[b] { return remainders[a] > remainders[b] }
      return ties[a] != ties[b] ? ties[a] < ties[b] : a < b
    }
    for index in order.prefix(Int(left)) { parts[index] += 1 }
    return parts
  }
}
