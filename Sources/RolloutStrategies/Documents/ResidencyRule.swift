public import Determinism

/// Where a version may run: clusters whose label names a jurisdiction start only once the version
/// is released there.
///
/// Clusters without the label may always start.
public struct ResidencyRule: Codable, Hashable, Sendable {
  /// A jurisdiction in which the version is released.
  public struct Release: Codable, Hashable, Sendable {
    /// The label's value.
    public var value: String
    /// From the rollout's start to the release.
    public var after: Microseconds

    /// States a release; it is there from the start, unless told otherwise.
    public init(value: String, after: Microseconds = .zero) {
      self.value = value
      self.after = after
    }
  }

  /// The label.
  public var label: String
  /// Where the version is released; it never is anywhere else.
  public var released: [Release]

  /// States where a version may run.
  public init(label: String, released: [Release]) {
    self.label = label
    self.released = released
  }
}
