import Foundation
import Testing

/// A database alone is enough to make its runs again and to find what a change changed first.
@Suite("Replaying and bisecting")
struct ReplayTests {
  private let binaries: Binaries
  private let scratch: Scratch

  init() throws {
    binaries = try Binaries()
    scratch = try Scratch()
    try record(SmallScenario.text, "a.sqlite")
  }

  private func record(_ text: String, _ database: String) throws {
    try Data(text.utf8).write(to: scratch.folder.appending(path: "small.yaml"))
    let outcome = try rollsim("run", "small.yaml", "--runs", "2", "--db", database)
    try #require(outcome.status == 0, "\(outcome.errors)")
    try FileManager.default.removeItem(at: scratch.folder.appending(path: "small.yaml"))
  }

  private func rollsim(_ arguments: String...) throws -> Binaries.Outcome {
    try binaries.run("rollsim", arguments, in: scratch.folder)
  }

  @Test("a run that is made again is shown as the stored one")
  func timeline() throws {
    for run in ["slow/0", "at-once/1"] {
      let shown = try rollsim("show", "a.sqlite", "--run", run, "--case", "bad")
      let remade = try rollsim("replay", "a.sqlite", "--run", run, "--case", "bad")
      #expect(remade.status == 0, "\(remade.errors)")
      #expect(remade.output == shown.output)
    }
  }

  @Test("events are told up to a time, in their order")
  func until() throws {
    let all = try lines("12h")
    let some = try lines("8h33s")
    #expect(!some.isEmpty && some.count < all.count)
    #expect(all.starts(with: some))
    #expect(some == all.filter { $0.prefix(16) <= "+08:00:33.000000" })
    #expect(all.map { $0.prefix(16) } == all.map { $0.prefix(16) }.sorted())
    // The night begins after eight hours, and nothing happens before.
    #expect(try lines("7h59m59s").isEmpty)
    #expect(all.contains { $0.contains("  a  ") } && all.contains { $0.contains("  b  ") })
  }

  private func lines(_ time: String) throws -> [String] {
    let outcome = try rollsim(
      "replay", "a.sqlite", "--run", "slow/0", "--case", "bad", "--until", time)
    #expect(outcome.status == 0, "\(outcome.errors)")
    return outcome.output.split(separator: "\n").map(String.init)
  }

  @Test("the same run in two databases has the same events")
  func same() throws {
    try record(SmallScenario.text, "b.sqlite")
    let outcome = try rollsim("bisect", "a.sqlite", "b.sqlite", "--run", "slow/1")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains(#/^slow/1 and slow/1: the same \d+ events\n/#))
  }

  @Test("what a change of the scenario changed first is found")
  func firstDifference() throws {
    // The second cluster is one that gets stuck; nothing is different before it is begun.
    try record(
      SmallScenario.text.replacing("effect: crash", with: "effect: neverReady"), "b.sqlite")
    let names = ["--run", "slow/0", "--case", "bad"]
    let outcome = try binaries.run(
      "rollsim", ["bisect", "a.sqlite", "b.sqlite"] + names, in: scratch.folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let told = outcome.output.split(separator: "\n").map(String.init)
    try #require(told.count == 4, "\(outcome.output)")
    #expect(told[0].hasPrefix("first different time bucket: "))
    let events = try ["a.sqlite", "b.sqlite"].map { file in
      try binaries.run(
        "rollsim", ["replay", file, "--until", "12h"] + names, in: scratch.folder
      ).output.split(separator: "\n").map(String.init)
    }
    let equal = zip(events[0], events[1]).prefix { $0 == $1 }.count
    #expect(equal > 5)
    #expect(told[2] == "  a.sqlite: \(events[0][equal])")
    #expect(told[3] == "  b.sqlite: \(events[1][equal])")
    let span = try #require(told[0].firstMatch(of: #/from (\S+) to (\S+)/#))
    let time = events[0][equal].prefix(16)
    #expect(span.1 <= time && time < span.2)
  }

  @Test("two arms of one database differ where their strategies do")
  func arms() throws {
    let outcome = try rollsim(
      "bisect", "a.sqlite", "a.sqlite", "--run", "slow/0", "--with", "at-once/0", "--case", "good")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("first different event:\n"), "\(outcome.output)")
  }

  @Test("senseless times and runs that are not there are refused")
  func refused() throws {
    #expect(try rollsim("replay", "a.sqlite", "--until", "soon").status == 64)
    #expect(try rollsim("replay", "a.sqlite", "--run", "nobody/0").status == 4)
    #expect(try rollsim("bisect", "a.sqlite", "none.sqlite").status == 12)
    #expect(try rollsim("bisect", "a.sqlite", "a.sqlite", "--with", "nobody/0").status == 4)
  }
}
