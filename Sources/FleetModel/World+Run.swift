public import Determinism
import DiscreteEvents
public import RolloutStrategies

extension World {
  /// The version of what runs mean: raised when an equal scenario no longer gives equal digests.
  public static let semanticsVersion = 5

  /// Carries out one run.
  ///
  /// A pure function of the world and the request; options change what is kept, not what happens.
  public func run(_ request: RunRequest, options: RunOptions = RunOptions()) -> RunResult {
    switch options.eventList {
    case .wheel: simulate(request, options, with: BlockWheel.self)
    case .heap: simulate(request, options, with: PlainHeap.self)
    }
  }

  private func simulate<List: EventList & ~Copyable>(
    _ request: RunRequest, _ options: RunOptions, with list: List.Type
  ) -> RunResult {
    var simulation = Simulation<List>(self, request, options)
    simulation.run()
    return simulation.result()
  }

  /// The planners of an arm as they are before their first step, as simulator and real planner both
  /// make them.
  public func planners(arm: ArmPlan, random: RandomStream) -> [Planner] {
    let policies = policies(arm: arm)
    return scenario.planners.indices.map { index in
      Simulation<PlainHeap>.planner(index, self, policies, seed: random)
    }
  }
}
