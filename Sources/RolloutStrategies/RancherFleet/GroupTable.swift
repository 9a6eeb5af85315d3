import Determinism

/// The groups of a bundle as a fleet of their own, so that selectors choose among them.
///
/// The last one stands for clusters that are in no group.
struct GroupTable {
  /// The groups.
  let fleet: Fleet

  init(_ groups: [FleetBundlePolicy.Group]) {
    var keys: [String] = []
    for label in groups.flatMap(\.labels) where !keys.contains(label.key) {
      keys.append(label.key)
    }
    let dimensions = keys.map { key in
      let carried = groups.map { group in group.labels.first { $0.key == key }?.value }
      var values: [String] = []
      for case let value? in carried where !values.contains(value) { values.append(value) }
      let positions = (carried + [nil]).map { value in
        value.flatMap { values.firstIndex(of: $0) }.map { UInt32($0) } ?? Fleet.Dimension.none
      }
      return Fleet.Dimension(name: key, values: values, valueOf: NarrowArray(positions))
    }
    let names = groups.map(\.name) + [""]
    fleet = Fleet(
      names: NameTable(names), keys: Column(names.indices.map { UInt64($0) }),
      dimensions: dimensions)
  }
}
