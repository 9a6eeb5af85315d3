public import Determinism
public import FleetModel
import RolloutStrategies

/// The identity of a run: equal keys, equal results.
///
/// A SHA-256 over everything that a result depends on: the format, the scenario in canonical form,
/// the case, the arm with its strategies and the versions of their rules, the seed, the
/// replication, the version of the world's rules, and the options that decide what is kept.
public struct RunKeys: Sendable {
  /// The version of this recipe.
  public static let formatVersion = 1

  private struct Ingredients: Encodable {
    var format: Int
    var scenario: String
    var caseName: String
    var arm: String?
    var strategies: [String]
    var seed: UInt64
    var replication: UInt32
    var semantics: Int
    var options: String
  }

  private struct Options: Encodable {
    var detail: RecordingDetail
  }

  /// The scenario in canonical form.
  public let canonicalScenario: String
  /// The options in canonical form.
  public let options: String
  private let scenario: Scenario
  private let scenarioHash: String

  /// Prepares the keys of a scenario's runs.
  ///
  /// - Parameter detail: how much of a run is kept.
  public init(_ scenario: Scenario, detail: RecordingDetail) {
    self.scenario = scenario
    canonicalScenario = Self.canonical(scenario)
    scenarioHash = SHA256.hex(of: Array(canonicalScenario.utf8))
    options = Self.canonical(Options(detail: detail))
  }

  /// The key of one run.
  ///
  /// Shape: 32 bytes.
  public func key(caseIndex: Int, armIndex: Int?, random: RandomStream) -> [UInt8] {
    let arm = armIndex.map { scenario.arms[$0] }
    let ingredients = Ingredients(
      format: Self.formatVersion, scenario: scenarioHash,
      caseName: scenario.cases[caseIndex].name, arm: arm?.name,
      strategies: (arm?.strategies ?? []).map { assignment in
        "\(assignment.rollout) \(assignment.policy.kind) \(assignment.policy.semanticsVersion) "
          + Self.canonical(assignment.policy)
      },
      seed: random.seed, replication: random.replication, semantics: World.semanticsVersion,
      options: options)
    return SHA256.digest(of: Array(Self.canonical(ingredients).utf8))
  }

  /// The canonical form of a value of ours; traps on one that has none.
  public static func canonical(_ value: some Encodable) -> String {
    guard let text = try? CanonicalJSON.string(value) else {
      preconditionFailure("a \(type(of: value)) has no canonical form")
    }
    return text
  }
}
