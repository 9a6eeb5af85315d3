import Foundation
import Testing

/// A batch may end at any moment: what was acknowledged is there, and running again completes it.
@Suite("Crashes and signals", .serialized)
struct CrashTests {
  /// Runs in the whole batch: 60 replications of three cases, four arms each and one run without;
  /// so many that ten beginnings of it, each of up to a hundred runs, do not end it.
  private static let runs = 900
  private static let command = command(replications: 60)

  private static func command(replications: Int) -> [String] {
    [
      "run", "scenarios/two-coasts.yaml", "--runs", "\(replications)", "--threads", "2", "--db",
      "a.sqlite",
    ]
  }

  private let binaries: Binaries
  private let scratch: Scratch

  init() throws {
    binaries = try Binaries()
    scratch = try Scratch()
    try ShippedScenario.copyAll(into: scratch.folder)
  }

  /// Times that a batch is killed ten times in and completed; `ROLLSIM_KILLS=100` makes it ten.
  private static let rounds =
    (ProcessInfo.processInfo.environment["ROLLSIM_KILLS"].flatMap(Int.init) ?? 10) / 10

  @Test(
    "killed at ten drawn moments, no acknowledged run is lost and the result is the same",
    arguments: 0..<rounds)
  func killed(_ round: Int) throws {
    var generator = SystemRandomNumberGenerator()
    var acknowledged: [String] = []
    var killed = 0
    for _ in 0..<10 {
      let lines = Int.random(in: 0...20, using: &generator)
      let delay = UInt32.random(in: 0...40_000, using: &generator)
      let program = try binaries.start("rollsim", Self.command + ["--keys"], in: scratch.folder)
      let moment: Comment = "round \(round), after \(lines) keys and \(delay) µs"
      if try program.wait(forLines: lines) { usleep(delay) }
      if program.isRunning { killed += 1 }
      program.send(SIGKILL)
      _ = try program.wait()
      let keys = try program.lines().filter { $0.wholeMatch(of: #/[0-9a-f]{64}/#) != nil }
      acknowledged += keys
      guard FileManager.default.fileExists(atPath: path("a.sqlite")) else { continue }
      if let last = keys.last { try expectRun(last, moment) }
      if !acknowledged.isEmpty { try expectSound(atLeast: acknowledged.count, moment) }
    }
    #expect(killed >= 5, "the batch is too short to be killed in")
    for key in acknowledged.enumerated().filter({ $0.offset % 10 == 0 }).map(\.element) {
      try expectRun(key, "at the end")
    }
    acknowledged += try expectCompletion()
    // A key that is printed twice was lost in between.
    #expect(Set(acknowledged).count == acknowledged.count)
  }

  @Test("killed as it ends, it has left every run and nothing begun", arguments: 0..<rounds)
  func killedAtEnd(_ round: Int) throws {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<10 {
      for end in ["", "-journal", "-wal", "-shm"] {
        try? FileManager.default.removeItem(atPath: path("a.sqlite") + end)
      }
      let delay = UInt32.random(in: 0...15_000, using: &generator)
      let program = try binaries.start(
        "rollsim", Self.command(replications: 1) + ["--keys"], in: scratch.folder)
      // It may have ended by then, as it may before it is killed.
      if try program.wait(forLines: 15) { usleep(delay) }
      program.send(SIGKILL)
      _ = try program.wait()
      try expectSound(atLeast: 15, "round \(round), \(delay) µs after the last key")
    }
  }

  @Test(
    "the first signal stores what is finished, says how to go on, and ends",
    arguments: [SIGINT, SIGTERM])
  func interrupted(signal: Int32) throws {
    let program = try binaries.start("rollsim", Self.command + ["--keys"], in: scratch.folder)
    try #require(try program.wait(forLines: 5), "the batch ended too soon")
    program.send(signal)
    let outcome = try program.wait()
    #expect(outcome.status == 128 + signal, "\(outcome.errors)")
    #expect(outcome.errors.hasPrefix("interrupted: "), "\(outcome.errors)")
    #expect(outcome.errors.contains("run the same command to go on"), "\(outcome.errors)")
    let keys = try program.lines()
    #expect(outcome.errors.contains("\(keys.count) runs stored"), "\(outcome.errors)")
    #expect(keys.count < Self.runs)
    try expectSound(atLeast: keys.count, "after the signal")
    let left = try FileManager.default.contentsOfDirectory(atPath: scratch.folder.path)
    #expect(left.sorted() == ["a.sqlite", "scenarios"], "one file is left")
    try expectCompletion()
  }

  @Test(
    "a reader that leaves ends the batch in silence and harms nothing",
    arguments: ["", "trap '' PIPE; "])
  func readerLeaves(_ setting: String) throws {
    let words = Self.command.joined(separator: " ")
    let outcome = try binaries.shell(
      "\(setting)(rollsim \(words) --keys; echo $? > status) | head -n 1", in: scratch.folder)
    #expect(outcome.errors.isEmpty, "\(outcome.errors)")
    #expect(outcome.output.wholeMatch(of: #/[0-9a-f]{64}\n/#) != nil, "\(outcome.output)")
    #expect(try scratch.text(named: "status") == "141\n")
    try expectSound(atLeast: 1, "after the reader left")
    try expectRun(outcome.output.trimmingCharacters(in: .newlines), "after the reader left")
    try expectCompletion()
  }

  @Test(
    "output that can not be written is an error",
    arguments: [
      "digest a.sqlite", "compare a.sqlite", "show a.sqlite", "verify a.sqlite",
      "validate scenarios/two-coasts.yaml",
    ])
  func fullOutput(_ command: String) throws {
    try #require(FileManager.default.fileExists(atPath: "/dev/full"))
    let made = try binaries.run("rollsim", Self.command + ["--runs", "1"], in: scratch.folder)
    #expect(made.status == 0, "\(made.errors)")
    let outcome = try binaries.shell("rollsim \(command) > /dev/full", in: scratch.folder)
    #expect(outcome.status == 13)
    #expect(outcome.errors.contains("standard output can not be written"), "\(outcome.errors)")
    #expect(outcome.errors.contains("help: "))
  }

  @Test("a disk that is full is an error with a next step, and the file stays sound")
  func fullDisk() throws {
    let words = Self.command.joined(separator: " ")
    let outcome = try binaries.shell("ulimit -f 600; rollsim \(words)", in: scratch.folder)
    #expect(outcome.status == 13, "\(outcome.errors)")
    #expect(outcome.errors.contains("help: "), "\(outcome.errors)")
    try expectSound(atLeast: 0, "after the disk was full")
    try expectCompletion()
  }

  private func path(_ name: String) -> String { scratch.folder.appending(path: name).path }

  private func expectRun(_ key: String, _ moment: Comment) throws {
    let shown = try binaries.run(
      "rollsim", ["show", "a.sqlite", "--run", key, "--json"], in: scratch.folder)
    #expect(shown.status == 0, "\(moment): \(shown.errors)")
    #expect(shown.output.contains(key), "\(moment)")
  }

  private func expectSound(atLeast runs: Int, _ moment: Comment) throws {
    let verified = try binaries.run("rollsim", ["verify", "a.sqlite"], in: scratch.folder)
    #expect(verified.status == 0, "\(moment): \(verified.errors)")
    let count = try #require(verified.output.firstMatch(of: #/, (\d+) runs/#)?.1)
    #expect(try #require(Int(count)) >= runs, "\(moment)")
  }

  /// Runs again and compares with a batch that nothing disturbed.
  ///
  /// - Returns: the keys of the runs that were still missing.
  @discardableResult
  private func expectCompletion() throws -> [String] {
    let completed = try binaries.run("rollsim", Self.command + ["--keys"], in: scratch.folder)
    #expect(completed.status == 0, "\(completed.errors)")
    let other = Self.command.dropLast() + ["b.sqlite"]
    let undisturbed = try binaries.run("rollsim", Array(other), in: scratch.folder)
    #expect(undisturbed.status == 0, "\(undisturbed.errors)")
    try expectSound(atLeast: Self.runs, "at the end")
    let digests = try ["a.sqlite", "b.sqlite"].map { file in
      try binaries.run("rollsim", ["digest", file], in: scratch.folder).output
    }
    #expect(digests[0] == digests[1])
    #expect(digests[0].count == 65)
    return completed.output.split(separator: "\n").map(String.init)
      .filter { $0.wholeMatch(of: #/[0-9a-f]{64}/#) != nil }
  }
}
