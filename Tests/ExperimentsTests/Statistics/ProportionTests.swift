import Determinism
import Experiments
import Testing

@Suite struct ProportionTests {
  // scipy.stats.binomtest(7, 50).proportion_ci(method="wilson").
  @Test func `Wilson's interval agrees with scipy`() {
    let interval = Proportion(successes: 7, runs: 50).interval(alpha: 0.05)
    #expect(near(interval.lower, 0.06950833427016292))
    #expect(near(interval.upper, 0.26186193710585537))
  }

  @Test func `no event in n runs leaves about three in n possible`() {
    let interval = Proportion(successes: 0, runs: 100).interval(alpha: 0.05)
    #expect(interval.lower == 0)
    // 1 - 0.05 ** 0.01 in Python.
    #expect(near(interval.upper, 0.029513049607039932))
    let all = Proportion(successes: 100, runs: 100).interval(alpha: 0.05)
    #expect(near(all.lower, 1 - 0.029513049607039932))
    #expect(all.upper == 1)
  }

  // scipy.stats.binomtest(3, 15), (0, 6) and (0, 5).
  @Test func `McNemar's exact test agrees with scipy and needs six discordant runs`() {
    func pValue(_ baseline: Int, _ candidate: Int) -> Double {
      PairedProportions(
        onlyBaseline: baseline, onlyCandidate: candidate, both: 10, runs: 100
      ).pValue
    }
    #expect(near(pValue(3, 12), 0.03515625))
    #expect(near(pValue(12, 3), 0.03515625))
    #expect(near(pValue(0, 6), 0.03125))
    #expect(near(pValue(5, 0), 0.0625))
    #expect(pValue(4, 4) == 1)
    #expect(pValue(0, 0) == 1)
    #expect(PairedProportions.minimumDiscordant(alpha: 0.05) == 6)
  }

  @Test func `the Bonett-Price interval follows its formula`() {
    let shares = PairedProportions(onlyBaseline: 3, onlyCandidate: 12, both: 20, runs: 98)
    // (0.13 - 0.04) and 1.959963984540054 * sqrt((0.17 - 0.09**2) / 100) in Python.
    #expect(near(shares.interval(alpha: 0.05).lower, 0.09 - 0.07886267704499886))
    #expect(near(shares.interval(alpha: 0.05).upper, 0.09 + 0.07886267704499886))
    #expect(near(shares.difference, 9.0 / 98))
  }
}
