import FleetModel
package import LocatedYAML
package import PlannerDialects
import RolloutStrategies

/// A fleet that was read from elsewhere, to be written as a document of ours.
package struct ImportedFleet {
  /// A kind of clusters, as far as it is known.
  struct Class: Hashable {
    var name: String
    var nodes: Int?
    var users: Int?
  }

  /// Columns of a table that say what class a cluster is of.
  static let classColumns = ["nodes", "users"]

  let name: String
  let levels: [String]
  private(set) var classes: [Class] = []
  private(set) var clusters: [ClusterPlan] = []
  /// Where it comes from, and what of it was not carried.
  private(set) var remarks: [String] = []

  /// How many clusters there are.
  package var clusterCount: Int { clusters.count }

  /// Reads a file of comma-separated values; nil: it cannot be read, which has been reported.
  ///
  /// - Parameters:
  ///   - file: the path; problems name the file by it.
  ///   - name: the name of the fleet.
  ///   - levels: columns that form the domain hierarchy, outermost first.
  ///   - files: how files are read.
  ///   - reading: where problems go.
  package init?(
    table file: String, name: String, levels: [String], with files: FileAccess, _ reading: Reading
  ) {
    self.name = name
    self.levels = levels
    guard let source = DocumentFile.source(of: file, with: files, reading) else { return nil }
    let cursor = Cursor(
      reading: reading, source: source, path: FieldPath(),
      value: SourceValue(
        content: .scalar("", isPlain: false), mark: SourceMark(line: 1, column: 1)))
    let table = ClusterTable(
      cursor, text: source.text, levels: levels, setAside: Self.classColumns,
      standardClass: "cluster")
    remarks.append("from \(visible(file)): \(table.clusters.count) clusters")
    for (plan, cells) in zip(table.clusters, table.cells) {
      let nodes = cells.asides[0].optionalNumber(in: 1...Limits.nodesMax)
      let users = cells.asides[1].optionalNumber(in: 0...1_000_000_000)
      add(plan, nodes: nodes, users: users)
    }
    reportRepeated(table.cells.map(\.name))
    guard reading.errorCount == 0 else { return nil }
    nameClasses()
  }

  /// Takes the clusters of an estate; nil: they do not fit, which has been reported.
  ///
  /// - Parameters:
  ///   - estate: what dumps of a hub amount to.
  ///   - name: the name of the fleet.
  ///   - levels: labels that form the domain hierarchy, outermost first.
  ///   - reading: where problems go.
  package init?(estate: Estate, name: String, levels: [String], _ reading: Reading) {
    self.name = name
    self.levels = levels
    var dropped: [String: Int] = [:]
    var absent: [String] = []
    for cluster in estate.clusters {
      guard cluster.isMember else {
        absent.append(cluster.name)
        continue
      }
      add(plan(cluster, &dropped), nodes: cluster.nodes, users: nil)
    }
    let members = estate.clusters.count - absent.count
    remarks.append("from dumps of \(estate.system): \(members) clusters")
    for (label, count) in dropped.sorted(by: { $0.key < $1.key }) {
      remarks.append("not carried: the label \(visible(label)) of \(count) clusters")
    }
    for name in absent { remarks.append("not carried: \(visible(name)), which is no member") }
    for field in estate.unmapped {
      remarks.append("not carried: \(visible(field.path)) of \(field.count) objects")
    }
    guard reading.errorCount == 0 else { return nil }
    nameClasses()
  }

  // MARK: Clusters

  private func plan(_ cluster: EstateCluster, _ dropped: inout [String: Int]) -> ClusterPlan {
    if !isName(cluster.name) {
      cluster.origin.report(
        .badName, "\(quoted(cluster.name)) is no name of ours",
        help: "names are lower-case, and of at most 63 characters")
    }
    var labels: [Label] = []
    for (key, value) in cluster.labels {
      let isLevel = levels.contains(key)
      guard isLevel || !ReservedLabel.all.contains(key), isLabel(key, value) else {
        if key != "name" || value != cluster.name { dropped[key, default: 0] += 1 }
        continue
      }
      labels.append(Label(key: key, value: value))
    }
    let missing = levels.filter { level in !labels.contains { $0.key == level } }
    if !missing.isEmpty {
      cluster.origin.report(
        .incompleteDomains,
        "\(quoted(cluster.name)) has no \(missing.map { visible($0) }.joined(separator: ", "))",
        help: "choose levels that every cluster has as a label")
    }
    return ClusterPlan(
      name: cluster.name, clusterClass: "cluster", labels: labels.sorted { $0.key < $1.key })
  }

  private func isLabel(_ key: String, _ value: String) -> Bool {
    let parts = key.split(separator: "/", omittingEmptySubsequences: false)
    let isPrefixed = parts.count == 1 || parts.count == 2 && isName(String(parts[0]))
    return isPrefixed && isLabelValue(value) && isLabelValue(String(parts[parts.count - 1]))
  }

  private mutating func add(_ plan: ClusterPlan, nodes: Int?, users: Int?) {
    var plan = plan
    let known = Class(name: plan.clusterClass, nodes: nodes, users: users)
    let index = classes.firstIndex(of: known) ?? classes.count
    if index == classes.count { classes.append(known) }
    plan.clusterClass = "\(index)"
    clusters.append(plan)
  }

  private func reportRepeated(_ names: [Cursor]) {
    var lineOf: [String: Int] = [:]
    for name in names {
      guard let text = name.text, let line = name.value?.mark.line else { continue }
      if let first = lineOf[text] {
        name.report(.duplicateName, "\(quoted(text)) stands already on line \(first)")
      }
      lineOf[text] = lineOf[text] ?? line
    }
  }

  /// Gives classes of one name that differ numbers.
  private mutating func nameClasses() {
    let names = classes.map(\.name)
    for index in classes.indices where names.filter({ $0 == names[index] }).count > 1 {
      classes[index].name = "\(names[index])-\(names[...index].count { $0 == names[index] })"
    }
    for index in clusters.indices {
      guard let place = Int(clusters[index].clusterClass) else { continue }
      clusters[index].clusterClass = classes[place].name
    }
  }
}

extension Cursor {
  /// A whole number; nil: there is none.
  fileprivate func optionalNumber(in range: ClosedRange<Int>) -> Int? {
    value?.scalar?.isEmpty == false ? integer(in: range) : nil
  }
}
