import Foundation
import Testing

/// The disk may be full, or fail, at any write: what was acknowledged stays, and all it takes to go
/// on is room.
@Suite("Full and failing disks")
struct FailingDiskTests {
  private static let command = [
    "run", "small.yaml", "--threads", "1", "--keys", "--db", "a.sqlite",
  ]
  private static let whole = ["--runs", "6"]

  private let binaries: Binaries
  private let scratch: Scratch
  /// The digest of a batch that nothing disturbed.
  private let undisturbed: String

  init() throws {
    binaries = try Binaries()
    scratch = try Scratch()
    try Data(SmallScenario.text.utf8).write(to: scratch.folder.appending(path: "small.yaml"))
    let outcome = try binaries.run(
      "rollsim", ["run", "small.yaml", "--db", "whole.sqlite"] + Self.whole, in: scratch.folder)
    try #require(outcome.status == 0, "\(outcome.errors)")
    undisturbed = try binaries.run("rollsim", ["digest", "whole.sqlite"], in: scratch.folder).output
  }

  @Test(
    "a disk that is full from the n-th write on, n from 1 to 30, in a new file and in a used one",
    .enabled(if: FailingCalls.library != nil, "there is no way to let calls fail here"),
    arguments: [false, true])
  func fullAtWrite(ofUsedFile isUsed: Bool) throws {
    for from in 1...30 {
      try expectRecovery(FailingCalls(call: .write, from: from, error: ENOSPC), isUsed: isUsed)
    }
  }

  @Test(
    "a disk that fails: the n-th write, the n-th flush and every later one",
    .enabled(if: FailingCalls.library != nil, "there is no way to let calls fail here"),
    arguments: [false, true])
  func failing(ofUsedFile isUsed: Bool) throws {
    for from in [1, 2, 3, 5, 8, 13, 21, 34] {
      try expectRecovery(FailingCalls(call: .write, from: from, error: EIO), isUsed: isUsed)
    }
    for from in 1...(isUsed ? 2 : 4) {
      try expectRecovery(FailingCalls(call: .sync, from: from, error: EIO), isUsed: isUsed)
    }
  }

  @Test(
    "a file that can not be opened, from the n-th time on",
    .enabled(if: FailingCalls.library != nil, "there is no way to let calls fail here"))
  func unopened() throws {
    for from in 1...3 {
      let calls = FailingCalls(call: .open, from: from, error: EMFILE)
      try expectRecovery(calls, isUsed: true, codes: [12, 13])
    }
  }

  @Test("a file that may not have more than n pages, n from 1 to 30")
  func fullAtSize() throws {
    for pages in 1...30 {
      try begin()
      // The log beside the file is what grows. A page has 8,192 bytes, a block of `ulimit` 512.
      let blocks = 16 * pages
      let words = (Self.command + Self.whole).joined(separator: " ")
      let outcome = try binaries.shell("ulimit -f \(blocks); rollsim \(words)", in: scratch.folder)
      try expectRecovery(from: outcome, codes: [13], "\(pages) pages")
    }
  }

  /// Makes a database with the first replication in it, or none.
  private func begin(isUsed: Bool = true) throws {
    for suffix in ["", "-wal", "-shm", "-journal"] {
      let file = scratch.folder.appending(path: "a.sqlite" + suffix)
      try? FileManager.default.removeItem(at: file)
    }
    guard isUsed else { return }
    let begun = try binaries.run(
      "rollsim", Self.command + ["--runs", "1"], in: scratch.folder)
    try #require(begun.status == 0, "\(begun.errors)")
  }

  private func expectRecovery(
    _ calls: FailingCalls, isUsed: Bool, codes: [Int32] = [13]
  ) throws {
    try begin(isUsed: isUsed)
    let outcome = try binaries.run(
      "rollsim", Self.command + Self.whole, in: scratch.folder,
      environment: try calls.environment())
    try expectRecovery(from: outcome, codes: codes, "\(calls.testDescription)")
  }

  /// Expects the right end, a file that holds what was acknowledged, and that it can be completed.
  private func expectRecovery(
    from outcome: Binaries.Outcome, codes: [Int32], _ what: Comment
  ) throws {
    #expect(codes.contains(outcome.status), "\(what): \(outcome)")
    #expect(outcome.errors.hasPrefix("error: a.sqlite: "), "\(what): \(outcome.errors)")
    #expect(outcome.errors.contains("help: "), "\(what): \(outcome.errors)")
    let acknowledged = keys(in: outcome)
    let verified = try binaries.run("rollsim", ["verify", "a.sqlite"], in: scratch.folder)
    if verified.status == 0 {
      let runs = try #require(verified.output.firstMatch(of: #/, (\d+) runs/#)?.1)
      #expect(try #require(Int(runs)) >= acknowledged.count, "\(what)")
    } else {
      #expect(acknowledged.isEmpty && verified.status == 12, "\(what): \(verified)")
    }
    let completed = try binaries.run(
      "rollsim", Self.command + Self.whole, in: scratch.folder)
    #expect(completed.status == 0, "\(what): \(completed.errors)")
    // A run that is carried out once more was lost.
    #expect(Set(keys(in: completed)).isDisjoint(with: acknowledged), "\(what)")
    let digest = try binaries.run("rollsim", ["digest", "a.sqlite"], in: scratch.folder)
    #expect(digest.output == undisturbed, "\(what)")
  }

  private func keys(in outcome: Binaries.Outcome) -> [String] {
    outcome.output.split(separator: "\n").map(String.init)
      .filter { $0.wholeMatch(of: #/[0-9a-f]{64}/#) != nil }
  }
}
