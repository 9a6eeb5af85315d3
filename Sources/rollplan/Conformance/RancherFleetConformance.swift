import Determinism
import LocatedYAML
import PlannerDialects
import RolloutStrategies

/// Runs the vectors about Rancher Fleet.
enum RancherFleetConformance {
  static let suite = ConformanceSuite(project: "Rancher Fleet", got: got)

  private static func got(_ vector: Vector) throws(VectorProblem) -> Got {
    let input = vector.input
    return switch vector.suite {
    case "limit": try limit(input)
    case "isUnavailable": ["unavailable": .boolean(try target(input).isUnavailable)]
    case "upToDate": ["upToDate": .boolean(try target(input.entry("target")).isUpToDate)]
    case "countUnavailable": try countUnavailable(input)
    case "partitionUnavailable": try partitionUnavailable(input)
    case "bundleMaxUnavailable": bundleMaxUnavailable(input)
    case "autoPartition": try autoPartition(input)
    case "manualPartition": try manualPartition(input)
    case "maxNew": try firstPass(input, isStagingAll: false)
    case "stageAll": try firstPass(input, isStagingAll: true)
    case "updatePartitions": try updatePartitions(input)
    default: throw VectorProblem(message: "the kind \(quoted(vector.suite)) is not known")
    }
  }

  // MARK: Limits

  private static func limit(_ input: Cursor) throws(VectorProblem) -> Got {
    let count = try DeploymentConformance.count(input, "count")
    let written = input.entry("values")?.items().first { $0.value?.isNull == false }?.value
    guard let written else { return value(FleetLimit.all.of(count)) }
    // As in the source, where nothing is to be limited, nothing is read.
    guard count > 0 else { return value(FleetLimit.all.of(count)) }
    guard let limit = FleetLimit(written) else { return ["value": 0, "error": true] }
    return value(limit.of(count))
  }

  private static func value(_ number: Int) -> Got { ["value": .integer(number), "error": false] }

  private static func policy(_ input: Cursor) -> (RancherFleetPolicy, isSound: Bool) {
    guard let written = input.given("rolloutStrategy")?.apart else {
      return (RancherFleetPolicy(), true)
    }
    let policy = RancherFleetPolicy(written)
    return (policy, written.reading.errorCount == 0)
  }

  private static func bundleMaxUnavailable(_ input: Cursor) -> Got {
    let (policy, isSound) = policy(input)
    guard isSound else { return ["maxUnavailable": 0, "error": true] }
    let targets = input.entry("targets")?.items().count ?? 0
    return ["maxUnavailable": .integer(policy.unavailable(of: targets)), "error": false]
  }

  // MARK: Targets

  /// Versions by their ids; the empty one is none.
  private struct Versions {
    private var ids = [""]

    mutating func number(_ id: String?) -> Int {
      let id = id ?? ""
      if let known = ids.firstIndex(of: id) { return known }
      ids.append(id)
      return ids.count - 1
    }
  }

  private static func target(_ input: Cursor?) throws(VectorProblem) -> BundleTarget {
    guard let input else { throw VectorProblem(message: "the target is missing") }
    var versions = Versions()
    return target(input, &versions)
  }

  private static func target(_ input: Cursor, _ versions: inout Versions) -> BundleTarget {
    let desired = versions.number(input.text("desiredDeploymentID"))
    guard let written = input.given("deployment") else {
      return BundleTarget(
        desired: desired, deployment: nil, isPaused: input.boolean("paused"))
    }
    let deployment = BundleDeployment(
      staged: versions.number(written.text("stagedDeploymentID")),
      released: versions.number(written.text("deploymentID")),
      applied: versions.number(written.text("appliedDeploymentID")),
      isReady: written.boolean("ready"))
    return BundleTarget(
      desired: desired, deployment: deployment, isPaused: input.boolean("paused"))
  }

  private static func targets(_ input: Cursor) -> [BundleTarget] {
    var versions = Versions()
    return (input.entry("targets")?.items() ?? []).map { target($0, &versions) }
  }

  private static func countUnavailable(_ input: Cursor) throws(VectorProblem) -> Got {
    ["unavailable": .integer(targets(input).count { $0.isUnavailable })]
  }

  private static func partitionUnavailable(_ input: Cursor) throws(VectorProblem) -> Got {
    let partition = BundlePass.Partition(
      members: [], maxUnavailable: try DeploymentConformance.count(input, "maxUnavailable"),
      unavailable: targets(input).count { $0.isUnfinished })
    return ["partitionUnavailable": .boolean(partition.isUnavailable)]
  }

  // MARK: Partitions

