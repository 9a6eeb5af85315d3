import Determinism
import LocatedYAML
import RolloutStrategies

extension MapSpec {
  static let cohortCanary = MapSpec(
    "cohortCanary", "Grows step by step as long as the requests that are counted look well.",
    [
      .required(
        "steps", "list of counts or percents",
        "Clusters at the version after each step; a share is rounded up. What the last step leaves"
          + " is taken after it and not looked at."),
      .required("interval", "duration", "From one look to the next, at least a second."),
      .required("analysis", "map", "What tells whether a look passes.", map: "analysis"),
      .standard("checks", "integer from 1 to 10000", "1", "Looks that pass before a step is left."),
      .standard(
        "failedChecks", "integer from 1 to 10000", "1",
        "Failed looks at which onBreach holds; none is taken back by one that passes."),
      .standard(
        "timeout", "duration", "5m",
        "How long after a look's end its counts are waited for; then nothing was counted."),
      .optional(
        "control", "count or percent", absent: "nothing is compared",
        "Clusters at the old version to compare with, of those that come last; rounded up. A step"
          + " that leaves none is not looked at."),
      .standard(
        "maxConcurrency", "count or percent", "100%", "Clusters of a step in flight at once."),
      .standard("stepSoak", "duration", "0s", "How long a finished step rests before a look."),
      order,
    ] + acceptance)

  static let analysis = MapSpec(
    "analysis", "How counts of requests tell whether a version is bad.",
    exactlyOneOf: ["threshold", "difference", "ratio", "sequential", "burnRate"],
    [
      .optional(
        "threshold", "percent up to 100%", absent: "another kind",
        "The share of requests that may fail."),
      .optional(
        "difference", "map", absent: "another kind",
        "The share that fails is not shown to exceed the control's.", map: "differenceTest"),
      .optional(
        "ratio", "map", absent: "another kind",
        "The share that fails is not shown to be so many times the control's.", map: "ratioTest"),
      .optional(
        "sequential", "map", absent: "another kind", "Wald's test of a good share against a bad.",
        map: "sequentialTest"),
      .optional(
        "burnRate", "map", absent: "another kind", "An error budget is not used up too fast.",
        map: "burnRate"),
      .standard(
        "minimumRequests", "whole number", "1", "The fewest requests, of each side, to judge by."),
      .standard(
        "unknown", "wait, fail or ignore", "wait",
        "What fewer mean: more are counted, or the look has failed or passed."),
    ])

  private static let level = FieldSpec.standard(
    "level", "percent below 50%", "5%", "How probable a false alarm may be at a look.")

  static let differenceTest = MapSpec(
    "differenceTest", "The share that fails is not shown to exceed the control's.",
    [.standard("margin", "percent up to 100%", "0%", "By how much it may exceed it."), level])

  static let ratioTest = MapSpec(
    "ratioTest", "The share that fails is not shown to be so many times the control's.",
    [.standard("factor", "number", "1", "How many times, above 0 and up to 1000."), level])

  static let sequentialTest = MapSpec(
    "sequentialTest", "Goes on counting until it is clear whether a share is good or bad.",
    [
      .required("good", "percent", "The share of requests to a good version that fail."),
      .required("bad", "percent", "The share of requests to a bad version that fail."),
      .standard("falseAlarm", "percent below 50%", "5%", "How probable it is to fail a good one."),
      .standard("miss", "percent below 50%", "5%", "How probable it is to pass a bad one."),
    ])

  static let burnRate = MapSpec(
    "burnRate", "An error budget is not used up too fast.",
    [
      .required("errorBudget", "percent", "The share of requests that may fail."),
      .required(
        "windows", "list", "Pairs of windows; one that shows its rate is enough.",
        map: "burnWindow"),
    ])

  static let burnWindow = MapSpec(
    "burnWindow", "Two windows that end at a look and both show a rate.",
    [
      .required("long", "integer from 1 to 1000", "Looks of the long window."),
      .required("short", "integer from 1 to 1000", "Looks of the short one, no more than that."),
      .required("rate", "number", "How many times faster than allowed, up to 1000."),
    ])
}

