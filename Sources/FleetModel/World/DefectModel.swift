import Determinism
import RolloutStrategies

/// A defect as the handlers need it.
struct DefectModel {
  let plan: DefectPlan
  let service: Int
  let version: UInt8
  let test: ClusterTest

  /// Works out the defects of a case; those of versions that never run are left out.
  static func resolve(_ plans: [DefectPlan], _ world: World) -> [DefectModel] {
    precondition(plans.count <= 16, "\(plans.count) defects in one case; 16 are possible")
    return plans.compactMap { plan in
      guard
        let service = world.scenario.services.firstIndex(where: { $0.name == plan.service }),
        let version = world.versions[service].firstIndex(of: plan.version)
      else { return nil }
      return DefectModel(
        plan: plan, service: service, version: UInt8(version),
        test: world.fleet.resolve(plan.affects))
    }
  }

  /// Whether it keeps pods from becoming ready at all.
  var keepsFromStarting: Bool {
    if case .afterStart = plan.trigger { return false }
    switch plan.effect {
    case .crash, .neverReady: return true
    case .errorRate: return false
    }
  }

  /// The share of requests to the version that fail once it acts.
  ///
  /// Unit: parts per billion.
  var errorRate: Int32 {
    switch plan.effect {
    case .crash, .neverReady: 1_000_000_000
    case .errorRate(let rate): Int32(min(rate, .one).partsPerBillion)
    }
  }
}

/// Which attempt of which update a draw of fate is for.
enum FateOrdinal {
  /// service 6 bits | version 6 bits | attempt 8 bits | round 8 bits; counts beyond that repeat the
  /// last.
  static func of(service: Int, version: UInt8, attempt: UInt8, round: UInt8 = 0) -> UInt32 {
    UInt32(service) << 22 | UInt32(version) << 16 | UInt32(attempt) << 8 | UInt32(round)
  }
}
