import Testing

/// Numbers of several replications.
struct Sample {
  let values: [Double]

  init(_ values: [Double]) { self.values = values }

  var mean: Double { values.reduce(0, +) / Double(values.count) }

  /// The standard error of the mean, from the spread of the values.
  var standardError: Double {
    let mean = mean
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / Double(values.count - 1) / Double(values.count)).squareRoot()
  }

  /// Expects the mean to lie within four standard errors of a value.
  ///
  /// - Parameters:
  ///   - expected: the value.
  ///   - standardError: the error, where the law tells it; nil: that of the sample.
  ///   - what: what the numbers are.
  ///   - sourceLocation: where it is expected.
  func expect(
    mean expected: Double, standardError: Double? = nil, _ what: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let error = standardError ?? self.standardError
    #expect(error > 0, "\(what): no spread", sourceLocation: sourceLocation)
    #expect(
      (mean - expected).magnitude <= 4 * error,
      "\(what), seed 1: mean \(mean), expected \(expected), standard error \(error)",
      sourceLocation: sourceLocation)
  }
}
