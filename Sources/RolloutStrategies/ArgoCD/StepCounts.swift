/// How many applications each step of progressive syncs has, and how far they are.
///
/// Which applications are in which steps does not change; an application of no step counts, as in
/// the system, as one of the first.
struct StepCounts: Codable, Equatable, Sendable {
  /// The steps that choose each application, ascending, by its position.
  private let stepsOf: [[Int]]
  /// Those of each step that have a status.
  private(set) var total: [Int]
  /// Those of each step that are under way.
  private(set) var busy: [Int]
  /// Those of each step that are there and not healthy, or have no status yet.
  private(set) var unfinished: [Int]

  /// Counts nothing yet.
  init(_ plan: RollingSyncPlan) {
    var stepsOf: [[Int]] = Array(repeating: [], count: plan.ownSteps.count)
    for (step, members) in plan.members.enumerated() {
      for member in members { stepsOf[member].append(step) }
    }
    self.stepsOf = stepsOf
    total = Array(repeating: 0, count: max(1, plan.members.count))
    busy = total
    unfinished = Array(repeating: 0, count: plan.members.count)
  }

  /// The step that an application counts in.
  func place(of application: Int) -> Int { stepsOf[application].first ?? 0 }

  /// Whether a step chooses an application.
  func isInStep(_ application: Int) -> Bool { !stepsOf[application].isEmpty }

  /// The first step that is not complete; the number of steps: all are.
  var firstUnfinished: Int { unfinished.firstIndex { $0 > 0 } ?? unfinished.count }

  /// Whether an application may be synced: all steps before its own are complete.
  func allows(_ application: Int) -> Bool {
    isInStep(application) && place(of: application) <= firstUnfinished
  }

  /// Adds an application, or takes it away.
  ///
  /// - Parameters:
  ///   - application: its position.
  ///   - phase: how far it is; nil: it has no status yet.
  ///   - sign: 1 or -1.
  mutating func count(_ application: Int, _ phase: ApplicationStatus.Phase?, _ sign: Int) {
    let place = place(of: application)
    if phase != nil { total[place] += sign }
    if phase == .pending || phase == .progressing { busy[place] += sign }
    guard phase != .healthy else { return }
    for step in stepsOf[application] { unfinished[step] += sign }
  }
}
