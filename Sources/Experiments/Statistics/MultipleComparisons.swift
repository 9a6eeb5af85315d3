/// Corrections for deciding several questions at once.
public enum MultipleComparisons {
  /// Holm's adjusted p-values, in the order given.
  ///
  /// Rejecting where the adjusted value is at most α errs anywhere with probability at most α, also
  /// for dependent tests. Source: S. Holm, 1979.
  public static func holm(_ pValues: [Double]) -> [Double] {
    let order = pValues.indices.sorted {
      pValues[$0] == pValues[$1] ? $0 < $1 : pValues[$0] < pValues[$1]
    }
    var adjusted = pValues
    var largest = 0.0
    for (place, index) in order.enumerated() {
      largest = max(largest, min(1, pValues[index] * Double(pValues.count - place)))
      adjusted[index] = largest
    }
    return adjusted
  }

  /// Bonferroni's adjusted p-values, in the order given.
  public static func bonferroni(_ pValues: [Double]) -> [Double] {
    pValues.map { min(1, $0 * Double(pValues.count)) }
  }
}
