import Foundation
import Testing

/// Runs that are carried out twice, in another way each time, and must come out the same.
@Suite("Audits")
struct AuditTests {
  private let binaries: Binaries
  private let scratch: Scratch

  init() throws {
    binaries = try Binaries()
    scratch = try Scratch()
    try Data(SmallScenario.text.utf8).write(to: scratch.folder.appending(path: "small.yaml"))
  }

  private func rollsim(_ words: String) throws -> Binaries.Outcome {
    try binaries.run("rollsim", words.split(separator: " ").map(String.init), in: scratch.folder)
  }

  /// How many runs of a batch in a new file were carried out twice.
  private func audited(_ words: String) throws -> Int {
    let database = "\(UUID()).sqlite"
    let outcome = try rollsim("run small.yaml --db \(database) " + words)
    #expect(outcome.status == 0, "\(words): \(outcome.errors)")
    let told = outcome.errors.wholeMatch(of: #/(\d+) runs carried out twice: same digests\n/#)
    return try #require(told.flatMap { Int($0.1) }, "\(outcome.errors)")
  }

  @Test("every run of a batch can be carried out twice, with the same digests")
  func all() throws {
    // Two cases, two arms and the run without a rollout.
    #expect(try audited("--runs 3 --audit 100") == 18)
    #expect(try audited("--runs 3 --audit 100 --arm slow --case bad --threads 1") == 6)
    let without = try rollsim("run small.yaml --runs 1 --db b.sqlite --audit 0")
    #expect(without.status == 0 && without.errors == "")
  }

  @Test("which runs are chosen depends on their keys alone, and is the share that is asked for")
  func chosen() throws {
    let chosen = try audited("--runs 60 --audit 30")
    // 360 runs with probability 0.3: 108, and four times √(360 × 0.3 × 0.7) = 8.7 around it.
    #expect((74...142).contains(chosen), "\(chosen) of 360 runs at 30 percent")
    #expect(try audited("--runs 60 --audit 30 --threads 3") == chosen)
    let parts = try ["good", "bad"].map { try audited("--runs 60 --audit 30 --case \($0)") }
    #expect(parts[0] + parts[1] == chosen)
    #expect(try audited("--runs 60 --audit 30 --seed 2 --threads 2") != 0)
  }

  @Test("only runs that are to be stored are chosen, and those that are stored stay as they were")
  func stored() throws {
    #expect(try rollsim("run small.yaml --runs 2 --db a.sqlite").status == 0)
    let digest = try rollsim("digest a.sqlite")
    let again = try rollsim("run small.yaml --runs 2 --db a.sqlite --audit 100")
    #expect(again.errors == "0 runs carried out twice: same digests\n")
    #expect(try rollsim("digest a.sqlite") == digest)
    #expect(try rollsim("run small.yaml --runs 2 --db b.sqlite --audit 100").status == 0)
    #expect(try rollsim("digest b.sqlite") == digest)
  }

  @Test("a run that comes out differently is named, is not stored, and is shown by one command")
  func different() throws {
    #expect(try rollsim("run small.yaml --runs 1 --db a.sqlite").status == 0)
    let digest = try rollsim("digest a.sqlite")
    let outcome = try rollsim("run small.yaml --runs 4 --db a.sqlite --audit 100 --spoils-audit")
    #expect(outcome.status == 11, "\(outcome.errors)")
    #expect(outcome.output == "")
    let told = try #require(
      outcome.errors.wholeMatch(
        of:
          #/
          error:\ run\ (.*)\ of\ case\ (\w+)\ of\ small\ came\ out\ differently\ this\ time:
          \ its\ events\ differ\ from\ time\ bucket\ \d+\ on,\ which\ begins\ at
          \ \+\d\d:\d\d:\d\d\.\d{6}\ \(key\ [0-9a-f]{64}\)\n
          \ \ help:\ see\ it\ again\ with\ `(rollsim\ [^`]+)`,\ and\ report\ it.*\n
          /#),
      "\(outcome.errors)")
    #expect(told.2 == "good" || told.2 == "bad")
    #expect(try rollsim("digest a.sqlite") == digest)
    #expect(try rollsim("verify a.sqlite").status == 0)
    let command = String(told.3.dropFirst("rollsim ".count))
    let again = try rollsim(command)
    #expect(again.status == 11)
    #expect(again.errors.hasPrefix("error: run \(told.1) of case \(told.2) of small"))
    let mended = try rollsim(command.replacing(" --spoils-audit", with: ""))
    #expect(mended.status == 0, "\(mended.errors)")
  }

  @Test("a stored run that comes out differently is named, and is shown by one command")
  func verified() throws {
    #expect(try rollsim("run small.yaml --runs 2 --db a.sqlite").status == 0)
    let outcome = try rollsim("verify a.sqlite --rerun 100 --spoils-audit")
    #expect(outcome.status == 11, "\(outcome.errors)")
    let told = try #require(
      outcome.errors.firstMatch(
        of: #/time bucket \d+ on.*\n  help: see it again with `rollsim (.*?)`/#),
      "\(outcome.errors)")
    // Replaying is not spoilt.
    #expect(try rollsim(String(told.1)).status == 0)
  }

  @Test("shares that are none are refused", arguments: ["101", "-1", "half"])
  func refused(share: String) throws {
    let outcome = try rollsim("run small.yaml --audit=\(share)")
    #expect(outcome.status == 64, "\(outcome.errors)")
  }
}
