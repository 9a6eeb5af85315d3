import FleetModel
import LocatedYAML

extension ImportedFleet {
  /// The fleet as a document of ours, with remarks on what was not carried.
  package var text: String {
    var lines = remarks.map { "# \($0)" }
    lines += [
      "apiVersion: rollsim.dev/v1alpha1", "kind: Fleet", "metadata: {name: \(name)}", "spec:",
      "  levels: [\(levels.joined(separator: ", "))]", "  classes:",
    ]
    lines += classes.map { known in
      let nodes = known.nodes.map { ", nodes: \($0)" } ?? ""
      let users = known.users.map { ", users: \($0)" } ?? ""
      return "    - {name: \(known.name)\(nodes)\(users)}"
    }
    lines.append("  table: |")
    lines += table.map { "    \($0)" }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The clusters as comma-separated values; none needs quotes, as all are names and labels.
  private var table: [String] {
    let keys = Set(clusters.lazy.flatMap { $0.labels.map(\.key) })
    let labels = levels + keys.subtracting(levels).sorted()
    let hasKeys = clusters.contains { $0.key != nil }
    let columns = ["name", "class"] + (hasKeys ? ["key"] : []) + labels
    return [columns.joined(separator: ",")]
      + clusters.map { plan in
        var row = "\(plan.name),\(plan.clusterClass)"
        if hasKeys { row += "," + (plan.key.map(String.init) ?? "") }
        for label in labels {
          row += "," + (plan.labels.first { $0.key == label }?.value ?? "")
        }
        return row
      }
  }
}
