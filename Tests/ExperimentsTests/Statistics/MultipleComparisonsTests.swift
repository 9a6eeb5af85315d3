import Determinism
import Experiments
import Testing

@Suite struct MultipleComparisonsTests {
  // statsmodels' multipletests(method="holm") rule, by hand: 4p, 3p, 2p, p with a running maximum.
  @Test func `Holm's values keep the order given and never fall`() {
    let adjusted = MultipleComparisons.holm([0.01, 0.04, 0.03, 0.005])
    let expected = [0.03, 0.06, 0.06, 0.02]
    #expect(zip(adjusted, expected).allSatisfy { near($0, $1) })
    #expect(MultipleComparisons.holm([]).isEmpty)
    #expect(MultipleComparisons.bonferroni([0.01, 0.6]) == [0.02, 1])
  }
}