  private static func ranges(_ partitions: [BundlePass.Partition]) -> Got {
    .list(
      partitions.map { partition in
        [
          "first": .integer((partition.members.first ?? -1) + 1),
          "last": .integer((partition.members.last ?? -1) + 1),
          "maxUnavailable": .integer(partition.maxUnavailable),
        ]
      })
  }

  /// Targets that a vector may speak of without naming each.
  private static let mostTargets = 100_000

  private static func autoPartition(_ input: Cursor) throws(VectorProblem) -> Got {
    let count = try DeploymentConformance.count(input, "targetCount")
    guard (0..<mostTargets).contains(count) else {
      throw VectorProblem(message: "\(count) targets are none, or too many")
    }
    return ["partitions": ranges(BundlePass.sliced(policy(input).0, count: count))]
  }

  private static func manualPartition(_ input: Cursor) throws(VectorProblem) -> Got {
    var clusters: [Cursor] = []
    var numbers: [Int] = []
    for item in input.entry("targets")?.items() ?? [] {
      let first = try DeploymentConformance.count(item, "first")
      let last = try DeploymentConformance.count(item, "last")
      guard first >= 0, first <= last, clusters.count + last - first < mostTargets else {
        throw VectorProblem(message: "the range \(first) to \(last) is none")
      }
      clusters += Array(repeating: item, count: last - first + 1)
      numbers += Array(first...last)
    }
    let fleet = fleet(of: clusters, numbers: numbers)
    let policy = policy(input).0
    let partitions = policy.partitions.map { partition in
      let members = fleet.members(of: partition.clusters)
      return BundlePass.Partition(
        members: members, maxUnavailable: policy.unavailable(of: members.count, in: partition))
    }
    return ["partitions": ranges(partitions)]
  }

  /// The fleet of targets with their names, labels and groups; `<index>` in a name is the target's
  /// number.
  private static func fleet(of targets: [Cursor], numbers: [Int]) -> BundleFleet {
    var groups: [VectorCluster] = []
    let groupsOf = targets.map { target in
      (target.given("clusterGroups")?.items() ?? []).map { item in
        groups.append(VectorCluster(item))
        return ClusterID(offset: groups.count - 1)
      }
    }
    let clusters = zip(targets, numbers).map { target, number in
      var cluster = VectorCluster(target)
      let parts = (target.text("clusterName") ?? "").split(
        separator: "<index>", omittingEmptySubsequences: false)
      cluster.name = parts.joined(separator: "\(number)")
      return cluster
    }
    groups.append(VectorCluster.unnamed)
    return BundleFleet(
      clusters: VectorCluster.fleet(of: clusters), groups: VectorCluster.fleet(of: groups),
      groupsOf: groupsOf)
  }

  // MARK: Passes

  private static func firstPass(
    _ input: Cursor, isStagingAll: Bool
  ) throws(VectorProblem) -> Got {
    var policy = policy(input).0
    let count = try DeploymentConformance.count(input, "targetCount")
    guard (0...100_000).contains(count) else {
      throw VectorProblem(message: "\(count) targets")
    }
    if isStagingAll { policy.maxNew = count }
    let targets = Array(repeating: BundleTarget(desired: 1, deployment: nil), count: count)
    let pass = BundlePass(policy, targets: targets, listed: [])
    return ["targetsWithDeployment": .integer(pass.targets.count { $0.deployment != nil })]
  }

  private static func updatePartitions(_ input: Cursor) throws(VectorProblem) -> Got {
    let (policy, isSound) = policy(input)
    guard isSound else { return ["error": true] }
    let sorted = (input.entry("targets")?.items() ?? []).sorted { a, b in
      let (a, b) = (a.text("clusterName") ?? "", b.text("clusterName") ?? "")
      return a.utf8.lexicographicallyPrecedes(b.utf8)
    }
    var versions = Versions()
    let targets = sorted.map { target($0, &versions) }
    let fleet = fleet(of: sorted, numbers: Array(sorted.indices))
    let pass = BundlePass(
      policy, targets: targets, listed: policy.partitions.map { fleet.members(of: $0.clusters) })
    let names = { (members: [Int]) in
      Got.texts(members.map { sorted[$0].text("clusterName") ?? "" })
    }
    let partitions = pass.partitions.map { partition -> Got in
      [
        "clusters": names(partition.members),
        "maxUnavailable": .integer(partition.maxUnavailable),
        "unavailable": .integer(partition.unavailable),
      ]
    }
    return [
      "created": names(pass.created), "released": names(pass.released),
      "partitions": .list(partitions),
      "unavailablePartitions": .integer(pass.unavailablePartitions),
      "maxUnavailablePartitions": .integer(pass.maxUnavailablePartitions),
      "bundleMaxUnavailable": .integer(pass.maxUnavailable),
      "bundleUnavailable": .integer(pass.unavailable),
      "newlyCreated": .integer(pass.created.count),
    ]
  }
}