extension CohortCanaryPolicy {
  init(_ fields: Fields) {
    let analysis = fields["analysis"]
    self.init(
      steps: fields["steps"].ascendingAmounts(),
      looks: LookRule(
        analysis: AnalysisPolicy(analysis),
        interval: fields["interval"].duration(atLeast: .seconds(1)),
        checks: fields["checks"].integer(in: 1...10_000),
        failedChecks: fields["failedChecks"].integer(in: 1...10_000),
        timeout: fields["timeout"].duration()),
      control: fields.written("control")?.amount(atLeastOne: true),
      maxConcurrency: fields["maxConcurrency"].amount(atLeastOne: true),
      stepSoak: fields["stepSoak"].duration(), order: TakeOrder(fields),
      acceptance: Acceptance(fields))
    guard fields.map.reading.errorCount == 0 else { return }
    if let problem {
      analysis.report(
        .outOfRange, "the canary has \(problem)",
        help: "state the settings within these bounds")
    } else if looks.analysis.kind.comparesWithControl, steps.last == .share(.one) {
      fields["steps"].report(
        .nothingToCompare, "the last step is all clusters: it leaves none to compare with")
    } else if !looks.analysis.kind.comparesWithControl, let control = fields.written("control") {
      control.report(
        .outOfRange, "the analysis compares with nothing, so there is no use for a control",
        help: "leave control away, or compare: difference or ratio")
    }
  }
}

extension Cursor {
  /// Reads counts or shares, each more than the one before as far as that can be said.
  fileprivate func ascendingAmounts() -> [Amount] {
    let items = items(atLeast: 1)
    let amounts = items.map { $0.amount(atLeastOne: true) }
    for (item, (last, next)) in zip(items.dropFirst(), zip(amounts, amounts.dropFirst())) {
      let isMore =
        switch (last, next) {
        case (.count(let last), .count(let next)): last < next
        case (.share(let last), .share(let next)): last < next
        case (.count, .share), (.share, .count): true
        }
      guard !isMore else { continue }
      item.report(.outOfRange, "the steps do not ascend", help: "write each step once, in order")
    }
    return amounts.isEmpty ? [.share(.one)] : amounts
  }
}

extension AnalysisPolicy {
  fileprivate init(_ cursor: Cursor) {
    let fields = cursor.fields(.analysis)
    self.init(
      kind: AnalysisKind(fields),
      minimumRequests: Int64(fields["minimumRequests"].integer(in: 1...1_000_000_000_000)),
      unknown: fields["unknown"].choice(UnknownMeasure.allCases, else: .wait))
  }
}

extension AnalysisKind {
  private static let multiples = Ratio(partsPerBillion: 1)...Ratio.percent(100_000)

  fileprivate init(_ fields: Fields) {
    switch fields.alternative {
    case ("difference", let cursor)?:
      let test = cursor.fields(.differenceTest)
      self = .difference(margin: test["margin"].ratio(), level: test["level"].ratio())
    case ("ratio", let cursor)?:
      let test = cursor.fields(.ratioTest)
      self = .ratio(
        factor: test["factor"].billionths(in: Self.multiples), level: test["level"].ratio())
    case ("sequential", let cursor)?:
      let test = cursor.fields(.sequentialTest)
      self = .sequential(
        SequentialTest(
          good: test["good"].ratio(), bad: test["bad"].ratio(),
          falseAlarm: test["falseAlarm"].ratio(), miss: test["miss"].ratio()))
    case ("burnRate", let cursor)?:
      let burn = cursor.fields(.burnRate)
      self = .burnRate(
        BurnRate(
          errorBudget: burn["errorBudget"].ratio(),
          windows: burn["windows"].items(atLeast: 1).map { item in
            let window = item.fields(.burnWindow)
            return BurnRate.Window(
              long: window["long"].integer(in: 1...1_000),
              short: window["short"].integer(in: 1...1_000),
              rate: window["rate"].billionths(in: Self.multiples))
          }))
    case (_, let cursor)?: self = .threshold(cursor.ratio())
    case nil: self = .threshold(.one)
    }
  }
}
