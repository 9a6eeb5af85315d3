import ArgumentParser

/// The simulator's command line.
@main
struct RollSim: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rollsim",
    abstract: "Simulates software rollouts over fleets of clusters, before production.",
    discussion: """
      Runs every strategy of a scenario against the same good and bad versions, outages and links,
      and says which is better, by how much, how sure that is, and what it costs.

        rollsim run scenarios/two-coasts.yaml
        rollsim show results/two-coasts.sqlite --run one-coast-first/0 --case bad
        rollsim compare results/two-coasts.sqlite

      Exit codes: 0 ok, 3 invalid input, 4 nothing selected, 5 inconclusive, 10 expectation failed,
      11 determinism violated, 12 unusable database, 13 no space or I/O error, 64 usage, 130/143 \
      signal.
      """,
    subcommands: [
      RunCommand.self, ValidateCommand.self, ShowCommand.self, CompareCommand.self,
      DigestCommand.self, VerifyCommand.self, ReplayCommand.self, BisectCommand.self,
      ImportCommand.self, FuzzCommand.self, BenchCommand.self,
    ])
}
