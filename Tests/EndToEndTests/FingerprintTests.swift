import Foundation
import Testing

/// What the shipped scenarios come to, kept in a file that says what it is made of.
///
/// `ROLLSIM_RECORD=1 swift test --filter FingerprintTests` blesses what they come to now: it writes
/// the file anew and fails.
@Suite("Fingerprints")
struct FingerprintTests {
  private static let golden = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Goldens/fingerprints.txt")

  @Test("the shipped scenarios come to what they came to before")
  func shipped() throws {
    let found = try fingerprintOfAll()
    guard ProcessInfo.processInfo.environment["ROLLSIM_RECORD"] != "1" else {
      try Data(found.utf8).write(to: Self.golden)
      Issue.record("recorded: read what changed, then run again without ROLLSIM_RECORD")
      return
    }
    let kept = try String(contentsOf: Self.golden, encoding: .utf8)
    let changes = Fingerprint(kept).changes(to: Fingerprint(found))
    let isSame = kept == found
    #expect(
      isSame,
      """
      \(changes.joined(separator: "\n"))
      if that is meant: ROLLSIM_RECORD=1 swift test --filter FingerprintTests
      """)
  }

  /// One run of every case and arm of every shipped scenario; of large fleets a small part.
  private func fingerprintOfAll() throws -> String {
    let binaries = try Binaries()
    let scratch = try Scratch()
    try ShippedScenario.copyAll(into: scratch.folder)
    var lines = ["# one run of each case and arm of the shipped scenarios, at small sizes"]
    for scenario in ShippedScenario.all {
      let path = "scenarios/\(scenario.name).yaml"
      if scenario.isLarge {
        try scenario.smallText().write(
          to: scratch.folder.appending(path: path), atomically: true, encoding: .utf8)
      }
      let database = "\(scenario.name).sqlite"
      let run = try binaries.run(
        "rollsim", ["run", path, "--runs", "1", "--detail", "metrics", "--db", database],
        in: scratch.folder)
      try #require(run.status == 0, "\(run.errors)")
      let parts = try binaries.run("rollsim", ["digest", database, "--parts"], in: scratch.folder)
      try #require(parts.status == 0, "\(parts.errors)")
      let told = parts.output.split(separator: "\n").map(String.init)
      lines += lines.count == 1 ? told : Array(told.dropFirst())
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static let example = """
    schema  version 1  statements 00
    scenario a  document 01
    run a/good/-/0  seed 1  semantics 3  key 02  events 03  draws 04  outcome 05
    run a/bad/x/0  seed 1  semantics 3  key 06  events 07  draws 08  outcome 09
    scenario b  document 0a
    run b/good/-/0  seed 1  semantics 3  key 0b  events 0c  draws 0d  outcome 0e

    """

  @Test(
    "what changed is named, and nothing else",
    arguments: [
      ([("statements 00", "statements ff")], ["schema"]),
      ([("version 1", "version 2")], ["schema"]),
      (
        [("document 01", "document ff"), ("key 02", "key f0"), ("key 06", "key f1")],
        ["a: document"]
      ),
      ([("key 06", "key ff")], ["a: key"]),
      ([("draws 08", "draws ff")], ["a: draws", "a: equal keys"]),
      ([("events 0c", "events ff")], ["b: events", "b: equal keys"]),
      (
        [("outcome 05", "outcome ff"), ("outcome 09", "outcome fe")],
        ["a: outcome", "a: equal keys"]
      ),
      (
        [("semantics 3  key 0b  events 0c", "semantics 4  key f0  events ff")],
        ["b: semantics", "b: events"]
      ),
      ([("run a/good/-/0", "run a/fine/-/0")], ["a: it has other runs"]),
      ([("scenario b", "scenario c"), ("run b/", "run c/")], ["b: is gone", "c: is new"]),
    ] as [([(String, String)], [String])])
  func named(change: ([(String, String)], [String])) {
    let later = change.0.reduce(Self.example) { $0.replacing($1.0, with: $1.1) }
    let changes = Fingerprint(Self.example).changes(to: Fingerprint(later))
    #expect(changes.count == change.1.count, "\(changes)")
    for (told, beginning) in zip(changes, change.1) {
      #expect(told.hasPrefix(beginning), "\(told)")
    }
  }

  @Test("equal fingerprints do not differ, and neither do remarks")
  func equal() {
    let other = "# another remark\n" + Self.example
    #expect(Fingerprint(Self.example).changes(to: Fingerprint(other)).isEmpty)
  }
}
