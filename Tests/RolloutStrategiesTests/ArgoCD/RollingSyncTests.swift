import Determinism
import Testing

@testable import RolloutStrategies

/// Argo CD's progressive syncs: what its rules give when worked out by hand, quirks and all.
@Suite("Progressive syncs of Argo CD")
struct RollingSyncTests {
  private typealias Step = RollingSync.Step
  private let now = Instant(sinceEpoch: 1_772_409_600_000_000)

  private func status(
    _ name: String, _ phase: ApplicationStatus.Phase, secondsAgo: Int64? = 300
  ) -> ApplicationStatus {
    ApplicationStatus(
      application: name, phase: phase, step: 1, revisions: ["a"],
      changedAt: secondsAgo.map { now - .seconds($0) })
  }

  private func promoted(
    _ statuses: [ApplicationStatus], _ limits: [RollingSync.MaxUpdate?],
    stepOf: @escaping (String) -> Int? = { _ in 0 }
  ) -> [ApplicationStatus.Phase] {
    var statuses = statuses
    RollingSync.promote(
      &statuses, sync: RollingSync(steps: limits.map { Step(maxUpdate: $0) }),
      isAllowed: { _ in true }, stepOf: stepOf, at: now)
    return statuses.map(\.phase)
  }

  private let four = ["a", "b", "c", "d"]

  @Test(
    "a limit is read as the system reads it, down to texts that mean one",
    arguments: [
      ("0%", 10, 0), ("00%", 10, 1), ("5%", 10, 1), ("25%", 10, 2), ("100%", 10, 10), ("3", 10, 1),
      ("2.5%", 10, 1), ("", 10, 1), ("%", 10, 1), ("+5%", 100, 1), ("50%", 0, 1),
    ])
  func limits(text: String, total: Int, limit: Int) {
    #expect(RollingSync.MaxUpdate(text: text).limit(of: total) == limit)
  }

