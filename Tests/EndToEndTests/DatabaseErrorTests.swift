import Foundation
import Testing

/// A file that can not be used is refused with a next step, and is not touched.
@Suite("Unusable databases and selections")
struct DatabaseErrorTests {
  /// A file that is no results file of this version.
  struct Unusable: CustomTestStringConvertible, Sendable {
    var testDescription: String
    /// A shell command that makes `bad.sqlite`; `good.sqlite` is there.
    var command: String
    /// Whether it can be written to, as it is new or empty.
    var isWritable = false

    static let all: [Unusable] = [
      .init(testDescription: "nothing", command: "true", isWritable: true),
      .init(testDescription: "an empty file", command: ": > bad.sqlite", isWritable: true),
      .init(testDescription: "a directory", command: "mkdir bad.sqlite"),
      .init(testDescription: "a FIFO", command: "mkfifo bad.sqlite"),
      .init(testDescription: "a device", command: "ln -s /dev/zero bad.sqlite"),
      .init(testDescription: "a text file", command: "echo 'not a database' > bad.sqlite"),
      .init(testDescription: "a scenario", command: "cp scenarios/two-coasts.yaml bad.sqlite"),
      .init(
        testDescription: "the first half", command: "head -c 50000 good.sqlite > bad.sqlite"),
      .init(testDescription: "the first page", command: "head -c 4096 good.sqlite > bad.sqlite"),
      .init(
        testDescription: "zeros in the middle",
        command: "cp good.sqlite bad.sqlite && dd if=/dev/zero of=bad.sqlite bs=4096 seek=2"
          + " count=20 conv=notrunc 2>/dev/null"),
      .init(
        testDescription: "a later version",
        command: "cp good.sqlite bad.sqlite && printf '\\377' | dd of=bad.sqlite bs=1 seek=63"
          + " count=1 conv=notrunc 2>/dev/null"),
      .init(
        testDescription: "another application's database",
        command: "cp good.sqlite bad.sqlite && printf '\\377' | dd of=bad.sqlite bs=1 seek=68"
          + " count=1 conv=notrunc 2>/dev/null"),
    ]
  }

  private let binaries: Binaries
  private let scratch: Scratch

  init() throws {
    binaries = try Binaries()
    scratch = try Scratch()
    try ShippedScenario.copyAll(into: scratch.folder)
    let made = try binaries.run(
      "rollsim",
      ["run", "scenarios/two-coasts.yaml", "--runs", "1", "--db", "good.sqlite", "--json"],
      in: scratch.folder)
    try #require(made.status == 0, "\(made.errors)")
  }

  @Test("exit code 12, what is wrong, a next step, and the file as it was", arguments: Unusable.all)
  func unusable(_ unusable: Unusable) throws {
    try #require(try binaries.shell(unusable.command, in: scratch.folder).status == 0)
    let before = try fingerprint()
    for command in ["show", "compare", "digest", "verify"] {
      let outcome = try binaries.run("rollsim", [command, "bad.sqlite"], in: scratch.folder)
      // Damage in a place that a command does not read is for `verify` to find.
      if outcome.status == 0, unusable.testDescription == "zeros in the middle",
        command != "verify"
      {
        continue
      }
      expectRefusal(outcome, "\(command)")
    }
    #expect(try fingerprint() == before)
    guard !unusable.isWritable else { return }
    guard unusable.testDescription != "zeros in the middle" else { return }
    let outcome = try run()
    expectRefusal(outcome, "run")
    #expect(try fingerprint() == before)
  }

  /// How a shell begins a command as somebody with no rights; nothing is forbidden to root.
  private static let asOthers: String? = {
    guard geteuid() == 0 else { return "" }
    let files = FileManager.default
    guard files.isExecutableFile(atPath: "/usr/bin/setpriv") else { return nil }
    return "setpriv --reuid=65534 --regid=65534 --clear-groups "
  }()

  @Test(
    "a file or folder without permission: exit code 12 or 13, the file as it was, and then goes on",
    .enabled(if: asOthers != nil, "root may do everything, and there is no setpriv"),
    arguments: [
      "chmod 444 locked/good.sqlite", "chmod 555 locked", "chmod 000 locked/good.sqlite",
      "chmod 000 locked", "rm locked/good.sqlite && chmod 555 locked",
    ])
  func withoutPermission(_ command: String) throws {
    let owner = geteuid() == 0 ? " && chown -R 65534:65534 locked" : ""
    let setUp =
      "cp \(binaries.folder.path)/rollsim . && mkdir locked && cp good.sqlite locked"
      + "\(owner) && \(command)"
    try #require(try binaries.shell(setUp, in: scratch.folder).status == 0)
    let asOthers = try #require(Self.asOthers)
    let batch =
      "\(asOthers)./rollsim run scenarios/two-coasts.yaml --runs 2 --db locked/good.sqlite"
    let outcome = try binaries.shell(batch, in: scratch.folder)
    _ = try binaries.shell("chmod -R u+rwX locked", in: scratch.folder)
    #expect([12, 13].contains(outcome.status), "\(outcome)")
    #expect(outcome.errors.contains("locked"), "\(outcome.errors)")
    #expect(outcome.errors.contains("help: "), "\(outcome.errors)")
    if !command.hasPrefix("rm") {
      let same = try binaries.shell("cmp good.sqlite locked/good.sqlite", in: scratch.folder)
      #expect(same.status == 0, "\(same.output)")
    }
    let completed = try binaries.shell(batch, in: scratch.folder)
    #expect(completed.status == 0, "\(completed.errors)")
    #expect(try run(file: "good.sqlite").status == 0)
    let digests = try binaries.shell(
      "rollsim digest good.sqlite; rollsim digest locked/good.sqlite", in: scratch.folder)
    let lines = digests.output.split(separator: "\n")
    #expect(lines.count == 2 && lines[0] == lines[1], "\(digests)")
  }

