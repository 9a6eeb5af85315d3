public import Determinism

/// Which applications may be synced: the second half of a pass.
///
/// - Source: Argo CD after v3.5.0-rc3, `getAppsToSync` and
///   `updateApplicationSetApplicationStatusProgress`.
extension RollingSync {
  /// The names of the applications that may be synced: those of the first step and of each step
  /// behind one whose applications are all there and healthy.
  ///
  /// What counts is what is remembered, so that an application which nobody has looked at since
  /// it changed still counts as healthy: a later step may open too early.
  ///
  /// - Parameters:
  ///   - steps: the names in each step.
  ///   - statuses: what is remembered.
  ///   - present: the names of the applications that exist.
  /// - Returns: the names, ordered and each once.
  public static func allowed(
    steps: [[String]], statuses: [ApplicationStatus], present: [String]
  ) -> [String] {
    var names: [String] = []
    for step in steps {
      names += step
      let isComplete = step.allSatisfy { name in
        present.contains(name)
          && statuses.contains { $0.application == name && $0.phase == .healthy }
      }
      guard isComplete else { break }
    }
    names.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    return names.indices.filter { $0 == 0 || names[$0] != names[$0 - 1] }.map { names[$0] }
  }

  /// Lets applications that wait be synced, in the order of their statuses, as many of each step
  /// as may be under way.
  ///
  /// An application in no step counts as one of the first: it raises the base of that step's
  /// percentage and may take one of its places.
  ///
  /// - Parameters:
  ///   - statuses: what is remembered.
  ///   - sync: the steps; nil: no limits.
  ///   - isAllowed: whether an application may be synced.
  ///   - stepOf: the step of an application, from 0; nil: none.
  ///   - now: when the pass takes place.
  public static func promote(
    _ statuses: inout [ApplicationStatus], sync: RollingSync?, isAllowed: (String) -> Bool,
    stepOf: (String) -> Int?, at now: Instant
  ) {
    let places = statuses.map { stepOf($0.application) ?? 0 }
    let count = max(sync?.steps.count ?? 0, (places.max() ?? 0) + 1)
    var total = Array(repeating: 0, count: count)
    var busy = total
    for (status, step) in zip(statuses, places) {
      total[step] += 1
      if status.phase == .pending || status.phase == .progressing { busy[step] += 1 }
    }
    for (index, step) in places.enumerated()
    where statuses[index].phase == .waiting && isAllowed(statuses[index].application) {
      guard sync?.admits(busy: busy[step], of: total[step], in: step) ?? true else { continue }
      statuses[index].move(to: .pending, at: now)
      busy[step] += 1
    }
  }

  /// Whether one more application of a step may be under way.
  ///
  /// - Parameters:
  ///   - busy: those of the step that are under way.
  ///   - total: those of the step that have a status.
  ///   - step: the step, from 0; one that is not there has no limit.
  /// - Returns: whether it may.
  func admits(busy: Int, of total: Int, in step: Int) -> Bool {
    guard step < steps.count, let limit = steps[step].maxUpdate else { return true }
    return busy < limit.limit(of: total)
  }
}
