extension Cursor {
  /// The name of something that is stated here; within a scope it is stated once.
  func newName(_ kind: ReferenceBook.Kind, scope: String = "") -> String {
    guard let text, let origin else { return "" }
    checkName(text)
    reading.book.define(kind, text, scope: scope, at: origin)
    return text
  }

  /// The name of something that is stated elsewhere.
  func name(of kind: ReferenceBook.Kind) -> String {
    guard let text, let origin else { return "" }
    reading.book.refer(to: kind, text, at: origin)
    return text
  }

  /// A name that nothing refers to.
  func plainName() -> String {
    guard let text else { return "" }
    checkName(text)
    return text
  }

  /// A version, as label values are written.
  func version() -> String { labelValue() }

  /// The value of a label.
  func labelValue() -> String {
    guard let text else { return "" }
    guard isLabelValue(text) else {
      return refuse(.badLabel, "\(quoted(text)) is not a label value", use: text)
    }
    return text
  }

  /// The value of a label of a key; time zones have names of their own kind.
  func labelValue(of key: String) -> String {
    key == "timeZone" ? timeZone() : labelValue()
  }

  /// The key of a label that clusters are given here.
  func newLabelKey() -> String {
    let key = labelKey()
    if ReservedLabel.all.contains(key) {
      report(
        .reservedLabel, "\(quoted(key)) is reserved",
        help: "choose another key; time zone and administrative group have fields of their own")
    }
    return key
  }

  /// The key of a label, perhaps with a domain as prefix.
  func labelKey() -> String {
    guard let text else { return "" }
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    let prefixIsFine = parts.count == 1 || parts.count == 2 && isName(String(parts[0]))
    guard prefixIsFine, let last = parts.last, isLabelValue(String(last)) else {
      return refuse(.badLabel, "\(quoted(text)) is not a label key", use: text)
    }
    return text
  }

  private func checkName(_ text: String) {
    guard !isName(text) else { return }
    let lower = text.lowercased()
    let help = lower != text && isName(lower) ? "write \(quoted(lower))" : nil
    report(.badName, "\(quoted(text)) is not a name", help: help)
  }
}

/// Labels that every cluster may have without their being stated as labels.
enum ReservedLabel {
  static let all = ["name", "class", "timeZone", "adminGroup", "cluster"]
}

/// Whether a text is a name: lower-case letters, digits, dashes and dots, at most 63 of them.
/// - Source: Kubernetes, DNS subdomain names, with the length of labels.
func isName(_ text: String) -> Bool {
  let bytes = text.utf8
  guard let first = bytes.first, let last = bytes.last, bytes.count <= 63 else { return false }
  return isLowerAlphanumeric(first) && isLowerAlphanumeric(last)
    && bytes.allSatisfy {
      isLowerAlphanumeric($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".")
    }
}

/// Whether a text is a label value: letters, digits, dashes, underscores and dots, at most 63 of
/// them.
/// - Source: Kubernetes, labels and selectors; the empty value is refused here.
func isLabelValue(_ text: String) -> Bool {
  let bytes = text.utf8
  guard let first = bytes.first, let last = bytes.last, bytes.count <= 63 else { return false }
  return isAlphanumeric(first) && isAlphanumeric(last)
    && bytes.allSatisfy {
      isAlphanumeric($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".")
        || $0 == UInt8(ascii: "_")
    }
}

private func isLowerAlphanumeric(_ byte: UInt8) -> Bool {
  (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
}

private func isAlphanumeric(_ byte: UInt8) -> Bool {
  isLowerAlphanumeric(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
}
