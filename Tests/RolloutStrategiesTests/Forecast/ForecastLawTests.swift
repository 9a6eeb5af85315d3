import Determinism
import Testing

@testable import RolloutStrategies

/// What holds for the forecast of every strategy over drawn fleets, guards and triggers.
@Suite("Laws of forecasts")
struct ForecastLawTests {
  private static let seeds: [UInt64] = Array(1...25)

  private static func replay(_ entry: CatalogueEntry, _ seed: UInt64) -> Comment {
    "\(entry) with seed \(seed)"
  }

  @Test(
    "it ends, is the same again, and tells of every cluster once",
    arguments: CatalogueEntry.allCases)
  func complete(_ entry: CatalogueEntry) {
    for seed in Self.seeds {
      let planner = LawCase(entry, seed: seed).makePlanner()
      let forecast = Forecast(of: planner, at: LawCase.epoch)
      #expect(forecast == Forecast(of: planner, at: LawCase.epoch), Self.replay(entry, seed))
      #expect(!forecast.isCutOff, Self.replay(entry, seed))
      for course in forecast.courses { expectOnce(course, planner, Self.replay(entry, seed)) }
    }
  }

  private func expectOnce(_ course: Forecast.Course, _ planner: Planner, _ replay: Comment) {
    let started = course.waves.flatMap(\.clusters)
    #expect(Set(started.map(\.rawValue)).count == started.count, replay)
    let left = course.remainders.flatMap(\.clusters)
    #expect(Set(left.map(\.rawValue)).count == left.count, replay)
    if course.completesAt != nil { #expect(course.verdict == .complete, replay) }
    let members = planner.members(of: course.rollout)
    let status = planner.status(of: course.rollout)
    for cluster in planner.fleet.clusters
    where members.chooses(cluster, of: planner.fleet) && status[cluster].isMember {
      let isThere = status[cluster].observed.isAvailableAtTarget
      let isAccounted = isThere || started.contains(cluster) || left.contains(cluster)
      #expect(isAccounted, replay)
    }
  }

  @Test(
    "a planner that is told all that another one knows knows the same, in the midst of anything",
    arguments: CatalogueEntry.allCases)
  func knowledge(_ entry: CatalogueEntry) throws {
    for seed in Self.seeds {
      let lawCase = LawCase(entry, seed: seed)
      var planner = lawCase.makePlanner()
      var world = AdversarialWorld(lawCase)
      let steps = world.run(&planner, maxSteps: 40)
      let now = try #require(steps.last?.at)
      let other = planner.following(planner.policies, at: now)
      for rollout in planner.policies.indices {
        #expect(
          other.knowledge(of: rollout) == planner.knowledge(of: rollout),
          Self.replay(entry, seed))
      }
    }
  }
}
