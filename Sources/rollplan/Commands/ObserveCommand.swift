import ArgumentParser
import Determinism
import LocatedYAML
import PlannerDialects
import RolloutStrategies
import ScenarioFiles

/// Turns dumps of a real estate into what a planner would know that takes it over.
struct ObserveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "observe",
    abstract: "Make a fleet and observations of dumps of a hub.",
    discussion: """
      Each DUMP is what `kubectl get … -A -o json` prints: ManagedClusters with ManifestWorks and \
      their ManifestWorkReplicaSet and Placement; ManagedClusters with a ClusterGroupUpgrade; \
      MemberClusters with bindings, snapshots, placement or update run; Clusters with \
      BundleDeployments of Rancher Fleet; Applications with their ApplicationSet; SveltosClusters \
      with a ClusterProfile and its ClusterSummaries. Prints a \
      transcript, for `rollplan step`, `rollplan plan` and `rollsim run --from`: what would my \
      planner do now? Fields that nothing is made of are listed on standard error.
      """)

  @Argument(help: "Files that kubectl wrote, as JSON or YAML.")
  var dumps: [String]

  @Option(
    help: """
      Which clusters when: another planner's document that is not in the dumps, a Strategy of \
      ours, or a scenario, whose guards hold, too; may be repeated.
      """)
  var document: [String] = []

  @Option(
    help:
      "The name of the rollout's own object, or the scenario's rollout, where there are several.")
  var rollout: String?

  @Option(help: "The arm of the scenario. Without it: the first.")
  var arm: String?

  @Option(help: "The version that is rolled out, where the dumps do not tell.")
  var target: String?

  @Option(help: "When the dumps were taken. Without it: at the latest time that stands in them.")
  var at: String?

  @Option(help: "The seed of strategies that take clusters in a drawn order.")
  var seed: UInt64 = 1

  func run() throws {
    try refusing {
      let own = try ownDocument()
      let reading = Reading()
      var question = Estate.Question(dumps: dumps)
      question.documents = own == nil ? document : []
      question.rollout = rollout
      question.target = target
      question.takenAt = try at.map(instant)
      let files = FileAccess.disk(atMost: FileAccess.dumpSizeMax)
      guard let estate = Estate(question, with: files, reading), reading.errorCount == 0 else {
        throw DocumentProblems(reading.problems)
      }
      for problem in reading.problems { Output.complain("\(problem)\n") }
      for field in estate.unmapped {
        Output.complain("unmapped: \(visible(field.path)) (\(field.count))\n")
      }
      try write(estate, own)
    }
  }

  private func write(_ estate: Estate, _ own: LoadedStrategy?) throws {
    guard let strategy = own?.strategy ?? estate.documents?.strategy else {
      throw Refusal(
        code: 3, message: "nothing in the dumps says which clusters are updated when",
        help: "dump the planner's own object, too, or give it, or a Strategy, by --document")
    }
    let (header, observed) = estate.transcript(
      name: own?.name ?? estate.documents?.name ?? "rollout", strategy: strategy,
      delivery: own?.delivery ?? estate.documents?.delivery, guards: own?.guards ?? [],
      random: RandomStream(seed: seed, replication: 0))
    if let problem = header.problem {
      throw Refusal(code: 3, message: problem, help: "change the document")
    }
    var writer = Transcript.Writer()
    for line in [writer.line(header), writer.line(observed)] {
      try Output.write(String(decoding: line, as: UTF8.self) + "\n")
    }
  }

  /// The document that was given, if it is one of ours or no object of a hub; nil: what was given
  /// belongs to the dumps.
  private func ownDocument() throws -> LoadedStrategy? {
    guard let first = document.first, document.count == 1, !EstateDump.isDump(first) else {
      return nil
    }
    let loaded = try StrategyLoader.load(file: first, arm: arm, rollout: rollout)
    for warning in loaded.warnings { Output.complain("\(warning)\n") }
    return loaded
  }

  private func instant(_ text: String) throws -> Instant {
    guard let instant = Clocks.instant(text) else {
      throw Refusal(
        code: 64, message: "--at: \(quoted(text)) is not an instant",
        help: "write it as 2026-03-02T09:00:00Z")
    }
    return instant
  }
}
