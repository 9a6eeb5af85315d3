import ArgumentParser
import Foundation

/// Measures the engine against the plain heap loop.
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measure the engine beside a plain heap loop over the same work.",
    discussion: """
      Times are the least of several rounds in which the engines take turns; ratios between rows \
      of one
      call say more than any single figure. Build for release before you measure. Digests of one \
      piece
      of work are equal, or the command ends with exit code 11.
      """)

  @Option(help: "The entities of PHOLD; may be repeated.")
  var entities: [Int] = [1_000, 10_000, 100_000, 1_000_000]

  @Option(help: "The entities of Lifecycle-6; 0: leave it out.")
  var lifecycle = 1_000_000

  @Option(help: "The clusters of rollouts; may be repeated; 0: leave them out.")
  var clusters: [Int] = [1_000, 100_000, 1_000_000]

  @Option(help: "The clusters of planners whose steps are measured; may be repeated; 0: none.")
  var planner: [Int] = [1_000_000]

  @Option(help: "The scenario of the rollouts; its fleet is generated.")
  var scenario = "scenarios/tower-1m.yaml"

  @Option(help: "The arm of the rollouts; without it the first.")
  var arm: String?

  @Option(name: .customLong("case"), help: "The case of the rollouts; without it the first.")
  var caseName: String?

  @Option(help: "About how many events each engine handles in each round of PHOLD.")
  var events = 5_000_000

  @Option(help: "How many rounds.")
  var rounds = 3

  @Flag(help: "Print the rows as JSON.")
  var json = false

  @Option(help: "Say how times differ from those of a file that --json wrote.")
  var compare: String?

  func validate() throws {
    if !(entities + clusters + planner + [lifecycle]).allSatisfy({ (0...100_000_000).contains($0) })
    {
      throw ValidationError("numbers of entities and clusters are from 0 to 100000000")
    }
    if arm != nil || caseName != nil, !clusters.contains(where: { $0 > 0 }) {
      throw ValidationError("--arm and --case choose a rollout, and --clusters leaves rollouts out")
    }
    if !(1...100).contains(rounds) || !(1...1_000_000_000).contains(events) {
      throw ValidationError("--rounds is from 1 to 100, and --events from 1 to 1000000000")
    }
  }

  func run() throws {
    let earlier = try compare.map(read)
    let rollouts = RolloutBench(
      path: scenario, arm: arm, caseName: caseName, rounds: rounds)
    if clusters.contains(where: { $0 > 0 }) { try rollouts.validate() }
    var rows: [BenchRow] = []
    let kernel = KernelBench(rounds: rounds, events: events)
    for count in entities where count > 0 {
      for tenths in [1, 10] { rows += kernel.phold(entities: count, windowTenths: tenths) }
    }
    if lifecycle > 0 { rows += kernel.lifecycle(entities: lifecycle) }
    for count in clusters where count > 0 { rows += try rollouts.rows(clusters: count) }
    let planners = PlannerBench(rounds: rounds)
    for count in planner where count > 0 { rows += planners.rows(clusters: count) }
    try print(rows, earlier)
    let differing = BenchReport.differing(rows)
    guard differing.isEmpty else {
      throw Failure.exit(
        Exit.determinism,
        "digests differ from the plain heap's: " + differing.map(\.name).joined(separator: "; "),
        help: "this is a defect of the engine; please report it with this output")
    }
  }

  private func print(_ rows: [BenchRow], _ earlier: [BenchRow]?) throws {
    if json {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
      try Output.line(String(decoding: try encoder.encode(rows), as: UTF8.self))
    } else {
      try Output.write(BenchReport.text(rows))
    }
    if let earlier { try Output.write(BenchReport.comparison(rows, with: earlier)) }
  }

  private func read(_ path: String) throws -> [BenchRow] {
    do {
      let data = try Data(contentsOf: URL(fileURLWithPath: path))
      return try JSONDecoder().decode([BenchRow].self, from: data)
    } catch {
      throw Failure.exit(
        Exit.invalidInput, "\(path) holds no benchmark rows: \(error.localizedDescription)",
        help: "name a file that `rollsim bench --json` wrote")
    }
  }
}
