extension Cursor {
  /// The value of a label.
  package func labelValue() -> String {
    guard let text else { return "" }
    guard isLabelValue(text) else {
      return refuse(.badLabel, "\(quoted(text)) is not a label value", use: text)
    }
    return text
  }

  /// The key of a label, perhaps with a domain as prefix.
  package func labelKey() -> String {
    guard let text else { return "" }
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    let prefixIsFine = parts.count == 1 || parts.count == 2 && isName(String(parts[0]))
    guard prefixIsFine, let last = parts.last, isLabelValue(String(last)) else {
      return refuse(.badLabel, "\(quoted(text)) is not a label key", use: text)
    }
    return text
  }
}

/// Whether a text is a name: lower-case letters, digits, dashes and dots, at most 63 of them.
/// - Source: Kubernetes, DNS subdomain names, with the length of labels.
package func isName(_ text: String) -> Bool {
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
package func isLabelValue(_ text: String) -> Bool {
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
