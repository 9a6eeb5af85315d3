import ArgumentParser
import Foundation
import LocatedYAML

/// Compares the decisions of other planners, recorded as data, with those made here.
struct ConformanceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "conformance",
    abstract: "Compare recorded decisions of other planners with the ones made here.",
    discussion: """
      Each FILE holds vectors about one planner: what it was given and what it decided. Every \
      vector goes through the code that decides in a rollout. Prints a line for each one that \
      differs and how many passed and failed; ends with exit code 10 if one failed.
      """)

  @Argument(help: "Files of vectors, as JSON or YAML.")
  var files: [String]

  func run() throws {
    let reading = Reading()
    var passed = 0
    var failed = 0
    for file in files {
      for (vector, finding) in vectors(of: file, reading) {
        passed += finding == nil ? 1 : 0
        guard let finding else { continue }
        failed += 1
        try Output.write("\(visible(file)): \(visible(vector.id)): \(finding)\n")
      }
    }
    guard reading.errorCount == 0 else {
      for problem in reading.problems { Output.complain(problem.description) }
      throw ExitCode(3)
    }
    try Output.write("\(passed) passed, \(failed) failed\n")
    if failed > 0 { throw ExitCode(10) }
  }

  private func vectors(
    of file: String, _ reading: Reading
  ) -> [(vector: Vector, finding: String?)] {
    guard let (_, roots) = DocumentFile.open(file, with: .disk, reading) else { return [] }
    return roots.compactMap { VectorFile($0) }.flatMap { $0.findings() }
  }
}
