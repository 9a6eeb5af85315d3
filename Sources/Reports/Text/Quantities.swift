import Determinism

/// Writes numbers the way people read them, the same in every locale.
enum Quantities {
  /// A length of time in its two largest units: `2h05m`, `12m30s`, `3d4h`, `250ms`.
  static func duration(_ length: Microseconds) -> String {
    let size = length.count.magnitude
    let sign = length.count < 0 ? "-" : ""
    let units: [(name: String, size: UInt64)] = [
      ("d", 86_400_000_000), ("h", 3_600_000_000), ("m", 60_000_000), ("s", 1_000_000),
      ("ms", 1_000), ("us", 1),
    ]
    // Two days are still told in hours.
    let first = units.firstIndex { size >= $0.size * ($0.name == "d" ? 2 : 1) } ?? 5
    guard size > 0, first < 3 else { return sign + shortDuration(size) }
    let (large, small) = (units[first], units[first + 1])
    let rounded = (size + small.size / 2) / small.size * small.size
    // Rounding up may have filled the next larger unit.
    if first > 0, rounded >= units[first - 1].size * (first == 1 ? 2 : 1) {
      return sign + duration(Microseconds(Int64(rounded)))
    }
    let rest = rounded % large.size / small.size
    let zero = rest < 10 && small.name != "h" ? "0" : ""
    return sign + "\(rounded / large.size)\(large.name)"
      + (rest > 0 ? "\(zero)\(rest)\(small.name)" : "")
  }

  private static func shortDuration(_ microseconds: UInt64) -> String {
    switch microseconds {
    case 0: "0s"
    case ..<1_000: "\(microseconds)us"
    case ..<1_000_000: decimal(Double(microseconds) / 1e3, digits: 3) + "ms"
    default: decimal(Double(microseconds) / 1e6, digits: 3) + "s"
    }
  }

  /// A length of time given in seconds.
  static func duration(seconds: Double) -> String {
    guard abs(seconds) < 1e12 else { return number(seconds) + "s" }
    return duration(Microseconds(Int64((seconds * 1e6).rounded())))
  }

  /// A number with thousands separators and about three digits that count.
  static func number(_ value: Double) -> String {
    guard abs(value) < 1e15 else { return "\(value)" }
    return decimal(value, digits: 3)
  }

  /// A whole number with thousands separators.
  static func count(_ value: Int) -> String {
    let digits = String(value.magnitude)
    var result = ""
    for (place, digit) in digits.enumerated() {
      if place > 0, (digits.count - place).isMultiple(of: 3) { result += "," }
      result.append(digit)
    }
    return (value < 0 ? "-" : "") + result
  }

  /// A share as percent.
  static func percent(share: Double) -> String { decimal(share * 100, digits: 3) + " %" }

  /// A count of things with their name: `1 cluster`, `2,000 clusters`.
  static func count(_ value: Int, _ thing: String) -> String {
    count(value) + " " + thing + (value == 1 ? "" : "s")
  }

  /// A number with so many digits that count, all those before the point, and no zeros at its end.
  private static func decimal(_ value: Double, digits: Int) -> String {
    let size = abs(value)
    var places = 0
    var limit = 1.0
    for _ in 1..<digits { limit *= 10 }
    while size > 0, places < 9, size < limit {
      limit /= 10
      places += 1
    }
    var scale = 1.0
    for _ in 0..<places { scale *= 10 }
    let scaled = (size * scale).rounded()
    let whole = Int((scaled / scale).rounded(.down))
    let fraction = String(Int(scaled) - whole * Int(scale))
    var text = String(repeating: "0", count: max(0, places - fraction.count)) + fraction
    while text.last == "0" { text.removeLast() }
    let sign = value < 0 && scaled > 0 ? "-" : ""
    return sign + count(whole) + (text.isEmpty || places == 0 ? "" : "." + text)
  }
}

/// Writes values of a metric in its unit.
struct MetricFormat {
  var unit: String

  /// A value: `2h40m`, `1,204`, `12.5 %`.
  func value(_ value: Double) -> String {
    if value == .infinity { return "never" }
    if value == -.infinity { return "-never" }
    switch unit {
    case "s": return Quantities.duration(seconds: value)
    case "%": return Quantities.percent(share: value / 100)
    case "share": return Quantities.percent(share: value)
    default: return Quantities.number(value)
    }
  }

  /// A difference, with its sign.
  func difference(_ value: Double) -> String {
    (value > 0 ? "+" : "") + self.value(value)
  }

  /// A value with the name of its unit, where it is not in the value already.
  func named(_ value: Double) -> String {
    ["s", "%", "share"].contains(unit) ? self.value(value) : self.value(value) + " " + unit
  }
}
