/// A measured value: a number, or the statement that it never came, or that it makes no sense here.
public enum MetricValue: Equatable, Sendable {
  /// A number.
  case finite(Double)
  /// Not before the end of the run: larger than any number.
  case never
  /// The metric does not apply to this run.
  case notApplicable
}

/// Which direction of a metric is better.
public enum MetricDirection: String, Codable, Sendable, CaseIterable {
  /// Less is better.
  case lower
  /// More is better.
  case higher
  /// Neither.
  case none
}

/// What a metric is.
public struct MetricDefinition: Hashable, Sendable {
  /// Its name, as documents and reports use it.
  public var name: String
  /// The unit of its values.
  public var unit: String
  /// Which direction is better.
  public var better: MetricDirection
  /// What it measures, in one sentence.
  public var meaning: String

  /// States a metric.
  public init(_ name: String, unit: String, better: MetricDirection, _ meaning: String) {
    self.name = name
    self.unit = unit
    self.better = better
    self.meaning = meaning
  }
}
