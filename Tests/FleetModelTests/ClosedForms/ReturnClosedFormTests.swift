import Determinism
import RolloutStrategies
import Testing

@testable import FleetModel

/// How long a chain of services takes to go back, the last service first.
@Suite("Going back in reverse order")
struct ReturnClosedFormTests {
  /// Three services, each of which waits for the one before, on three clusters of one site.
  ///
  /// The new `a` fails an hour after its start, which is noticed after two minutes. What a planner
  /// decides takes 5 s, a pod a minute, and a report 3 s.
  private func scenario(_ scope: TriggerPolicy.Scope, _ rule: TriggerPolicy.SourceRollback?)
    -> Scenario
  {
    let strategy = StrategyPolicy.allAtOnce(
      AllAtOncePolicy(acceptance: Acceptance(onBreach: .rollBackAll)))
    let names = ["a", "b", "c"]
    let defect = DefectPlan(
      service: "a", version: "v2", trigger: .afterStart(.hours(1)), effect: .errorRate(.percent(20))
    )
    return Scenario.small(strategy, clusters: 3, defects: [defect]) { scenario in
      scenario.services = names.map { name in
        ServicePlan(name: name, version: "v1", replicas: 1, podStart: .constant(.seconds(60)))
      }
      scenario.rollouts = names.indices.map { index in
        RolloutPlan(
          name: names[index], service: names[index], to: "v2",
          trigger: index == 0
            ? nil
            : TriggerPolicy(sources: [
              .init(rollout: names[index - 1], scope: scope, onRollback: rule)
            ]))
      }
      scenario.arms[0].strategies = names.map { name in
        .init(rollout: name, strategy: strategy.kind, policy: strategy)
      }
      scenario.hub.reportLatency = .seconds(3)
      scenario.hub.deliveryLatency = .seconds(5)
      scenario.signals = SignalPlan(
        detection: .constant(.minutes(2)), errorThreshold: Ratio(partsPerBillion: 1_000_000))
    }
  }

  /// When clusters were first sent back, by rollouts, in seconds from the start of the run.
  private func sentBack(_ run: FinishedRun) -> [Double?] {
    run.record.rollouts.indices.map { rollout in
      let step = run.result.transcript.first { step in
        step.decision.rollouts.contains { made in
          made.rollout == rollout && made.directives.contains { $0.revision == .previous }
        }
      }
      return step.map { ($0.at - run.world.startAt).inSeconds }
    }
  }

  /// When rollouts came to one kind of mark, by name, in seconds from the start of the run.
  private func marks(_ kind: RunRecord.Mark.Kind, of run: FinishedRun) -> [String: Double] {
    let found = run.record.marks.filter { $0.kind == kind }
      .map { ($0.rollout ?? "", $0.after.inSeconds) }
    return Dictionary(found, uniquingKeysWith: min)
  }

  /// From a directive until its planner knows that it is done.
  private let update: Double = 5 + 60 + 3
  /// When the planner knows that `a` is bad.
  private let noticed: Double = 5 + 60 + 3_600 + 120 + 3

  @Test(
    "each service goes back one update after the service that depends on it",
    arguments: [TriggerPolicy.Scope.sameCluster, .domain("site"), .fleet])
  func chain(_ scope: TriggerPolicy.Scope) throws {
    let run = scenario(scope, .rollBack).run()
    #expect(sentBack(run) == [noticed + 2 * update, noticed + update, noticed])
    #expect(
      marks(.rollingBack, of: run) == ["a": noticed, "b": noticed, "c": noticed])
    #expect(
      marks(.rolledBack, of: run) == [
        "a": noticed + 3 * update, "b": noticed + 2 * update, "c": noticed + update,
      ])
    #expect(
      run.record.rollouts.map { outcome in outcome.verdict.evidence?.followed } == [nil, "a", "b"])
    // The last report is of no consequence to when no cluster runs the version any more.
    #expect(try run.number("rollback.duration") == 3 * update - 3)
  }

  @Test("without the rule only the bad service goes back, at once") func ignored() throws {
    let run = scenario(.sameCluster, nil).run()
    #expect(sentBack(run) == [noticed, nil, nil])
    #expect(marks(.rolledBack, of: run) == ["a": noticed + update])
  }

  @Test("pods of each cluster change in reverse order, whenever it can be reached")
  func events() throws {
    var scenario = scenario(.sameCluster, .rollBack)
    let silence = Span(after: .seconds(Int64(noticed) - 60), duration: .minutes(30))
    scenario.environment.outages = [
      .init(name: "cut", clusters: .named("c-000002"), span: silence, effect: .linkDown)
    ]
    let run = scenario.run()
    for (name, from) in [("c-000001", noticed), ("c-000002", noticed - 60 + 1_800)] {
      let reports = (0...2).map { rollout in
        run.result.transcript.first { step in
          step.observations.contains { observation in
            guard case .report(rollout, let cluster, let report) = observation else { return false }
            return run.world.fleet.names[cluster.offset] == name && report.revision == .previous
              && report.phase == .idle && report.generation > 1
          }
        }
        .map { ($0.at - run.world.startAt).inSeconds }
      }
      let times = try reports.map { try #require($0) }
      #expect(times[2] < times[1] && times[1] < times[0] && times[2] > from, "\(name): \(times)")
      #expect(times[0] >= times[2] + 2 * update, "\(name): \(times)")
    }
  }
}
