/// Names that were probably meant.
package enum Suggestions {
  /// The name that was probably meant, if one is near enough.
  ///
  /// - Complexity: O(names × length²), of names and a text of at most 64 characters.
  package static func nearest(to text: String, among names: [String]) -> String? {
    let written = Array(text.lowercased().utf8.prefix(64))
    let tolerated = max(1, written.count / 3)
    var best: (name: String, distance: Int)?
    // In a long list, looking further would take longer than the answer is worth.
    for name in names.prefix(2_000) where abs(name.utf8.count - written.count) <= tolerated {
      let distance = editDistance(written, Array(name.lowercased().utf8))
      if distance <= tolerated, distance < best?.distance ?? .max { best = (name, distance) }
    }
    return best?.name
  }

  /// What to say about a name that is not among those known.
  package static func text(for text: String, among names: [String]) -> String {
    if let name = nearest(to: text, among: names) { return "did you mean \(quoted(name))?" }
    guard !names.isEmpty else { return "there is none to choose from" }
    let listed = names.prefix(8).map { visible($0) }.joined(separator: ", ")
    return "known: \(listed)\(names.count > 8 ? " and \(names.count - 8) more" : "")"
  }

  /// The least number of insertions, removals, replacements and swaps of neighbours between two
  /// texts.
  /// - Source: Damerau 1964; the restricted form, in which no part is edited twice.
  private static func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    guard !a.isEmpty, !b.isEmpty else { return max(a.count, b.count) }
    var beforeLast = [Int]()
    var last = Array(0...b.count)
    for i in 1...a.count {
      var row = [i] + Array(repeating: 0, count: b.count)
      for j in 1...b.count {
        let replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)
        row[j] = min(last[j] + 1, row[j - 1] + 1, replaced)
        if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
          row[j] = min(row[j], beforeLast[j - 2] + 1)
        }
      }
      beforeLast = last
      last = row
    }
    return last[b.count]
  }
}
