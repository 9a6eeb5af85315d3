import Experiments
import Testing

@Suite struct SpecialFunctionsTests {
  /// The largest error of a function over a table, relative where the value exceeds one in size.
  private func worstError(
    _ table: [[Double]], expected column: Int, of function: ([Double]) -> Double
  ) -> Double {
    table.map { row in
      abs(function(row) - row[column]) / max(1, abs(row[column]))
    }.max() ?? .infinity
  }

  /// The largest relative error of a function over a table.
  private func worstRelativeError(
    _ table: [[Double]], expected column: Int, of function: ([Double]) -> Double
  ) -> Double {
    table.filter { $0[column] != 0 }.map { row in
      abs(function(row) / row[column] - 1)
    }.max() ?? .infinity
  }

  @Test func `exp and log agree with a multiple precision library`() {
    let exponential = worstRelativeError(
      ReferenceValues.exponential, expected: 1
    ) { SpecialFunctions.exp($0[0]) }
    #expect(exponential < 1e-15)
    let logarithm = worstRelativeError(ReferenceValues.logarithm, expected: 1) {
      SpecialFunctions.log($0[0])
    }
    #expect(logarithm < 1e-15)
    #expect(SpecialFunctions.exp(-746) == 0)
    #expect(SpecialFunctions.exp(710) == .infinity)
    #expect(SpecialFunctions.log(0) == -.infinity)
    #expect(SpecialFunctions.log(.infinity) == .infinity)
  }

  @Test func `log gamma agrees with a multiple precision library`() {
    let error = worstError(ReferenceValues.logGamma, expected: 1) {
      SpecialFunctions.logGamma($0[0])
    }
    #expect(error < 1e-14)
  }

  @Test func `the error function and its complement are precise in both tails`() {
    let error = worstRelativeError(ReferenceValues.erf, expected: 1) { SpecialFunctions.erf($0[0]) }
    let tail = worstRelativeError(ReferenceValues.erf, expected: 2) {
      SpecialFunctions.complementaryErf($0[0])
    }
    #expect(error < 1e-14)
    #expect(tail < 1e-12)
  }

  @Test func `the incomplete beta function agrees with scipy from tiny to huge shapes`() {
    let error = worstError(ReferenceValues.incompleteBeta, expected: 3) {
      SpecialFunctions.incompleteBeta($0[0], complement: 1 - $0[0], a: $0[1], b: $0[2])
    }
    #expect(ReferenceValues.incompleteBeta.count >= 60)
    #expect(error < 1e-11)
  }

  @Test func `the normal quantile agrees with scipy and inverts the distribution`() {
    let error = worstError(ReferenceValues.normalQuantile, expected: 1) {
      NormalDistribution.quantile($0[0])
    }
    #expect(error < 1e-14)
    let roundTrip = worstError(ReferenceValues.normalQuantile, expected: 0) {
      NormalDistribution.cumulative(NormalDistribution.quantile($0[0]))
    }
    #expect(roundTrip < 1e-14)
  }

  @Test func `Student's t agrees with scipy in its tails and quantiles`() {
    let tail = worstRelativeError(ReferenceValues.studentTail, expected: 2) {
      StudentT.upperTail($0[0], degreesOfFreedom: $0[1])
    }
    let quantile = worstError(ReferenceValues.studentQuantile, expected: 2) {
      StudentT.quantile($0[0], degreesOfFreedom: $0[1])
    }
    #expect(tail < 1e-10)
    #expect(quantile < 1e-11)
  }

  @Test func `the binomial distribution agrees with scipy`() {
    let error = worstError(ReferenceValues.binomial, expected: 3) {
      BinomialDistribution.cumulative(Int($0[0]), trials: Int($0[1]), probability: $0[2])
    }
    #expect(error < 1e-12)
    #expect(BinomialDistribution.cumulative(-1, trials: 5, probability: 0.5) == 0)
    #expect(BinomialDistribution.cumulative(5, trials: 5, probability: 0.5) == 1)
    #expect(abs(BinomialDistribution.atLeast(6, trials: 6, probability: 0.5) - 1.0 / 64) < 1e-16)
  }
}
