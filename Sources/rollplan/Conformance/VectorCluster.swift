import Determinism
import LocatedYAML
import RolloutStrategies

/// A cluster that a vector names, with its labels.
struct VectorCluster: Sendable {
  var name: String
  var labels: [(key: String, value: String)]

  /// One without a name and without labels.
  static let unnamed = VectorCluster()

  private init() {
    name = ""
    labels = []
  }

  init(_ cursor: Cursor) {
    name = cursor.text("name") ?? cursor.value?.scalar ?? ""
    labels = (cursor.given("labels")?.entries() ?? []).map {
      ($0.key.value?.scalar ?? "", $0.value.value?.scalar ?? "")
    }
  }

  /// The fleet of some clusters.
  static func fleet(of clusters: [VectorCluster]) -> Fleet {
    var keys: [String] = []
    for label in clusters.flatMap(\.labels) where !keys.contains(label.key) {
      keys.append(label.key)
    }
    let dimensions = keys.map { key in
      let carried = clusters.map { cluster in cluster.labels.first { $0.key == key }?.value }
      var values: [String] = []
      for value in carried.compactMap({ $0 }) where !values.contains(value) {
        values.append(value)
      }
      let positions = carried.map { value in
        value.flatMap { values.firstIndex(of: $0) }.map { UInt32($0) } ?? Fleet.Dimension.none
      }
      return Fleet.Dimension(name: key, values: values, valueOf: NarrowArray(positions))
    }
    return Fleet(
      names: NameTable(clusters.map(\.name)), keys: Column(clusters.indices.map { UInt64($0) }),
      dimensions: dimensions)
  }
}
