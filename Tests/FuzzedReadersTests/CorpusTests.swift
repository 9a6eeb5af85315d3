import Foundation
import FuzzedReaders
import LocatedYAML
import Testing

/// Texts that were found to go different ways through the readers, and those that once ended one
/// wrongly: each is accepted, or refused with what is wrong, where, and what to do.
///
/// `.ci/fuzz` looks for more.
@Suite("Fuzzed readers")
struct CorpusTests {
  private static let tests = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent()

  /// The kept texts of a reader, by name; libFuzzer names them by what is in them.
  private static func kept(for reader: FuzzedReader) throws -> [URL] {
    try FileManager.default.contentsOfDirectory(
      at: tests.appending(path: "FuzzedReadersTests/Corpus/\(reader.rawValue)"),
      includingPropertiesForKeys: nil
    ).sorted { $0.lastPathComponent < $1.lastPathComponent }
  }

  /// The project's own files that a reader is for, with which `.ci/fuzz` begins, too.
  private static func own(for reader: FuzzedReader) throws -> [URL] {
    switch reader {
    case .scenario: try files(below: "../scenarios")
    case .document:
      try files(below: "../scenarios/strategies")
        + files(below: "PlannerDialectsTests")
        .filter { $0.deletingLastPathComponent().lastPathComponent == "Documents" }
    case .dump:
      try files(below: "PlannerDialectsTests")
        .filter { $0.deletingLastPathComponent().lastPathComponent == "Dumps" }
    case .table, .transcript: []
    }
  }

  private static func files(below folder: String) throws -> [URL] {
    let place = tests.appending(path: folder)
    return try FileManager.default.subpathsOfDirectory(atPath: place.path).sorted()
      .map { place.appending(path: $0) }.filter { !$0.pathExtension.isEmpty }
  }

  @Test("every text is accepted, or refused as it should be", arguments: FuzzedReader.allCases)
  func texts(_ reader: FuzzedReader) throws {
    var ends: [Bool: Int] = [:]
    for file in try Self.kept(for: reader) + Self.own(for: reader) {
      let end = try reader.read(Array(Data(contentsOf: file)))
      #expect(end.flaw == nil, "\(file.lastPathComponent)")
      ends[end == .accepted, default: 0] += 1
    }
    #expect(ends[true] ?? 0 > 0 && ends[false] ?? 0 > 0, "texts of one kind only: \(ends)")
  }

  @Test("refusals without an error, a line, a fix, or with what a terminal obeys are flaws")
  func flaws() {
    let flaw = { (problems: [DocumentProblem]) in FuzzedReader.End.refused(problems).flaw }
    let sound = DocumentProblem(code: .badName, file: "a", line: 1, column: 1, message: "m")
    #expect(flaw([sound]) == nil)
    #expect(flaw([]) != nil)
    var other = sound
    other.line = nil
    #expect(flaw([sound, other]) != nil)
    other = sound
    other.message = "\u{1B}[2J"
    #expect(flaw([other]) != nil)
    other.message = ""
    #expect(flaw([other]) != nil)
  }
}
