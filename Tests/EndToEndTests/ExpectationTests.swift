import Foundation
import Testing

/// What the shipped scenarios say is to be expected does happen.
@Suite("Expectations of the shipped scenarios")
struct ExpectationTests {
  /// How often a scenario can be run by an unoptimised program in a test.
  struct Effort: CustomTestStringConvertible, Sendable {
    var scenario: String
    var runs: Int
    /// What is smaller than it comes.
    var reduction = ""

    var testDescription: String { "\(scenario)\(reduction), \(runs) replications" }

    static let all: [Effort] = [
      .init(scenario: "two-coasts", runs: 100), .init(scenario: "six-hubs", runs: 20),
      .init(scenario: "shared-fate", runs: 40), .init(scenario: "service-chain", runs: 20),
      .init(scenario: "node-limit", runs: 40),
      .init(scenario: "retail-3k", runs: 1),
    ]
  }

  private let binaries: Binaries
  private let scratch: Scratch

  init() throws {
    binaries = try Binaries()
    scratch = try Scratch()
    try ShippedScenario.copyAll(into: scratch.folder)
  }

  @Test(
    "they hold in 95 of 100 replications, of which these are the first; .ci/run does all",
    arguments: Effort.all)
  func hold(_ effort: Effort) throws {
    try run("scenarios/\(effort.scenario).yaml", runs: effort.runs)
    let outcome = try compare()
    #expect(outcome.status == 0, "\(outcome.output)")
    #expect(outcome.output.contains("expectations"))
    #expect(!outcome.output.contains("NOT met"), "\(outcome.output)")
  }

  @Test(
    "exchanging the names of two arms is found",
    arguments: [
      ("two-coasts", "at-once", "one-coast-first"), ("six-hubs", "wide", "narrow"),
      ("shared-fate", "per-region", "per-hardware"), ("service-chain", "at-once", "staged"),
      ("node-limit", "all-at-once", "cells-first"),
    ])
  func exchanged(scenario: String, first: String, second: String) throws {
    let text = try ShippedScenario.named(scenario).replacing([
      ("    - name: \(first)\n", "    - name: exchanged\n"),
      ("    - name: \(second)\n", "    - name: \(first)\n"),
    ]).replacing("    - name: exchanged\n", with: "    - name: \(second)\n")
    try text.write(
      to: scratch.folder.appending(path: "scenarios/exchanged.yaml"), atomically: true,
      encoding: .utf8)
    try run("scenarios/exchanged.yaml", runs: 2)
    let outcome = try compare()
    #expect(outcome.status == 10)
    #expect(outcome.output.contains("NOT met"), "\(outcome.output)")
  }

  private func run(_ scenario: String, runs: Int) throws {
    let outcome = try binaries.run(
      "rollsim", ["run", scenario, "--runs", "\(runs)", "--detail", "metrics", "--db", "a.sqlite"],
      in: scratch.folder)
    try #require(outcome.status == 0, "\(outcome.errors)")
  }

  private func compare() throws -> Binaries.Outcome {
    try binaries.run(
      "rollsim", ["compare", "a.sqlite", "--fail-on", "expectation"], in: scratch.folder)
  }
}
