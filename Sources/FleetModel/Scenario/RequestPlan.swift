public import Determinism

/// The requests that the users of a service make, as far as they are counted.
public struct RequestPlan: Codable, Hashable, Sendable {
  /// Requests of a user in an hour, at every hour alike.
  ///
  /// Range: 1 to 3,600,000, which is a thousand a second.
  public var perUserHour: Int
  /// The share of requests that fail whatever version answers them.
  ///
  /// It is noise in what is counted. It harms nobody whom the rollout could have spared, so that it
  /// is no part of the users harmed.
  public var failing: Ratio

  /// What users do unless told otherwise: a request a minute, none of which fails by itself.
  public static let standard = RequestPlan(perUserHour: 60, failing: .zero)

  /// States what users ask.
  public init(perUserHour: Int, failing: Ratio) {
    self.perUserHour = perUserHour
    self.failing = failing
  }
}
