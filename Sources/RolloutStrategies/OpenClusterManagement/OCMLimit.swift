public import Determinism

/// A limit as users of Open Cluster Management write it: a whole number, or a percentage as text.
public enum OCMLimit: Codable, Hashable, Sendable {
  /// A whole number, perhaps none or a negative one.
  case count(Int)
  /// A percentage.
  case share(Ratio)
  /// Text that passes the checks of the API and that the library then refuses: a number in quotes.
  case unreadable

  /// What is not written.
  public static let unset = OCMLimit.count(0)

  /// The number that the limit stands for.
  ///
  /// Zero, less, or more than there are means the standard number. A percentage is rounded up, in
  /// floating point as the library does it: 7 % of 100 is 8 for it.
  ///
  /// - Parameters:
  ///   - total: what a percentage is of.
  ///   - standard: what holds instead of a number out of range.
  /// - Returns: a number from 1 to the total, or the standard one.
  /// - Throws: when the library refuses the text.
  /// - Source: OCM sdk-go v1.3.0-1, `calculateRolloutSize`; `clustersPerDecisionGroup` likewise.
  package func size(of total: Int, else standard: Int) throws(OCMUnreadable) -> Int {
    let size =
      switch self {
      case .count(let count): count
      case .share(let share): Self.roundedUp(share, of: total)
      case .unreadable: throw OCMUnreadable()
      }
    return size <= 0 || size > total ? standard : size
  }

  private static func roundedUp(_ share: Ratio, of total: Int) -> Int {
    let percent = Double(share.partsPerBillion) / 10_000_000
    let size = (percent / 100 * Double(total)).rounded(.up)
    return Int(exactly: size) ?? .max
  }
}

/// How long a cluster may take, as users of Open Cluster Management write it.
public enum OCMDeadline: Codable, Hashable, Sendable {
  /// For ever.
  case none
  /// So long after its last transition.
  case after(Microseconds)
  /// Text that is neither `None` nor a duration; the library then rolls nothing out.
  case unreadable

  /// How long it is; nil: for ever.
  package func length() throws(OCMUnreadable) -> Microseconds? {
    switch self {
    case .none: nil
    case .after(let length): length
    case .unreadable: throw OCMUnreadable()
    }
  }
}

/// Something in a rollout strategy that the library refuses, so that nothing rolls out.
package struct OCMUnreadable: Error {}
