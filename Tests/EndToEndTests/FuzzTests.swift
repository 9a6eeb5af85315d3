import Foundation
import Testing

/// Scenarios drawn from seeds, by the program and in processes of their own.
///
/// `rollsim fuzz --seeds 20000 --reach-all` tries many more and asks that every situation be come
/// to; `.ci/run` tries some thousands.
@Suite("Fuzzing")
struct FuzzTests {
  private let binaries: Binaries
  private let scratch: Scratch

  init() throws {
    binaries = try Binaries()
    scratch = try Scratch()
  }

  private func fuzz(_ arguments: String...) throws -> Binaries.Outcome {
    try binaries.run("rollsim", ["fuzz"] + arguments, in: scratch.folder)
  }

  @Test("drawn scenarios pass every check, and come to nearly all there is to come to")
  func clean() throws {
    let outcome = try fuzz("--seeds", "400")
    #expect(outcome.status == 0, "\(outcome.output)")
    #expect(outcome.output.hasPrefix("400 scenarios drawn, 400 passed every check\n20 of them"))
    let reached = try #require(outcome.output.firstMatch(of: #/(\d+) of (\d+) situations/#))
    let (came, total) = (Int(reached.1) ?? 0, Int(reached.2) ?? 0)
    #expect(came + 4 >= total && total > 60, "\(outcome.output)")
  }

  @Test("a strategy that takes one cluster too many in one of a hundred seeds is found and kept")
  func oneMore() throws {
    let outcome = try fuzz("--seeds", "2000", "--plant", "one-more")
    #expect(outcome.status == 10, "\(outcome.output)")
    let kept = try #require(outcome.output.firstMatch(of: #/again: rollsim fuzz (.+)/#))
    let lines = try #require(outcome.output.firstMatch(of: #/goes: \S+, (\d+) lines/#))
    #expect(Int(lines.1) ?? 99 <= 20, "\(outcome.output)")
    let again = try binaries.run(
      "rollsim", ["fuzz"] + kept.1.split(separator: " ").map(String.init), in: scratch.folder)
    #expect(again.status == 10, "\(again.output)")
    #expect(again.output.contains("limits: "), "\(again.output)")
  }

  @Test("an order that comes from hashing is found by the second process")
  func hashOrder() throws {
    let outcome = try fuzz("--seeds", "400", "--plant", "hash-order")
    #expect(outcome.status == 11, "\(outcome.output)")
    #expect(outcome.output.contains("processes: digest "), "\(outcome.output)")
  }

  @Test("a file that is no scenario, no folder to keep one in, and senseless numbers are refused")
  func refusals() throws {
    try Data("kind: Nonsense\n".utf8).write(to: scratch.folder.appending(path: "a.yaml"))
    #expect(try fuzz("--scenario", "a.yaml").status == 3)
    #expect(try fuzz("--scenario", "none.yaml").status == 3)
    #expect(try fuzz("--seeds", "0").status == 64)
    #expect(try fuzz("--threads", "0").status == 64)
    let outcome = try fuzz("--keep-in", "no/folder")
    #expect(outcome.status == 13, "\(outcome.errors)")
  }
}
