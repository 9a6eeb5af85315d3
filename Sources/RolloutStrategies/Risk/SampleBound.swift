/// How probable it is at most that a sample, drawn without replacement, holds many or few of the
/// marked.
///
/// - Source: Hoeffding 1963, theorem 1 (the bound named after Chernoff) and section 6, by which it
///   holds without replacement too.
struct SampleBound: Equatable, Sendable {
  /// How many are drawn.
  var sample: Int
  /// How many there are to be drawn from.
  var population: Int

  /// That at least so many of the sample are marked.
  func atLeast(_ count: Int, ofMarked marked: Int) -> UpperNumber {
    guard count <= min(sample, marked) else { return .zero }
    guard count * population > marked * sample else { return .one }
    return bound(count, marked)
  }

  /// That at most so many of the sample are marked.
  func atMost(_ count: Int, ofMarked marked: Int) -> UpperNumber {
    guard sample + marked - population <= count else { return .zero }
    guard count * population < marked * sample else { return .one }
    return bound(count, marked)
  }

  /// The better of two bounds: to draw a sample and see who in it is marked is as probable as to
  /// mark so many at random and see who of them was drawn.
  private func bound(_ count: Int, _ marked: Int) -> UpperNumber {
    min(beyond(count, of: sample, marked: marked), beyond(count, of: marked, marked: sample))
  }

  /// (p ÷ a)^count × ((1 − p) ÷ (1 − a))^(sample − count), where p is the share that is marked and
  /// a the share of the sample that is to be.
  private func beyond(_ count: Int, of sample: Int, marked: Int) -> UpperNumber {
    let rest = sample - count
    let drawn =
      count == 0
      ? .one : UpperNumber(marked * sample, over: population * count).power(count)
    let spared =
      rest == 0
      ? .one : UpperNumber((population - marked) * sample, over: population * rest).power(rest)
    return drawn * spared
  }
}
