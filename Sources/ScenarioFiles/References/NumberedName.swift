/// Names that are made of a stem and a number: `region-3`, `store-000042`.
enum NumberedName {
  /// The number of a name with a stem; nil: it has none, or not as it would be written.
  static func number(of name: String, after stem: String, digits: Int = 1) -> Int? {
    guard name.hasPrefix(stem + "-") else { return nil }
    let text = name.dropFirst(stem.count + 1)
    guard text.utf8.count >= digits, text.utf8.count <= 9,
      text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
      text.utf8.count == digits || text.utf8.first != UInt8(ascii: "0")
    else { return nil }
    return Int(text)
  }
}
