import Determinism
import Experiments
import FleetModel
import LocatedYAML

extension ArmExpectation {
  /// Reads `in case CASE: METRIC of ARM < 50% of ARM`; nil: the text is none, which has been
  /// reported.
  init?(_ cursor: Cursor, metrics: MetricTable?) {
    if case .map = cursor.value?.content {
      // The colon after the case makes a map of a text without quotes.
      cursor.report(
        .badExpectation, "the expectation is a map", help: "put the whole expectation in quotes")
      return nil
    }
    guard let text = cursor.text else { return nil }
    let words = text.split(separator: " ", omittingEmptySubsequences: true).map(String.init)
    let hasFactor = words.count == 10
    guard hasFactor || words.count == 8, words[0] == "in", words[1] == "case",
      words[2].hasSuffix(":"), words[4] == "of", !hasFactor || words[8] == "of"
    else {
      cursor.refuseExpectation("it has not the form of one")
      return nil
    }
    guard let relation = Relation(rawValue: words[6]) else {
      cursor.refuseExpectation("\(quoted(words[6])) is no comparison")
      return nil
    }
    var factor = Ratio.one
    if hasFactor {
      guard words[7].hasSuffix("%"), let share = try? WrittenNumber.ratio(words[7]),
        share > .zero, share <= .percent(1_000_000)
      else {
        cursor.refuseExpectation("\(quoted(words[7])) is no percentage above 0%")
        return nil
      }
      factor = share
    }
    self.init(
      metric: words[3], caseName: String(words[2].dropLast()), left: words[5],
      relation: relation, right: words[hasFactor ? 9 : 7], factor: factor)
    check(cursor, metrics: metrics)
  }

  /// Notes the names, which stand elsewhere.
  private func check(_ cursor: Cursor, metrics: MetricTable?) {
    guard let origin = cursor.origin else { return }
    cursor.reading.book.refer(to: .case, caseName, at: origin)
    for arm in [left, right] { cursor.reading.book.refer(to: .arm, arm, at: origin) }
    if left == right, factor == .one {
      cursor.report(
        .badExpectation, "both sides are the arm \(quoted(left))", help: "compare two arms")
    }
    _ = cursor.known(metric, in: metrics)
  }
}

extension Cursor {
  fileprivate func refuseExpectation(_ reason: String) {
    report(.badExpectation, "the expectation cannot be read: \(reason)")
  }
}