  @Test(
    "in a folder that may only be read, files are read, and a killed batch's is read or refused",
    .enabled(if: asOthers != nil, "root may do everything, and there is no setpriv"))
  func readOnlyFolder() throws {
    let program = try binaries.start(
      "rollsim",
      ["run", "scenarios/six-hubs.yaml", "--runs", "100", "--keys", "--db", "killed.sqlite"],
      in: scratch.folder)
    try #require(try program.wait(forLines: 10))
    program.send(SIGKILL)
    _ = try program.wait()
    let asOthers = try #require(Self.asOthers)
    let setUp = "cp \(binaries.folder.path)/rollsim . && chmod -R a+rX,a-w . && ls *-wal"
    try #require(try binaries.shell(setUp, in: scratch.folder).status == 0)
    let before = try fingerprint()
    for command in ["verify", "digest", "show", "compare"] {
      let closed = try binaries.shell(
        "\(asOthers)./rollsim \(command) good.sqlite", in: scratch.folder)
      #expect(closed.status == 0, "\(command): \(closed.errors)")
      let killed = try binaries.shell(
        "\(asOthers)./rollsim \(command) killed.sqlite", in: scratch.folder)
      if killed.status != 0 { expectRefusal(killed, "\(command)") }
    }
    let batch = try binaries.shell(
      "\(asOthers)./rollsim run scenarios/two-coasts.yaml --runs 1", in: scratch.folder)
    #expect([12, 13].contains(batch.status) && batch.errors.contains("help: "), "\(batch)")
    #expect(try fingerprint() == before)
    _ = try binaries.shell("chmod -R u+w .", in: scratch.folder)
  }

  @Test("what may only be read can be read")
  func readOnly() throws {
    let outcome = try binaries.shell("chmod 444 good.sqlite", in: scratch.folder)
    #expect(outcome.status == 0)
    for command in ["show", "compare", "digest", "verify"] {
      let outcome = try binaries.run("rollsim", [command, "good.sqlite"], in: scratch.folder)
      #expect(outcome.status == 0, "\(outcome.errors)")
    }
  }

  @Test("two batches do not write one file at a time")
  func locked() throws {
    let first = try binaries.start(
      "rollsim",
      ["run", "scenarios/six-hubs.yaml", "--runs", "10000", "--keys", "--db", "good.sqlite"],
      in: scratch.folder)
    try #require(try first.wait(forLines: 1))
    expectRefusal(try run(file: "good.sqlite"), "run")
    #expect(first.isRunning, "the first batch ended too soon to be in the way")
    first.send(SIGINT)
    #expect(try first.wait().status == 130)
    #expect(try run(file: "good.sqlite").status == 0)
  }

  @Test(
    "what is not there is named, with what is: exit code 4",
    arguments: [
      "run scenarios/two-coasts.yaml --arm nobody", "run scenarios/two-coasts.yaml --case never",
      "show good.sqlite --run nobody/0", "show good.sqlite --run at-once/7",
      "show good.sqlite --run ffffffffffff", "show good.sqlite --run at-once/0 --case never",
      "show good.sqlite --scenario other", "compare good.sqlite --scenario other",
      "compare good.sqlite --seed 99",
    ])
  func nothingSelected(_ command: String) throws {
    let before = try fingerprint()
    let outcome = try binaries.shell("rollsim \(command)", in: scratch.folder)
    #expect(outcome.status == 4, "\(outcome.errors)")
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.hasPrefix("error: "), "\(outcome.errors)")
    #expect(outcome.errors.contains("help: "), "\(outcome.errors)")
    #expect(try fingerprint() == before)
  }

  @Test(
    "a wrong command line: exit code 64 and the usage",
    arguments: [
      "rollsim nonsense", "rollsim run", "rollsim run a.yaml --nonsense",
      "rollsim run a.yaml --runs 0", "rollsim run a.yaml --runs many",
      "rollsim run a.yaml --runs 99999999", "rollsim run a.yaml --threads 0",
      "rollsim run a.yaml --seed -1", "rollsim run a.yaml --detail all",
      "rollsim run a.yaml b.yaml --db c.sqlite", "rollsim show", "rollsim digest",
      "rollsim compare a.sqlite --fail-on worry", "rollsim verify a.sqlite --rerun 101",
      "rollplan nonsense", "rollplan step --nonsense",
      "rollsim run scenarios/two-coasts.yaml --transcript t.jsonl --runs 2",
    ])
  func usage(_ command: String) throws {
    let before = try fingerprint()
    let outcome = try binaries.shell(command, in: scratch.folder)
    #expect(outcome.status == 64, "\(outcome.errors)")
    #expect(outcome.output.isEmpty)
    #expect(!outcome.errors.isEmpty)
    #expect(try fingerprint() == before)
  }

  private func run(file: String = "bad.sqlite") throws -> Binaries.Outcome {
    try binaries.run(
      "rollsim", ["run", "scenarios/two-coasts.yaml", "--runs", "2", "--db", file],
      in: scratch.folder)
  }

  private func expectRefusal(_ outcome: Binaries.Outcome, _ command: Comment) {
    #expect(outcome.status == 12, "\(command): \(outcome)")
    #expect(outcome.output.isEmpty, "\(command)")
    #expect(outcome.errors.hasPrefix("error: "), "\(command): \(outcome.errors)")
    #expect(outcome.errors.contains("help: "), "\(command): \(outcome.errors)")
  }

  /// All files with their sums.
  private func fingerprint() throws -> String {
    let sums = "find . -type f -exec cksum {} + | sort; find . ! -type f | sort"
    return try binaries.shell(sums, in: scratch.folder).output
  }
}
