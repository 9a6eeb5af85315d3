import Foundation
import Testing

@Suite("rollsim bench")
struct BenchTests {
  private let binaries: Binaries
  private let scratch: Scratch

  init() throws {
    binaries = try Binaries()
    scratch = try Scratch()
  }

  private func bench(_ arguments: String...) throws -> Binaries.Outcome {
    try binaries.run(
      "rollsim",
      [
        "bench", "--entities", "300", "--events", "3000", "--lifecycle", "200", "--clusters", "0",
        "--planner", "200", "--rounds", "1",
      ] + arguments, in: scratch.folder)
  }

  @Test("every engine gives the digest of the plain heap, and a file of rows can be compared with")
  func equalDigests() throws {
    let first = try bench("--json")
    #expect(first.status == 0)
    try first.output.write(
      to: scratch.folder.appending(path: "rows.json"), atomically: true, encoding: .utf8)
    let second = try bench("--compare", "rows.json")
    #expect(second.status == 0)
    let engines = ["plain heap", "wheel", "windows, 1 thread", "windows, 2 threads", "by density"]
    for work in ["PHOLD 300, window 0.1", "PHOLD 300, window 1.0", "Lifecycle-6 200"] {
      let rows = second.output.split(separator: "\n").filter {
        $0.hasPrefix(work) && $0.contains("×") == false
      }
      let digests = rows.compactMap { $0.split(separator: " ").last }
      #expect(rows.count == engines.count && Set(digests).count == 1, "\(rows)")
      for engine in engines { #expect(second.output.contains("\(work), \(engine): ")) }
    }
    #expect(!second.output.contains("digest differs"))
    for entry in ["progressive", "exposure", "ManifestWorkReplicaSet", "applicationSet"] {
      #expect(second.output.contains("planner 200, \(entry): "))
    }
  }

  @Test("a rollout is the same from every engine, in the arm and the case that are asked for")
  func rollouts() throws {
    let scenario = ShippedScenario.root.appending(path: "scenarios/tower-1m.yaml").path
    func rollout(_ options: [String]) throws -> Binaries.Outcome {
      try binaries.run(
        "rollsim",
        [
          "bench", "--entities", "0", "--lifecycle", "0", "--planner", "0", "--rounds", "1",
          "--clusters", "600", "--scenario", scenario,
        ] + options, in: scratch.folder)
    }
    func digests(_ outcome: Binaries.Outcome) -> [Substring] {
      outcome.output.split(separator: "\n").filter { $0.hasPrefix("rollout 600") }.dropFirst()
        .compactMap { $0.split(separator: " ").last }
    }
    var all: Set<Substring> = []
    for options in [
      [], ["--arm", "staged"], ["--case", "bad"], ["--arm", "staged", "--case", "bad"],
    ] {
      let outcome = try rollout(options)
      #expect(outcome.status == 0)
      for engine in ["plain heap", "wheel", "wheel, 2 threads"] {
        #expect(outcome.output.contains(" \(engine) "))
      }
      for name in options where !name.hasPrefix("--") { #expect(outcome.output.contains(name)) }
      #expect(digests(outcome).count == 3 && Set(digests(outcome)).count == 1)
      all.formUnion(digests(outcome))
    }
    #expect(all.count == 4, "each arm and case has a digest of its own")
    #expect(try bench("--arm", "staged").status == 64)
    let unknown = try rollout(["--arm", "stagd"])
    #expect(unknown.status == 4)
    #expect(unknown.errors.contains("there is no arm stagd"))
  }

  @Test("a file that holds no rows is said to be one")
  func noRows() throws {
    try "[]x".write(
      to: scratch.folder.appending(path: "rows.json"), atomically: true, encoding: .utf8)
    let outcome = try bench("--compare", "rows.json")
    #expect(outcome.status == 3)
  }
}
