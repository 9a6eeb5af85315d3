package import LocatedYAML
package import RolloutStrategies

extension RancherFleetPolicy {
  /// Reads the `rolloutStrategy` of a document; what cannot be read has been reported.
  package init(_ cursor: Cursor) {
    let fields = cursor.fields(RancherFleetSpecs.strategy)
    let standard = RancherFleetPolicy()
    self.init(
      maxUnavailable: fields.written("maxUnavailable")?.fleetLimit(),
      maxUnavailablePartitions: fields.written("maxUnavailablePartitions")?.fleetLimit(),
      autoPartitionSize: fields.written("autoPartitionSize")?.fleetLimit(),
      autoPartitionThreshold: fields.written("autoPartitionThreshold")?.wholeNumber()
        ?? standard.autoPartitionThreshold,
      maxNew: fields.written("maxNew")?.wholeNumber() ?? standard.maxNew,
      partitions: fields.written("partitions")?.items().map { Partition($0) } ?? [])
  }
}

extension RancherFleetPolicy.Partition {
  fileprivate init(_ cursor: Cursor) {
    let fields = cursor.fields(RancherFleetSpecs.partition)
    self.init(
      name: fields.written("name")?.value?.scalar ?? "",
      maxUnavailable: fields.written("maxUnavailable")?.fleetLimit(),
      clusters: BundleMatch(fields))
  }
}

extension BundleMatch {
  /// Reads the criteria of a target, a restriction or a partition.
  init(_ fields: Fields) {
    // An empty name says as little as a missing one.
    let text = { (key: String) in fields.written(key)?.text.flatMap { $0.isEmpty ? nil : $0 } }
    self.init(
      clusterName: text("clusterName"),
      clusterSelector: fields.written("clusterSelector")?.labelSelector(),
      clusterGroup: text("clusterGroup"),
      clusterGroupSelector: fields.written("clusterGroupSelector")?.labelSelector())
  }
}

extension Cursor {
  /// A limit of Rancher Fleet's.
  fileprivate func fleetLimit() -> FleetLimit? {
    guard let value, text != nil else { return nil }
    return FleetLimit(value)
      ?? refuse(
        .badAmount, "\(quoted(value.scalar ?? "")) is neither a number nor a percentage",
        help: "write a whole number, or a percentage such as 25%", use: nil)
  }

  /// A whole number, perhaps negative.
  fileprivate func wholeNumber() -> Int? {
    guard let text else { return nil }
    guard case .scalar(_, isPlain: true) = value?.content, let number = Int32(text) else {
      return refuse(.badInteger, "\(quoted(text)) is not a whole number", use: nil)
    }
    return Int(number)
  }
}
