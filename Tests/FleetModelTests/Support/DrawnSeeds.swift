import Foundation
import Testing

/// The seeds of drawn scenarios: 200, or the one that is to be looked at again.
enum DrawnSeeds {
  private static let variable = "FLEETMODEL_SEED"

  /// The seeds of this test run.
  static let all: [UInt64] =
    ProcessInfo.processInfo.environment[variable].flatMap(UInt64.init).map { [$0] }
    ?? Array(1...200)

  /// Whether all seeds are run, so that what they reach together can be told.
  static var isComplete: Bool { all.count > 1 }

  /// The sentence that a failure ends with.
  static func replay(_ seed: UInt64, _ suite: String) -> Comment {
    "seed \(seed); again: \(variable)=\(seed) swift test --filter \(suite)"
  }
}
