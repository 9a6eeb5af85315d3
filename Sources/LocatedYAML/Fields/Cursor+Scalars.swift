package import Determinism

extension Cursor {
  /// A whole number in a range.
  package func integer(in range: ClosedRange<Int>) -> Int {
    guard
      let number = number(
        .badInteger,
        { text throws(WrittenNumber.Trouble) in
          try WrittenNumber.natural(text)
        })
    else { return range.lowerBound }
    guard let count = Int(exactly: number), range.contains(count) else {
      return refuse(
        .outOfRange, "\(path.last) is \(number)", help: Self.help(for: range),
        use: range.lowerBound)
    }
    return count
  }

  /// A whole number of 64 bits.
  package func identifier() -> UInt64 {
    number(.badInteger) { text throws(WrittenNumber.Trouble) in
      try WrittenNumber.natural(text)
    } ?? 0
  }

  /// A duration; `atLeast`: the shortest allowed; `map`: what may be written instead of one.
  package func duration(
    atLeast least: Microseconds = .zero, atMost most: Microseconds = WrittenNumber.durationMax,
    or map: MapSpec? = nil
  ) -> Microseconds {
    guard
      let duration = number(
        .badDuration, or: map,
        { text throws(WrittenNumber.Trouble) in
          try WrittenNumber.duration(text)
        })
    else { return least }
    guard duration >= least, duration <= most else {
      let isShort = duration < least
      return refuse(
        .outOfRange, "\(path.last) is too \(isShort ? "short" : "long")",
        help: isShort
          ? "write a duration longer than 0s" : "write at most \(most.count / 86_400_000_000)d",
        use: least)
    }
    return duration
  }

  /// A duration longer than zero.
  package func positiveDuration(
    atMost most: Microseconds = WrittenNumber.durationMax
  ) -> Microseconds {
    duration(atLeast: Microseconds(1), atMost: most)
  }

  /// A share of a whole.
  package func ratio(in range: ClosedRange<Ratio> = .zero ... .one) -> Ratio {
    guard
      let ratio = number(
        .badShare,
        { text throws(WrittenNumber.Trouble) in
          try WrittenNumber.ratio(text)
        })
    else { return range.upperBound }
    guard range.contains(ratio) else {
      return refuse(
        .outOfRange, "\(path.last) is \(quoted(value?.scalar ?? ""))",
        help: "write a share from \(percentText(range.lowerBound)) to "
          + percentText(range.upperBound),
        use: range.upperBound)
    }
    return ratio
  }

  /// A count of things or a share of them.
  package func amount(atLeastOne: Bool = false, shareMax: Ratio = .one) -> Amount {
    guard let text else { return .count(1) }
    if text.hasSuffix("%") {
      let least = Ratio(partsPerBillion: atLeastOne ? 1 : 0)
      return .share(ratio(in: least...shareMax))
    }
    guard
      let number = number(
        .badAmount,
        { text throws(WrittenNumber.Trouble) in
          try WrittenNumber.natural(text)
        })
    else { return .count(1) }
    let range = (atLeastOne ? 1 : 0)...WrittenNumber.countMax
    guard let count = Int(exactly: number), range.contains(count) else {
      return refuse(
        .outOfRange, "\(path.last) is \(number)", help: Self.help(for: range), use: .count(1))
    }
    return .count(count)
  }

  /// A decimal number as billionths, like the sigma of a lognormal distribution.
  package func billionths(in range: ClosedRange<Ratio>) -> Ratio {
    guard
      let count = number(
        .badDecimal,
        { text throws(WrittenNumber.Trouble) in
          try WrittenNumber.decimal(text, decimals: 9)
        })
    else { return range.upperBound }
    let ratio = Ratio(partsPerBillion: count)
    guard range.contains(ratio) else {
      return refuse(
        .outOfRange, "\(path.last) is \(quoted(value?.scalar ?? ""))",
        help: "write a number above 0, up to \(range.upperBound.partsPerBillion / 1_000_000_000)",
        use: range.upperBound)
    }
    return ratio
  }

