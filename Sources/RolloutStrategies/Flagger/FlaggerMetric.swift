/// A metric of a Flagger analysis.
///
/// - Source: Flagger v1.44, `runBuiltinMetricChecks` and `runMetricChecks`.
public struct FlaggerMetric: Codable, Hashable, Sendable {
  /// Where its number comes from.
  public enum Origin: String, Codable, Sendable, CaseIterable {
    /// A query that the controller brings for the router.
    case builtIn
    /// A query written in the document.
    case inline
    /// A metric template.
    case template
    /// Nowhere: it has neither.
    case none
  }

  /// Its name.
  public var name: String
  /// Where its number comes from.
  public var origin: Origin
  /// The least that passes; nil: anything.
  public var least: Measure?
  /// The most that passes; nil: anything.
  public var most: Measure?
  /// The single limit of older documents, in force without a range.
  public var threshold: Measure

  private static let successRate = "request-success-rate"
  private static let duration = "request-duration"

  /// States a metric.
  ///
  /// - Parameters:
  ///   - name: its name; two names mean the queries that the controller brings.
  ///   - hasTemplate: whether it names a template.
  ///   - hasQuery: whether it has a query of its own.
  ///   - least: the least that passes.
  ///   - most: the most that passes.
  ///   - threshold: the single limit of older documents.
  public init(
    name: String, hasTemplate: Bool = false, hasQuery: Bool = false, least: Measure? = nil,
    most: Measure? = nil, threshold: Measure = Measure(0)
  ) {
    self.name = name
    self.least = least
    self.most = most
    self.threshold = threshold
    origin =
      if hasTemplate {
        .template
      } else if name == Self.successRate || name == Self.duration {
        .builtIn
      } else {
        hasQuery ? .inline : .none
      }
  }

  /// Whether an answer passes; no data do not.
  ///
  /// Both ends of a range pass. Durations are compared in whole milliseconds.
  public func passes(_ answer: MetricAnswer) -> Bool {
    guard origin != .none, case .value(let value) = answer else { return false }
    let isDuration = origin == .builtIn && name == Self.duration
    func bound(_ measure: Measure) -> Measure { isDuration ? measure.truncated : measure }
    guard least == nil, most == nil else {
      return (least.map { value >= bound($0) } ?? true) && (most.map { value <= bound($0) } ?? true)
    }
    return origin == .builtIn && name == Self.successRate
      ? value >= threshold : value <= bound(threshold)
  }
}
