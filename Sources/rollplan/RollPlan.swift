import ArgumentParser

/// The planner's shell.
@main
struct RollPlan: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rollplan",
    abstract: "Runs the planner that rollsim simulates.",
    discussion: """
      rollplan and rollsim run the same strategies: what a simulated planner decided, this one \
      decides
      again from what was observed alone.

        rollsim run scenarios/two-coasts.yaml --arm staged --transcript t.jsonl
        rollplan step < t.jsonl
        rollplan step --verify < t.jsonl
        rollplan plan scenarios/two-coasts.yaml --arm staged
      """,
    subcommands: [
      PlanCommand.self, ObserveCommand.self, StepCommand.self, ConformanceCommand.self,
    ])
}
