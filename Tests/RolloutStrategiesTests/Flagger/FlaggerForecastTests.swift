import Determinism
import Testing

@testable import RolloutStrategies

@Suite("Flagger forecasts")
struct FlaggerForecastTests {
  private func lines(_ policy: FlaggerPolicy) -> [String] {
    let forecast = FlaggerForecast(policy)
    return forecast.looks.map { look in
      let mirrored = look.isMirrored ? " mirrored" : ""
      return "\(look.at.count / 1_000_000)s \(look.phase.rawValue) \(look.weight)\(mirrored)"
    } + [forecast.end.rawValue]
  }

  @Test("a step that does not divide the weight overshoots it, and the end takes three looks")
  func overshoots() {
    #expect(
      lines(FlaggerPolicy(threshold: 2, maxWeight: 50, stepWeight: 20)) == [
        "0s Progressing 0", "60s Progressing 20", "120s Progressing 40", "180s Progressing 60",
        "240s Promoting 60", "300s Finalising 0", "360s Succeeded 0", "promoted",
      ])
  }

  @Test("a copy of the traffic costs a look before the first weight")
  func mirrors() {
    #expect(
      lines(FlaggerPolicy(stepWeight: 100, mirrors: true)).prefix(3) == [
        "0s Progressing 0", "60s Progressing 0 mirrored", "120s Progressing 100",
      ])
  }

  @Test(
    "documents that never end say so",
    arguments: [
      FlaggerPolicy(), FlaggerPolicy(stepWeights: [5, 5]), FlaggerPolicy(stepWeights: [20, 10]),
      FlaggerPolicy(isSuspended: true),
    ])
  func stays(_ policy: FlaggerPolicy) {
    #expect(FlaggerForecast(policy).end == .stays)
  }

  @Test("a check that cannot pass rolls back even if all goes well")
  func cannotPass() {
    let nowhere = FlaggerMetric(name: "own")
    let crossed = FlaggerMetric(
      name: "own", hasQuery: true, least: Measure(2), most: Measure(1))
    for metric in [nowhere, crossed] {
      #expect(FlaggerForecast(FlaggerPolicy(stepWeight: 5, metrics: [metric])).end == .rolledBack)
    }
  }

  @Test("bounds of durations are cut to whole milliseconds, and something passes between them")
  func durations() {
    let metric = FlaggerMetric(
      name: "request-duration", least: Measure("0.5"), most: Measure("0.9"))
    #expect(FlaggerForecast(FlaggerPolicy(stepWeight: 50, metrics: [metric])).end == .promoted)
  }

  @Test("thousands of millions of checks are not played to their end")
  func bounded() {
    let forecast = FlaggerForecast(FlaggerPolicy(iterations: 2_000_000_000))
    #expect(forecast.end == .goesOn && forecast.looks.count == 1_000)
  }
}
