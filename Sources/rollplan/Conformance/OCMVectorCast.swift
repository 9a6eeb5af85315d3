import Determinism
import LocatedYAML
import RolloutStrategies

/// The clusters of a vector about Open Cluster Management, by name in byte order.
struct OCMVectorCast {
  /// The instant of the decision.
  static let now = Instant(sinceEpoch: 1_772_000_000_000_000)

  private let names: [String]

  init(_ names: [String]) {
    let sorted = names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    self.names = sorted.indices.filter { $0 == 0 || sorted[$0] != sorted[$0 - 1] }
      .map { sorted[$0] }
  }

  func rank(of name: String) throws(VectorProblem) -> OCMRank {
    guard let position = names.firstIndex(of: name) else {
      throw VectorProblem(message: "a cluster has no name")
    }
    return OCMRank(position)
  }

  // MARK: What a vector gives

  func cluster(_ entry: Cursor) throws(VectorProblem) -> OCMClusterRollout {
    var key = OCMGroupKey()
    if let field = entry.given("group") { key = try group(field) }
    return OCMClusterRollout(
      try rank(of: entry.text("cluster") ?? ""), group: key, try status(entry),
      lastTransition: try Self.instant(entry, "lastTransitionOffsetSeconds"),
      recheckAt: try Self.instant(entry, "recheckOffsetSeconds"))
  }

  func group(_ entry: Cursor) throws(VectorProblem) -> OCMGroupKey {
    OCMGroupKey(name: entry.text("groupName") ?? "", index: try entry.integer("groupIndex") ?? 0)
  }

  private func status(_ entry: Cursor) throws(VectorProblem) -> OCMStatus {
    guard let field = entry.given("status"),
      case .scalar(let text, let isPlain) = field.value?.content
    else { throw VectorProblem(message: "a cluster has no status") }
    if isPlain, let code = Int(text) { return .unknown(code) }
    guard let word = Self.words.first(where: { $0.word == text }) else {
      throw VectorProblem(message: "the status \(quoted(text)) is not known")
    }
    return word.status
  }

  private static let words: [(word: String, status: OCMStatus)] = [
    ("ToApply", .toApply), ("Progressing", .progressing), ("Succeeded", .succeeded),
    ("Failed", .failed), ("TimeOut", .timedOut), ("Skip", .skipped),
  ]

  static func seconds(_ entry: Cursor, _ key: String) throws(VectorProblem) -> Microseconds? {
    try entry.integer(key).map { .seconds(Int64($0)) }
  }

  private static func instant(_ entry: Cursor, _ key: String) throws(VectorProblem) -> Instant? {
    try seconds(entry, key).map { now + $0 }
  }

  // MARK: What is given back

  static func offset(_ instant: Instant) -> Int { Int((instant - now).count / 1_000_000) }

  static func got(_ group: OCMGroupKey) -> Got {
    ["groupName": .text(group.name), "groupIndex": .integer(group.index)]
  }

  func got(_ clusters: [OCMClusterRollout]) -> Got {
    .list(
      clusters.map { cluster in
        [
          "cluster": .text(names[Int(cluster.cluster)]), "group": Self.got(cluster.group),
          "status": Self.got(cluster.status),
          "lastTransitionOffsetSeconds": .optional(cluster.lastTransition.map(Self.offset)),
          "recheckOffsetSeconds": .optional(cluster.recheckAt.map(Self.offset)),
        ]
      })
  }

  private static func got(_ status: OCMStatus) -> Got {
    if case .unknown(let code) = status { return .integer(code) }
    return .text(words.first { $0.status == status }?.word ?? "")
  }
}
