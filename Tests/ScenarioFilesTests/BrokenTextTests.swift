import Foundation
import Testing

@testable import LocatedYAML
@testable import ScenarioFiles

@Suite("Broken documents")
struct BrokenTextTests {
  static let all = BrokenText.shapes + BrokenText.values + BrokenText.references

  @Test("one mistake is one problem, at its place, with a fix", arguments: all)
  func oneProblem(_ broken: BrokenText) {
    let problems = problems(broken.main, broken.others).filter { !$0.code.isWarning }
    let found = problems.map(\.description).joined()
    #expect(problems.count == 1, "\(found)")
    guard let problem = problems.first else { return }
    #expect(problem.code == broken.code, "\(found)")
    #expect(problem.file == broken.file, "\(found)")
    #expect(
      problem.line == broken.line && problem.column == broken.column,
      "expected \(broken.line):\(broken.column)\n\(found)")
    #expect(!problem.help.isEmpty)
    #expect(!problem.message.isEmpty && !problem.message.contains("\n"))
  }

  @Test("every code is produced by some document")
  func everyCode() {
    let produced = Set(Self.all.map(\.code))
    // These come from files and sizes, are warnings, or come from other planners' documents, and
    // have tests of their own.
    let elsewhere: [ProblemCode] = [
      .notRegularFile, .fileTooLarge, .tooManyValues, .unused, .foreignField, .neverFinishes,
      .statedElsewhere, .nearestShare, .nothingToCompare,
    ]
    let missing = ProblemCode.allCases.filter { !produced.contains($0) && !elsewhere.contains($0) }
    #expect(missing.map(\.rawValue) == [])
  }

  @Test("every code has a title and a help of its own")
  func explanations() {
    #expect(ProblemCode.table.count == ProblemCode.allCases.count)
    #expect(Set(ProblemCode.allCases.map(\.explanation.title)).count == ProblemCode.allCases.count)
    for code in ProblemCode.allCases {
      #expect(ProblemCode.markdownTable.contains("| \(code.rawValue) | "))
    }
  }
}
