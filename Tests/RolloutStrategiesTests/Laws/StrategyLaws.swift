import Determinism
import Foundation
import Testing

@testable import RolloutStrategies

/// The laws that every entry of the catalogue keeps, over drawn fleets in an adversarial world,
/// except where the system of a foreign entry truly breaks one.
///
/// `ROLLSIM_LAW_FLEETS` sets how many fleets are drawn, `ROLLSIM_LAW_SEED` the first seed; without
/// the latter, fleets on which a law was once broken are among them.
@Suite("Strategy laws")
struct StrategyLaws {
  private static func setting(_ name: String) -> UInt64? {
    ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) }
  }

  /// Seeds of fleets on which some entry once broke a law.
  private static let remembered: [UInt64] = [
    177, 192, 257, 334, 513, 526, 549, 867, 884, 1_440, 1_754, 1_985,
  ]

  static let seeds: [UInt64] = {
    let drawn = setting("ROLLSIM_LAW_FLEETS") ?? 50
    guard let first = setting("ROLLSIM_LAW_SEED") else {
      return Array(1..<1 + drawn) + remembered.filter { $0 > drawn }
    }
    return Array(first..<first + drawn)
  }()

  /// Checks a law over all drawn fleets; names the seed and the command of the first one that
  /// breaks it.
  private func check(
    _ entry: CatalogueEntry, _ law: (LawRun) throws -> String?,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    try check(seeds: { try law(LawRun(entry, seed: $0)) }, sourceLocation: sourceLocation)
  }

  private func check(
    _ entry: CatalogueEntry, _ law: Law, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    try check(seeds: { try law.breach(of: entry, seed: $0) }, sourceLocation: sourceLocation)
  }

  private func check(
    seeds law: (UInt64) throws -> String?, sourceLocation: SourceLocation
  ) throws {
    for seed in Self.seeds {
      guard let breach = try law(seed) else { continue }
      Issue.record(
        """
        seed \(seed): \(breach)
        ROLLSIM_LAW_SEED=\(seed) ROLLSIM_LAW_FLEETS=1 swift test --filter StrategyLaws
        """, sourceLocation: sourceLocation)
      return
    }
  }

  @Test(
    "checkpoint: encoding and decoding between steps changes no decision",
    arguments: CatalogueEntry.allCases)
  func checkpoint(_ entry: CatalogueEntry) throws {
    try check(entry) { run in
      var draws = Draws(seed: run.lawCase.seed, purpose: 2)
      let every = run.steps.count / 8 + 1
      return try run.replay { planner, _ in
        guard draws.int(1...every) == 1 else { return }
        let decoded = try CanonicalJSON.decode(
          Planner.self, from: CanonicalJSON.encode(planner))
        #expect(decoded == planner)
        planner = decoded
      }
    }
  }

  @Test(
    "idempotence and time: doubled and early steps without observations add nothing",
    arguments: CatalogueEntry.allCases)
  func idempotence(_ entry: CatalogueEntry) throws {
    try check(entry) { run in
      var last: PlannerStep?
      return try run.replay { planner, step in
        defer { last = step }
        guard let last else { return }
        for instant in [last.at, Self.middle(last.at, step.at)] {
          let extra = planner.step(at: instant, observing: [])
          try LawRun.require(
            extra.rollouts.isEmpty && extra.wakeUp == last.decision.wakeUp,
            "a step at \(instant.sinceEpoch) without observations decided \(extra)")
        }
      }
    }
  }

  @Test(
    "over-reporting: telling again what is known changes no decision",
    arguments: CatalogueEntry.allCases)
  func overReporting(_ entry: CatalogueEntry) throws {
    try check(entry) { run in
      var draws = Draws(seed: run.lawCase.seed, purpose: 3)
      var last: PlannerStep?
      return try run.replay(before: { planner, step in
        defer { last = step }
        guard let last, draws.chance(30) else { return [] }
        let percent: Int64 = draws.chance(30) ? 100 : 20
        let known = LawRun.known(to: planner, percent: percent, from: &draws)
        guard draws.chance(50), last.at < step.at else { return known }
        let extra = planner.step(at: Self.middle(last.at, step.at), observing: known)
        try LawRun.require(
          extra.rollouts.isEmpty && extra.wakeUp == last.decision.wakeUp,
          "after \(last.at.sinceEpoch), being told again decided \(extra)")
        return []
      })
    }
  }

  @Test(
    "reach: looking at all who fall silent or are heard again changes no decision",
    arguments: CatalogueEntry.own)
  func reach(_ entry: CatalogueEntry) throws {
    try check(entry) { run in
      try run.replay(before: { planner, step in
        step.observations.flatMap { observation -> [Observation] in
          switch observation {
          case .silent(let cluster, _), .heard(let cluster):
            // Of who reports anew a step is told whatever the report says.
            planner.policies.indices.map { rollout in
              let observed = planner.status(of: rollout)[cluster].observed
              return .report(rollout: rollout, cluster: cluster, observed)
            }
          default: []
          }
        }
      })
    }
  }

  @Test(
    "takeover: a strategy made anew from the statuses decides as the one that kept running",
    arguments: CatalogueEntry.keeping(.takeover))
  func takeover(_ entry: CatalogueEntry) throws { try check(entry, .takeover) }

  @Test(
    "parity: a fresh planner that is fed the observations decides the same",
    arguments: CatalogueEntry.allCases)
  func parity(_ entry: CatalogueEntry) throws {
    try check(entry) { run in try run.replay { _, _ in } }
  }

  @Test(
    "limits: concurrency, batches and domains hold at every start, whatever the latencies",
    arguments: CatalogueEntry.allCases)
  func limits(_ entry: CatalogueEntry) throws {
    try check(entry) { run in
      var seen: [Observation] = []
      return try run.replay(after: { planner, step in
        seen += step.observations.filter {
          switch $0 {
          case .gateOpened, .joined: true
          default: false
          }
        }
        for decision in step.decision.rollouts {
          let policy = run.lawCase.policies[decision.rollout]
          try LimitOracle(policy, planner, decision, seen: seen).check(at: step.at)
        }
      })
    }
  }

  @Test(
    "no repeat: nothing is asked twice in a row, but as a stated retry after a failure",
    arguments: CatalogueEntry.allCases)
  func noRepeat(_ entry: CatalogueEntry) throws { try check(entry) { try $0.repeatBreach() } }

  @Test(
    "finality: nothing is started with or after a stop",
    arguments: CatalogueEntry.keeping(.finality))
  func finality(_ entry: CatalogueEntry) throws { try check(entry, .finality) }

  @Test("time: the wake-up lies ahead", arguments: CatalogueEntry.allCases)
  func time(_ entry: CatalogueEntry) throws {
    try check(entry) { run in
      run.steps.first { step in step.decision.wakeUp.map { $0 <= step.at } ?? false }
        .map { "at \($0.at.sinceEpoch) the wake-up is \($0.decision)" }
    }
  }

  @Test(
    "settling: when every cluster has answered, a rollout is over or says what it waits for",
    arguments: CatalogueEntry.keeping(.settling))
  func settling(_ entry: CatalogueEntry) throws { try check(entry, .settling) }

  @Test(
    "renaming: other names and keys change no decision of a rollout in listed order",
    arguments: CatalogueEntry.keeping(.renaming))
  func renaming(_ entry: CatalogueEntry) throws { try check(entry, .renaming) }

  @Test(
    "renaming: another listing order changes no decision of a rollout in drawn order",
    arguments: CatalogueEntry.keeping(.relisting))
  func relisting(_ entry: CatalogueEntry) throws { try check(entry, .relisting) }

  @Test("every entry of the catalogue is drawn, and ours keep every law")
  func catalogue() {
    var draws = Draws(seed: 1)
    let drawn = CatalogueEntry.allCases.map { entry in
      entry.drawPolicy(from: &draws, order: .listed)
    }
    #expect(Set(drawn.map(\.entry)) == Set(StrategyPolicy.Entry.allCases))
    let own = zip(CatalogueEntry.allCases, drawn).filter(\.1.asksForAdmission).map(\.0)
    #expect(Set(own) == Set(CatalogueEntry.own))
    #expect(!LawException.all.contains { own.contains($0.entry) })
  }

  @Test("an exception is a true one: the law does break", arguments: LawException.all)
  func exceptions(_ exception: LawException) throws {
    let breaches = (1...50 as ClosedRange<UInt64>).lazy.compactMap { seed in
      try? exception.law.breach(of: exception.entry, seed: seed)
    }
    #expect(breaches.first != nil)
  }

  @Test("the drawn cases reach every verdict, hold and kind of directive")
  func coverage() {
    var words: [String] = []
    var pauses = 0
    var refusals = 0
    for entry in CatalogueEntry.allCases {
      for seed in 1...50 as ClosedRange<UInt64> {
        let run = LawRun(entry, seed: seed)
        let decisions = run.steps.flatMap(\.decision.rollouts)
        words += decisions.compactMap(\.verdict?.word)
        pauses += decisions.flatMap(\.directives).filter(\.isPaused).count
        refusals += run.planner.refusalCount
      }
    }
    for word in ["rolling", "paused", "halted", "rollingBack", "rolledBack", "complete"] {
      #expect(words.filter { $0 == word }.count > 10, "\(word)")
    }
    #expect(pauses > 20 && refusals > 1_000, "\(pauses) pauses, \(refusals) refusals")
  }

  private static func middle(_ a: Instant, _ b: Instant) -> Instant {
    a + Microseconds((b - a).count / 2)
  }
}
