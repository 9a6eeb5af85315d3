/// Chooses clusters by their labels, as Kubernetes label selectors do.
///
/// A cluster's labels are its own ones, its domains (`region: east`), and the reserved `name`,
/// `class`, `timeZone` and `adminGroup`. Every requirement must hold; without requirements every
/// cluster is chosen.
public struct Selector: Codable, Hashable, Sendable {
  /// How a requirement compares.
  public enum Comparison: String, Codable, Sendable {
    /// The label's value is one of the values.
    case isIn = "In"
    /// The label is missing or its value is none of the values.
    case isNotIn = "NotIn"
    /// The label is there.
    case exists = "Exists"
    /// The label is missing.
    case doesNotExist = "DoesNotExist"
  }

  /// One condition on one label.
  public struct Requirement: Codable, Hashable, Sendable {
    /// The label.
    public var key: String
    /// How it is compared.
    public var comparison: Comparison
    /// The values compared with; empty for `exists` and `doesNotExist`.
    public var values: [String]

    /// States a condition.
    public init(key: String, comparison: Comparison, values: [String]) {
      self.key = key
      self.comparison = comparison
      self.values = values
    }
  }

  /// The conditions, all of which must hold.
  public var requirements: [Requirement]

  /// A selector of clusters for which all conditions hold.
  public init(_ requirements: [Requirement] = []) { self.requirements = requirements }

  /// Chooses every cluster.
  public static let all = Selector()

  /// Chooses the clusters with one label value.
  public static func label(_ key: String, _ value: String) -> Selector {
    Selector([Requirement(key: key, comparison: .isIn, values: [value])])
  }
}