  /// `true` or `false`.
  package func boolean() -> Bool {
    guard let text else { return false }
    switch text {
    case "true": return true
    case "false": return false
    default: return refuse(.badBoolean, "\(quoted(text)) is neither true nor false", use: false)
    }
  }

  /// One of several words; `map` is what may be written instead of a word.
  package func choice<Choice: RawRepresentable>(
    _ choices: [Choice], or map: MapSpec? = nil, else standard: Choice
  ) -> Choice where Choice.RawValue == String {
    guard let text else { return standard }
    if let choice = choices.first(where: { $0.rawValue == text }) { return choice }
    return refuse(
      .badChoice, "\(quoted(text)) is not a value of \(path.last)",
      help: help(for: text, among: choices.map(\.rawValue), or: map), use: standard)
  }

  /// A word that must be one of a list, or a map; used for reports only.
  package func help(
    for text: String, among words: [String], or map: MapSpec? = nil
  ) -> String {
    let listed = "write one of: \((words + (map?.forms ?? [])).joined(separator: ", "))"
    guard let near = Suggestions.nearest(to: text, among: words) else { return listed }
    return "did you mean \(quoted(near))? \(listed)"
  }

  /// A day of the week, as `Mon`.
  package func weekday() -> Weekday {
    guard let text else { return .monday }
    let words = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    guard let index = words.firstIndex(of: text) else {
      return refuse(
        .badChoice, "\(quoted(text)) is not a day of the week",
        help: help(for: text, among: words), use: .monday)
    }
    return Weekday.allCases[index]
  }

  /// A time of day as time since midnight.
  package func timeOfDay() -> Microseconds {
    guard let text else { return .zero }
    return WrittenTime.timeOfDay(text)
      ?? refuse(.badLocalTime, "\(quoted(text)) is not a time of day (00:00 to 23:59)", use: .zero)
  }

  /// A date and time on the wall clock as time since 1970-01-01T00:00 of it.
  package func localDateTime() -> Microseconds? {
    guard let text else { return nil }
    return WrittenTime.localDateTime(text)
      ?? refuse(
        .badLocalTime, "\(quoted(text)) is not a date and time without an offset", use: nil)
  }

  /// An instant with its offset.
  package func instant() -> Instant {
    guard let text else { return Instant(sinceEpoch: 0) }
    let instant = Clocks.instant(text)
    return instant
      ?? refuse(
        .badInstant, "\(quoted(text)) is not an instant from 1970 to 2111",
        use: Instant(sinceEpoch: 0))
  }

  /// The name of a time zone.
  package func timeZone() -> String {
    guard let text else { return "UTC" }
    guard Clocks.isZone(text) else {
      let near = Suggestions.nearest(to: text, among: Clocks.zoneNames)
      return refuse(
        .unknownTimeZone, "there is no time zone \(quoted(text))",
        help: near.map { "did you mean \(quoted($0))?" }, use: "UTC")
    }
    return text
  }

  /// Parses the text and reports why it cannot be.
  private func number<T>(
    _ code: ProblemCode, or map: MapSpec? = nil,
    _ parse: (String) throws(WrittenNumber.Trouble) -> T
  ) -> T? {
    guard let text else { return nil }
    do {
      return try parse(text)
    } catch {
      let others = map.map { "; or one of: \($0.forms.joined(separator: ", "))" } ?? ""
      return refuse(
        error.isRange ? .outOfRange : code, error.message, help: code.hint + others, use: nil)
    }
  }

  private static func help(for range: ClosedRange<Int>) -> String {
    "write a whole number from \(range.lowerBound) to \(range.upperBound)"
  }
}

extension ProblemCode {
  /// What to write instead, also when it is the range that is wrong.
  fileprivate var hint: String { explanation.help }
}

/// A share as a percentage, as documents state it.
package func percentText(_ ratio: Ratio) -> String {
  let whole = ratio.partsPerBillion / 10_000_000
  let rest = ratio.partsPerBillion % 10_000_000
  guard rest > 0 else { return "\(whole)%" }
  var digits = String(String(10_000_000 + rest).dropFirst())
  while digits.hasSuffix("0") { digits.removeLast() }
  return "\(whole).\(digits)%"
}
