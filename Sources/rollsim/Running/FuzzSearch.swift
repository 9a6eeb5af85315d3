import ArgumentParser
import Dispatch
import Experiments
import Synchronization

/// Tries seeds in several processes and gathers what became of them.
struct FuzzSearch {
  let seeds: Range<UInt64>
  let plant: FuzzPlant?
  let processes: Int

  /// Every so many seeds are tried by a second process, too.
  private static let againEvery: UInt64 = 20

  /// A seed that failed.
  struct FailedSeed {
    var seed: UInt64
    var finding: RunFinding

    var description: String { "seed \(seed): \(finding)" }
  }

  /// What became of all seeds.
  struct Outcome {
    var passed = 0
    var failures: [FailedSeed] = []
    /// By situation: the seeds that came to it.
    var reached: [String: Int] = [:]
    /// The digests of seeds that a second process tries, too.
    var digests: [UInt64: UInt64] = [:]
    var compared = 0

    /// Situations that no seed came to.
    var missing: [String] { Situation.all.filter { reached[$0] == nil } }

    var text: String {
      let tried = passed + failures.count
      var lines = ["\(tried) scenarios drawn, \(passed) passed every check"]
      lines.append("\(compared) of them gave the same digests in a second process")
      let total = Situation.all.count
      lines.append("\(total - missing.count) of \(total) situations were come to")
      if !missing.isEmpty { lines.append("never: " + missing.joined(separator: ", ")) }
      lines += failures.prefix(10).map(\.description)
      return lines.map { $0 + "\n" }.joined()
    }

    fileprivate mutating func take(_ line: FuzzWorker.Line) {
      switch line {
      case .began: break
      case .passed(let seed, let digest, let situations):
        passed += 1
        if seed % FuzzSearch.againEvery == 0 { digests[seed] = digest }
        for situation in situations { reached[situation, default: 0] += 1 }
      case .failed(let seed, let finding):
        failures.append(FailedSeed(seed: seed, finding: finding))
      }
    }
  }

  /// Tries all seeds.
  ///
  /// - Throws: when no process can be started.
  func run() throws -> Outcome {
    let outcome = Mutex(Outcome())
    let problem = Mutex<(any Error)?>(nil)
    let step = UInt64(min(processes, seeds.count))
    DispatchQueue.concurrentPerform(iterations: Int(step)) { index in
      do {
        try tryAll(from: seeds.lowerBound + UInt64(index), step: step) { line in
          outcome.withLock { $0.take(line) }
        }
      } catch {
        problem.withLock { $0 = error }
      }
    }
    if let error = problem.withLock({ $0 }) { throw error }
    var result = outcome.withLock { $0 }
    try compare(&result)
    result.failures.sort { $0.seed < $1.seed }
    return result
  }

  /// Tries some of the seeds again in another process.
  private func compare(_ outcome: inout Outcome) throws {
    let first = (seeds.lowerBound + Self.againEvery - 1) / Self.againEvery * Self.againEvery
    guard first < seeds.upperBound else { return }
    var again: [UInt64: UInt64] = [:]
    try tryAll(from: first, step: Self.againEvery) { line in
      if case .passed(let seed, let digest, _) = line { again[seed] = digest }
    }
    for (seed, digest) in outcome.digests.sorted(by: { $0.key < $1.key }) {
      guard let other = again[seed] else { continue }
      outcome.compared += 1
      guard other != digest else { continue }
      outcome.passed -= 1
      outcome.failures.append(
        FailedSeed(
          seed: seed,
          finding: RunFinding(.processes, "digest \(digest), then \(other) in another process")))
    }
  }

  /// Tries every `step`-th seed; where a process traps, the next goes on behind the seed it had
  /// begun.
  private func tryAll(
    from first: UInt64, step: UInt64, take: (FuzzWorker.Line) -> Void
  ) throws {
    var next = first
    while next < seeds.upperBound {
      let count = (seeds.upperBound - next + step - 1) / step
      var begun: UInt64?
      try FuzzProcess(from: next, step: step, count: count, plant: plant).forEachLine { line in
        guard case .began(let seed) = line else {
          begun = nil
          next = line.seed + step
          return take(line)
        }
        begun = seed
      }
      if let begun {
        take(.failed(begun, RunFinding(.trap, "the process trapped")))
        next = begun + step
      } else if next < seeds.upperBound {
        throw Failure.exit(
          Exit.writeFailure, "a process ended before its work was done",
          help: "look whether the machine has memory left")
      }
    }
  }
}
