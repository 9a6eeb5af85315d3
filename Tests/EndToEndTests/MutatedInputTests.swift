import Foundation
import Testing

/// Whatever stands in a file, a program ends soon, by an exit code, and says where it is wrong.
///
/// `ROLLSIM_MUTATIONS` sets how many texts of each kind are drawn, `ROLLSIM_MUTATION_SEED` the
/// first seed.
@Suite("Mutated files")
struct MutatedInputTests {
  /// A kind of file that a person can give, and a command that reads it.
  struct Subject: CustomTestStringConvertible, Sendable {
    var program = "rollsim"
    /// What the command is given before the file's name.
    var command: [String]
    /// What it is given behind it.
    var options: [String] = []
    /// A sound file, from the package's folder.
    var file: String
    /// Whether the command reads it from standard input.
    var isStandardInput = false

    var testDescription: String { "\(program) \(command.joined(separator: " ")) \(file)" }

    static let all =
      [
        Subject(command: ["validate"], file: "scenarios/two-coasts.yaml"),
        Subject(command: ["validate"], file: "scenarios/admin-groups.yaml"),
        Subject(
          command: ["import", "fleet"], options: ["--level", "region"], file: "clusters.csv"),
        Subject(program: "rollplan", command: ["plan"], file: "scenarios/which-planner.yaml"),
        Subject(
          program: "rollplan", command: ["step"], file: "transcript.jsonl", isStandardInput: true),
        Subject(
          program: "rollplan", command: ["step", "--verify"], file: "transcript.jsonl",
          isStandardInput: true),
        Subject(program: "rollplan", command: ["plan"], file: "transcript.jsonl"),
        Subject(
          program: "rollplan", command: ["conformance"],
          file: "Tests/rollplanTests/Vectors/kubefleet.json"),
      ] + dumps + documents + deliveries

    private static let dumps =
      [
        "OpenClusterManagement/Dumps/rollout", "KubeFleet/Dumps/rolling", "ArgoCD/Dumps/estate",
        "RancherFleet/Dumps/estate", "Sveltos/Dumps/estate", "TALM/Dumps/upgrade",
      ].map { name in
        Subject(
          program: "rollplan", command: ["observe"],
          file: "Tests/PlannerDialectsTests/\(name).json")
      }

    private static let deliveries = [
      "ArgoRollouts/Documents/billing", "ArgoRollouts/Documents/routed",
      "ArgoRollouts/Documents/blue-green", "Deployment/Documents/ingest",
      "Flagger/Documents/canary",
    ].map { name in
      Subject(
        program: "rollplan", command: ["plan"],
        file: "Tests/PlannerDialectsTests/\(name).yaml")
    }

    private static let documents = [
      "ArgoCD/Documents/du", "Deployment/Documents/ingest", "Flagger/Documents/canary",
      "KubeFleet/Documents/staged-run",
      "OpenClusterManagement/Documents/work", "RancherFleet/Documents/bundle",
      "Sveltos/Documents/profile", "TALM/Documents/upgrade",
    ].map { name in
      Subject(
        command: ["import", "document"], file: "Tests/PlannerDialectsTests/\(name).yaml")
    }
  }

  /// Ends that are documented for these commands: done, invalid, nothing selected, differs, the
  /// transcript is of another planner, a wrong command line.
  private static let codes: Set<Int32> = [0, 3, 4, 10, 11, 64]
  private static let secondsMax = 30.0

  private let binaries: Binaries
  private let scratch: Scratch

  init() throws {
    binaries = try Binaries()
    scratch = try Scratch()
    let scenario = ShippedScenario.root.appending(path: "scenarios/two-coasts.yaml").path
    let outcome = try binaries.run(
      "rollsim",
      ["run", scenario, "--runs", "1", "--db", "a.sqlite", "--transcript", "transcript.jsonl"],
      in: scratch.folder)
    try #require(outcome.status == 0, "\(outcome.errors)")
    let rows = (0..<40).map { "site-\($0),edge,r\($0 % 3),canary,\($0 + 1),4\($0)\n" }
    try Data(("name,class,region,ring,nodes,users\n" + rows.joined()).utf8)
      .write(to: scratch.folder.appending(path: "clusters.csv"))
  }

  private static func setting(_ name: String) -> Int? {
    ProcessInfo.processInfo.environment[name].flatMap(Int.init)
  }

  @Test("a program ends by an exit code, and what it refuses has a place", arguments: Subject.all)
  func mutated(_ subject: Subject) throws {
    let made = scratch.folder.appending(path: subject.file)
    let isMade = FileManager.default.fileExists(atPath: made.path)
    let sound = try Data(
      contentsOf: isMade ? made : ShippedScenario.root.appending(path: subject.file))
    let first = Self.setting("ROLLSIM_MUTATION_SEED") ?? 1
    for seed in first..<first + (Self.setting("ROLLSIM_MUTATIONS") ?? 8) {
      let text = Mutation(of: sound, seed: UInt64(seed)).data
      let outcome = try end(of: subject, reading: text)
      let what: Comment = "seed \(seed): \(outcome.status) \(outcome.errors.prefix(600))"
      #expect(Self.codes.contains(outcome.status), what)
      guard outcome.status == 3 else { continue }
      let place = #/^[^\n]*(:\d+)?(:\d+)?: .*\S/#.anchorsMatchLineEndings()
      #expect(outcome.errors.contains(place), what)
    }
  }

  /// Runs the command on a text; the status of one that does not end in time is that of its kill.
  private func end(of subject: Subject, reading text: Data) throws -> Binaries.Outcome {
    let name = "mutated." + (subject.file.split(separator: ".").last ?? "")
    try text.write(to: scratch.folder.appending(path: name))
    let arguments = subject.command + (subject.isStandardInput ? [] : [name]) + subject.options
    let program = try binaries.start(
      subject.program, arguments, in: scratch.folder,
      input: subject.isStandardInput ? text : Data())
    let began = ContinuousClock.now
    while program.isRunning {
      if ContinuousClock.now - began > .seconds(Self.secondsMax) { program.send(SIGKILL) }
      usleep(5_000)
    }
    return try program.wait()
  }
}
