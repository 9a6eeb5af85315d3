import Determinism
package import LocatedYAML
package import RolloutStrategies

/// Readings of single values as Open Cluster Management takes them.
package enum OCMValues {
  /// A whole number, or a percentage as text, perhaps with decimals; text that is neither, like a
  /// number in quotes, is unreadable.
  ///
  /// A negative percentage is as good as none. Nothing written is 0.
  /// - Source: OCM sdk-go v1.3.0-1, `calculateRolloutSize`.
  package static func limit(_ value: SourceValue?) -> OCMLimit {
    guard let value, !value.isNull else { return .unset }
    guard case .scalar(let text, let isPlain) = value.content else { return .unreadable }
    guard text.hasSuffix("%") else {
      return isPlain ? Int32(text).map { .count(Int($0)) } ?? .unreadable : .unreadable
    }
    let number = text.dropLast()
    let isNegative = number.hasPrefix("-")
    let size = isNegative || number.hasPrefix("+") ? number.dropFirst() : number
    guard let share = try? WrittenNumber.decimal(size, decimals: 7) else { return .unreadable }
    return .share(isNegative ? .zero : Ratio(partsPerBillion: share))
  }

  /// A deadline: `None`, nothing, or a duration of Go that begins with digits and h, m or s.
  /// - Source: OCM sdk-go v1.3.0-1, `parseTimeout`.
  package static func deadline(_ text: String) -> OCMDeadline {
    guard !text.isEmpty, text != "None" else { return .none }
    guard startsAsDeadline(text), let length = KubernetesNumbers.duration(text) else {
      return .unreadable
    }
    return .after(length)
  }

  /// Whether the API takes a text as a deadline; it looks at its beginning only.
  static func startsAsDeadline(_ text: String) -> Bool {
    let rest = text.utf8.drop { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    guard rest.count < text.utf8.count, let unit = rest.first else { return false }
    return "hms|".utf8.contains(unit)
  }

  /// Whether the API takes a text as a limit: digits, or 0 % to 100 %.
  fileprivate static func isLimit(_ text: String) -> Bool {
    let digits = text.hasSuffix("%") ? text.dropLast() : Substring(text)
    guard !digits.isEmpty, digits.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 })
    else { return false }
    return !text.hasSuffix("%") || digits == "100" || digits.count <= 2
  }
}

extension Cursor {
  /// A limit; what the API refuses has been reported, and what the library refuses warned of.
  func ocmLimit() -> OCMLimit {
    let limit = OCMValues.limit(value)
    guard let text, case .scalar(_, let isPlain) = value?.content else { return limit }
    guard OCMValues.isLimit(text) || isPlain && Int32(text) != nil else {
      return refuse(
        .badAmount, "\(quoted(text)) is neither a number nor a whole percentage up to 100%",
        help: "write a whole number without quotes, or a percentage such as 25%", use: limit)
    }
    if limit == .unreadable {
      report(
        .neverFinishes, "\(quoted(text)) passes the API, but then nothing rolls out",
        help: "write the number without quotes")
    }
    return limit
  }

  /// A deadline; what the API refuses has been reported, and what the library refuses warned of.
  func ocmDeadline() -> OCMDeadline {
    guard let value, let text = value.scalar else { return text == nil ? .none : .unreadable }
    let deadline = OCMValues.deadline(text)
    guard deadline == .unreadable else { return deadline }
    let help = "write None, or a duration that begins with a whole number, such as 1h30m or 45m"
    if OCMValues.startsAsDeadline(text) {
      report(
        .neverFinishes, "\(quoted(text)) passes the API, but then nothing rolls out", help: help)
    } else {
      report(.badDuration, "\(quoted(text)) is not a progress deadline", help: help)
    }
    return deadline
  }
}
