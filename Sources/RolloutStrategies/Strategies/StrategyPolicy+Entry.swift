extension StrategyPolicy {
  /// The entries of the catalogue of strategies, by the names that documents give them.
  public enum Entry: String, CaseIterable, Sendable {
    case allAtOnce, progressive, perGroup, staged, timedBatches, exposure, blueGreen
    case riskRamp, cohortCanary
    case kubeFleetStagedRun, kubeFleetRollingUpdate, clusterGroupUpgrade, placementRollout
    case fleetBundle, clusterProfile, applicationSet
  }

  /// The entry whose settings these are.
  public var entry: Entry {
    switch self {
    case .allAtOnce: .allAtOnce
    case .progressive: .progressive
    case .perGroup: .perGroup
    case .staged: .staged
    case .timedBatches: .timedBatches
    case .exposure: .exposure
    case .blueGreen: .blueGreen
    case .riskRamp: .riskRamp
    case .cohortCanary: .cohortCanary
    case .kubeFleetStaged: .kubeFleetStagedRun
    case .kubeFleetRolling: .kubeFleetRollingUpdate
    case .talm: .clusterGroupUpgrade
    case .ocm: .placementRollout
    case .fleetBundle: .fleetBundle
    case .clusterProfile: .clusterProfile
    case .applicationSet: .applicationSet
    }
  }
}
