import Determinism
import LocatedYAML

extension MapSpec {
  static let distribution = MapSpec(
    "distribution", "How long something takes; a plain duration is always the same length.",
    exactlyOneOf: ["uniform", "exponential", "lognormal", "empirical", "mixture"],
    [
      .optional("uniform", "[duration, duration]", absent: "not uniform", "Between two lengths."),
      .optional("exponential", "duration", absent: "not exponential", "Memoryless, of this mean."),
      .optional(
        "lognormal", "map", absent: "not lognormal", "A normal logarithm.", map: "lognormal"),
      .optional(
        "empirical", "list", absent: "not empirical", "Linear between stated quantiles.",
        map: "quantile"),
      .optional(
        "mixture", "list", absent: "no mixture", "One of several, by weight.", map: "branch"),
    ])

  static let lognormal = MapSpec(
    "lognormal", "A lognormal distribution.",
    [
      .required("median", "duration", "Half of the values are below."),
      .required("sigma", "number", "The standard deviation of the logarithm, up to 8."),
    ])

  static let quantile = MapSpec(
    "quantile", "A point of an empirical distribution.",
    [
      .required("at", "share", "The share of values at most this long."),
      .required("value", "duration", "The value."),
    ])

  static let branch = MapSpec(
    "branch", "A part of a mixture.",
    [
      .required("weight", "share", "The part's share of all draws; the shares sum to 100%."),
      .required("of", "distribution", "The part's distribution.", map: "distribution"),
    ])
}

extension Cursor {
  /// A distribution of durations, or one duration.
  func distribution() -> Distribution {
    guard let value else { return .constant(.zero) }
    if case .scalar = value.content { return .constant(duration(or: .distribution)) }
    guard let (name, cursor) = fields(.distribution).alternative else { return .constant(.zero) }
    switch name {
    case "uniform":
      let (from, to) = cursor.durationRange()
      return .uniform(from: from, to: to)
    case "exponential": return .exponential(mean: cursor.positiveDuration())
    case "lognormal": return cursor.lognormal()
    case "empirical": return cursor.empirical()
    default: return cursor.mixture()
    }
  }

  /// Two durations in a list, the shorter first.
  func durationRange() -> (from: Microseconds, to: Microseconds) {
    guard value != nil else { return (.zero, .zero) }
    let items = items()
    guard items.count == 2 else {
      return refuse(
        .wrongShape, "\(path.last) needs a list of two durations", help: "write [2m, 3m]",
        use: (.zero, .zero))
    }
    let from = items[0].duration()
    let to = items[1].duration()
    guard from <= to else {
      return items[0].refuse(
        .outOfRange, "the first duration is longer than the second",
        help: "write the shorter duration first", use: (.zero, .zero))
    }
    return (from, to)
  }

  private func lognormal() -> Distribution {
    let fields = fields(.lognormal)
    return .lognormal(
      median: fields["median"].positiveDuration(),
      sigma: fields["sigma"].billionths(
        in: Ratio(partsPerBillion: 1)...Ratio(partsPerBillion: 8_000_000_000)))
  }

  private func empirical() -> Distribution {
    var points: [Distribution.Point] = []
    for item in items(atLeast: 2) {
      let fields = item.fields(.quantile)
      let errors = reading.errorCount
      let point = Distribution.Point(
        at: fields["at"].ratio(), fields["value"].duration())
      // After a point that cannot be read, the order says nothing.
      guard reading.errorCount == errors else { return .constant(.zero) }
      if let last = points.last, point.at <= last.at || point.value < last.value {
        return item.refuse(
          .outOfRange, "the point is not above the one before it",
          help: "list the points in ascending order of at and value", use: .constant(.zero))
      }
      points.append(point)
    }
    guard points.first?.at == .zero, points.last?.at == .one else {
      guard points.count >= 2 else { return .constant(.zero) }
      return refuse(
        .outOfRange, "the points do not go from 0% to 100%",
        help: "let the first point be at 0% and the last at 100%", use: .constant(.zero))
    }
    return .empirical(points: points)
  }

  private func mixture() -> Distribution {
    var branches: [Distribution.Branch] = []
    let errors = reading.errorCount
    for item in items(atLeast: 1) {
      let fields = item.fields(.branch)
      branches.append(
        .init(weight: fields["weight"].ratio(), fields["of"].distribution()))
    }
    if reading.errorCount == errors { checkWhole(branches.map(\.weight)) }
    return .mixture(branches)
  }

  /// Reports shares that do not sum to 100%.
  func checkWhole(_ shares: [Ratio]) {
    let sum = total(shares)
    guard sum != .one, !shares.isEmpty else { return }
    report(
      .sharesDoNotSum, "the shares sum to \(percentText(sum)), not to 100%",
      help: "change the shares so that they sum to 100%")
  }
}

/// The sum of shares, none of which is above 100%.
func total(_ shares: [Ratio]) -> Ratio {
  Ratio(partsPerBillion: shares.reduce(0) { $0 + $1.partsPerBillion })
}