  @Test("as many wait no longer as may be under way; no limit lets all go, 0 or less none")
  func promotion() {
    let waiting = four.map { status($0, .waiting) }
    func pending(_ limit: RollingSync.MaxUpdate?) -> Int {
      promoted(waiting, [limit]).filter { $0 == .pending }.count
    }
    #expect(pending(nil) == 4 && pending(.count(3)) == 3 && pending(.percent(50)) == 2)
    #expect(pending(.count(0)) == 0 && pending(.count(-1)) == 0 && pending(.nothing) == 0)
    #expect(
      promoted(
        [status("a", .progressing), status("b", .pending), status("c", .waiting)], [.count(3)])
        == [.progressing, .pending, .pending])
  }

  @Test("an application in no step raises the first one's base and takes one of its places")
  func strays() {
    let stray = status("z", .progressing)
    let all = [status("a", .waiting), status("b", .waiting), stray]
    let stepOf = { (name: String) -> Int? in name == "z" ? nil : 0 }
    #expect(promoted(all, [.count(1)], stepOf: stepOf) == [.waiting, .waiting, .progressing])
    #expect(promoted(all, [.percent(67)], stepOf: stepOf) == [.pending, .waiting, .progressing])
  }

  @Test(
    "a step opens when all of the one before are there, known and healthy; an empty one at once")
  func allowance() {
    let steps = [["b", "a"], [], ["c"]]
    let healthy = ["a", "b"].map { status($0, .healthy) }
    #expect(
      RollingSync.allowed(steps: steps, statuses: healthy, present: ["a", "b"]) == ["a", "b", "c"])
    #expect(RollingSync.allowed(steps: steps, statuses: healthy, present: ["a"]) == ["a", "b"])
    #expect(
      RollingSync.allowed(steps: steps, statuses: [healthy[0]], present: ["a", "b"]) == ["a", "b"])
  }

  @Test("what nobody has looked at since it changed still counts as healthy: the next step opens")
  func staleStatus() {
    // The new revision of `a` is out, and its status is still of the old one.
    #expect(
      RollingSync.allowed(
        steps: [["a"], ["b"]], statuses: [status("a", .healthy), status("b", .waiting)],
        present: ["a", "b"]) == ["a", "b"])
  }

  private func seen(
    isHealthy: Bool = true, isSynced: Bool = true, revision: String = "a",
    reconciledSecondsAgo: Int64? = 0, startedSecondsAgo: Int64? = nil, hasError: Bool = false
  ) -> ObservedApplication {
    ObservedApplication(
      name: "a", isHealthy: isHealthy, isSynced: isSynced, revisions: [revision],
      reconciledAt: reconciledSecondsAgo.map { now - .seconds($0) },
      syncStartedAt: startedSecondsAgo.map { now - .seconds($0) }, hasError: hasError)
  }

  private func phase(
    after phase: ApplicationStatus.Phase?, _ application: ObservedApplication
  ) -> ApplicationStatus.Phase {
    ApplicationStatus.observed(phase.map { status("a", $0) }, application, step: 0, at: now).phase
  }

  @Test("waiting ends when somebody else syncs it, which is how a limit of 0 becomes a gate")
  func waiting() {
    #expect(phase(after: nil, seen()) == .healthy)
    #expect(phase(after: .waiting, seen(isHealthy: false)) == .progressing)
    #expect(phase(after: .waiting, seen(isSynced: false)) == .waiting)
  }

  @Test("pending ends with a sync, or an error, that is from after it began")
  func pending() {
    #expect(phase(after: .pending, seen(startedSecondsAgo: 60)) == .progressing)
    #expect(phase(after: .pending, seen(startedSecondsAgo: 400)) == .pending)
    #expect(
      phase(after: .pending, seen(reconciledSecondsAgo: 300, startedSecondsAgo: 60)) == .pending)
    #expect(phase(after: .pending, seen(reconciledSecondsAgo: nil, hasError: true)) == .progressing)
  }

  @Test("progressing ends in sync and well only; healthy ends with a change only")
  func progressing() {
    #expect(phase(after: .progressing, seen(isSynced: false)) == .progressing)
    #expect(phase(after: .progressing, seen(isHealthy: false)) == .progressing)
    #expect(phase(after: .progressing, seen()) == .healthy)
    #expect(phase(after: .healthy, seen(isHealthy: false, isSynced: false)) == .healthy)
    #expect(phase(after: .healthy, seen(isSynced: false, revision: "b")) == .waiting)
  }

  @Test("who has no label is chosen by all but `In`; the first step that chooses is one's own")
  func steps() {
    let apps: [(name: String, label: (String) -> String?)] = [
      ("a", { $0 == "ring" ? "canary" : nil }), ("b", { _ in nil }),
    ]
    func step(_ comparison: String) -> Step {
      Step(expressions: [.init(key: "ring", comparison: comparison, values: ["canary"])])
    }
    let plan = RollingSyncPlan(
      RollingSync(steps: [step("In"), step("NotIn"), step("Exists"), Step()]), applications: apps)
    #expect(plan.steps == [["a"], ["b"], ["b"], ["a", "b"]])
    #expect(plan.step(of: "a") == 0 && plan.step(of: "b") == 1 && plan.step(of: "c") == nil)
    #expect(plan.issues.unknown == [.init(step: 2, comparison: "Exists")])
    #expect(plan.issues.duplicates.map(\.step) == [2, 3, 3])
  }

  @Test("deletion is reversed in any letters, but not without steps")
  func deletion() {
    #expect(RollingSync(steps: [Step()], deletionOrder: "rEVERSE").deletesInReverse)
    #expect(!RollingSync(steps: [], deletionOrder: "Reverse").deletesInReverse)
    #expect(!RollingSync(steps: [Step()], deletionOrder: "AllAtOnce").deletesInReverse)
  }
}
