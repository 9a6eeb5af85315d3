package import Determinism
package import LocatedYAML
package import RolloutStrategies

/// An estate as dumps of its hub show it: clusters, what they were asked and report, and the
/// document by which they are rolled out to.
package struct Estate {
  /// What is said by whoever reads dumps.
  package struct Question {
    /// The files of dumps.
    package var dumps: [String]
    /// Files with the planner's documents, where the dumps hold none.
    package var documents: [String] = []
    /// The name of the rollout's own object, where there are several.
    package var rollout: String?
    /// The version that is rolled out, where it cannot be told.
    package var target: String?
    /// When the dumps were taken; nil: at the latest instant that stands in them.
    package var takenAt: Instant?

    /// States a question.
    package init(dumps: [String]) { self.dumps = dumps }
  }

  /// The system that it is planned by.
  package var system: String
  /// The clusters, by name.
  package var clusters: [EstateCluster]
  /// Whether the rollout is only for clusters that are chosen.
  package var hasChoice: Bool
  /// What is recorded of the rollout; nil: it has not begun.
  package var rollout: RolloutStatus?
  /// The name of the version that is rolled out.
  package var target: String
  /// What the documents amount to; nil: there are none.
  package var documents: ForeignRollout?
  /// When it was so.
  package var takenAt: Instant
  /// What nothing was made of.
  package var unmapped: [UnmappedFields.Field]

  /// Reads an estate; nil: it cannot be read, which has been reported.
  ///
  /// - Parameters:
  ///   - question: which files, and what they do not tell.
  ///   - files: how files are read.
  ///   - reading: where problems go.
  package init?(_ question: Question, with files: FileAccess, _ reading: Reading) {
    let dumped = question.dumps.flatMap { EstateDump.objects(of: $0, with: files, reading) }
    let written = question.documents.flatMap { EstateDump.objects(of: $0, with: files, reading) }
    guard reading.errorCount == 0, let system = Self.system(of: dumped + written) else {
      return nil
    }
    let objects = EstateObjects(
      all: Self.unique(dumped + written), target: question.target, rollout: question.rollout)
    guard reading.errorCount == 0 else { return nil }
    var draft = EstateDraft()
    system.read(objects, &draft)
    if draft.clusters.isEmpty, reading.errorCount == 0 {
      dumped.first?.report(
        .emptyList, "there is no cluster in the dumps", help: "dump the clusters, too")
    }
    documents = Self.documents(of: objects, system)
    guard reading.errorCount == 0 else { return nil }
    self.system = system.name
    let takenAt = question.takenAt ?? Self.latest(draft)
    self.takenAt = takenAt
    if let silentAfter = draft.silentAfter {
      draft.updateAll { $0.isSilent(after: silentAfter, at: takenAt) }
    }
    clusters = draft.clusters.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    hasChoice = draft.hasChoice
    rollout = draft.rollout
    target = question.target ?? draft.target ?? "target"
    var unmapped = UnmappedFields()
    for object in objects.all {
      if let kind = system.kinds.first(where: { $0.kind == object.kind }) {
        unmapped.note(object, kind)
      }
    }
    self.unmapped = unmapped.fields
    checkTimes(objects)
    guard reading.errorCount == 0 else { return nil }
  }

  // MARK: Which system

  /// The system that knows all kinds that are there; nil: none does, which is reported.
  private static func system(of objects: [EstateObject]) -> EstateSystem? {
    guard let first = objects.first else { return nil }
    let candidates = EstateSystem.all.filter { $0.knows(first.kind) }
    if let match = candidates.first(where: { system in
      objects.allSatisfy { system.knows($0.kind) }
    }) {
      return match
    }
    let stranger = objects.first { object in !candidates.contains { $0.knows(object.kind) } }
    let other = stranger ?? objects[objects.count - 1]
    other.report(
      .wrongDocuments,
      "objects of different planners stand together: \(first.kind) and \(other.kind)",
      help: "give the dumps of one planner at a time")
    return nil
  }

  /// The objects, of which each may stand once.
  private static func unique(_ objects: [EstateObject]) -> [EstateObject] {
    var known: Set<String> = []
    for object in objects
    where !known.insert("\(object.kind)\n\(object.namespace)\n\(object.name)").inserted {
      object.report(
        .duplicateName, "\(object.kind) \(quoted(object.name)) stands twice in the dumps",
        help: "give every object once")
    }
    return objects
  }

  private static func documents(
    of objects: EstateObjects, _ system: EstateSystem
  ) -> ForeignRollout? {
    let kinds = system.kinds.filter(\.isDocument).map(\.kind)
    let readable = ForeignDocuments.systems.flatMap(\.kinds)
    var documents = objects.all.filter { kinds.contains($0.kind) && readable.contains($0.kind) }
    if let name = objects.rollout {
      let named = documents.filter { $0.name == name }
      documents = documents.filter { object in
        object.name == name || !named.contains { $0.kind == object.kind }
      }
    }
    return documents.isEmpty ? nil : ForeignDocuments.read(documents.map(\.root))?.overApplications
  }

  // MARK: Time

  private static func latest(_ draft: EstateDraft) -> Instant {
    var latest = Instant(sinceEpoch: 0)
    for cluster in draft.clusters {
      let times = [
        cluster.silentSince, cluster.asked?.since, cluster.observed?.since, cluster.heardAt,
      ]
      for time in times.compactMap({ $0 }) where time != .never { latest = max(latest, time) }
    }
    for time in [draft.rollout?.startedAt, draft.rollout?.stageEnteredAt].compactMap({ $0 })
    where time != .never {
      latest = max(latest, time)
    }
    return latest
  }

  private func checkTimes(_ objects: EstateObjects) {
    for cluster in clusters {
      let times = [cluster.silentSince, cluster.asked?.since, cluster.observed?.since]
      guard let late = times.compactMap({ $0 }).first(where: { $0 > takenAt }) else { continue }
      cluster.origin.report(
        .badInstant,
        "something about \(quoted(cluster.name)) is of \(Timestamp.format(late)), later than the"
          + " dumps, which are of \(Timestamp.format(takenAt))",
        help: "give the time at which the dumps were taken")
    }
  }
}

extension EstateCluster {
  /// Takes a cluster to be silent that was not heard of for too long.
  fileprivate mutating func isSilent(after patience: Microseconds, at now: Instant) {
    guard silentSince == nil, let heardAt, now - heardAt > patience else { return }
    silentSince = heardAt
  }
}
