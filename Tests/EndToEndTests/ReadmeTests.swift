import Foundation
import Testing

/// Runs what the README tells people to type, and compares what it says they will see.
///
/// `ROLLSIM_RECORD=1 swift test --filter ReadmeTests` writes the outputs into the README and fails,
/// so that the difference is read before it is believed.
@Suite("README")
struct ReadmeTests {
  /// The package's folder.
  private static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  private static let readme = root.appending(path: "README.md")

  /// What people type to have the program built first; here it has been built already.
  private static let building = "swift run -c release "
  /// Commands that run these tests.
  private static let ourselves = ["swift test", ".ci/run"]

  private let isRecording = ProcessInfo.processInfo.environment["ROLLSIM_RECORD"] == "1"

  @Test("every command works and prints what the README shows")
  func commands() throws {
    let binaries = try Binaries()
    let scratch = try Scratch()
    try FileManager.default.copyItem(
      at: Self.root.appending(path: "scenarios"),
      to: scratch.folder.appending(path: "scenarios"))
    var document = try Self.document()
    for command in document.commands where !Self.ourselves.contains(command) {
      let outcome = try Self.run(command, with: binaries, in: scratch.folder)
      #expect(outcome.status == 0, "$ \(command)\n\(outcome.errors)")
      if isRecording {
        document.record(outcome.output, of: command)
      } else if let expected = document.expectedOutput(of: command) {
        #expect(outcome.output == expected, "$ \(command)")
      }
    }
    guard isRecording else { return }
    try document.text.write(to: Self.readme, atomically: true, encoding: .utf8)
    Issue.record("the README's outputs were recorded: read the difference, then test again")
  }

  @Test("every output belongs to a command, and the way to build and to test is shown")
  func outputsHaveCommands() throws {
    let document = try Self.document()
    for output in document.outputs {
      #expect(document.commands.contains(output.command), "line \(output.marker + 1)")
    }
    #expect(document.commands.contains("swift test"))
    #expect(document.commands.contains { $0.hasPrefix(Self.building + "rollsim run ") })
  }

  @Test("the table of commands has every command there is, with options that are there")
  func table() throws {
    let binaries = try Binaries()
    let scratch = try Scratch()
    let rows = try Self.document().lines.filter { $0.hasPrefix("| `roll") }
    for program in ["rollsim", "rollplan"] {
      let help = try binaries.run(program, ["--help"], in: scratch.folder).output
      let listed = help.split(separator: "SUBCOMMANDS:").last ?? ""
      let names = listed.split(separator: "\n").compactMap { line -> String? in
        guard line.hasPrefix("  "), !line.hasPrefix("   ") else { return nil }
        return line.split(separator: " ").first.map(String.init)
      }
      let told = rows.filter { $0.hasPrefix("| `\(program) ") }
      for name in names where !name.hasPrefix("See") {
        #expect(told.contains { $0.contains("`\(program) \(name) ") }, "\(program) \(name)")
      }
      for row in told {
        let command = row.split(separator: "`")[1].split(separator: " ").map(String.init)
        let words = command.dropFirst().prefix { $0.allSatisfy { $0.isLowercase } }
        let used = try binaries.run(program, words + ["--help"], in: scratch.folder)
        #expect(used.status == 0 && names.contains(words.first ?? ""), "\(row)")
        for option in row.matches(of: #/\[(--[a-z-]+)/#) {
          #expect(used.output.contains(option.1), "\(words.joined(separator: " ")) \(option.1)")
        }
      }
    }
  }

  @Test("the README stays a doorway: 300 lines at most, outputs included")
  func length() throws {
    let lines = try Self.document().lines.count
    #expect(lines <= 301, "\(lines - 1) lines")
  }

  private static func document() throws -> CommandDocument {
    CommandDocument(try String(contentsOf: readme, encoding: .utf8))
  }

  /// Runs `PROGRAM ARGUMENT… [< FILE]`; the README needs no more of a shell.
  private static func run(
    _ command: String, with binaries: Binaries, in place: URL
  ) throws -> Binaries.Outcome {
    let typed = command.hasPrefix(building) ? command.dropFirst(building.count) : command[...]
    let sides = typed.split(separator: "<", maxSplits: 1)
    let words = try #require(sides.first).split(separator: " ").map(String.init)
    let program = try #require(words.first)
    try #require(["rollsim", "rollplan"].contains(program), "$ \(command)")
    var input = Data()
    if sides.count > 1 {
      let file = sides[1].trimmingCharacters(in: .whitespaces)
      input = try Data(contentsOf: place.appending(path: file))
    }
    return try binaries.run(program, Array(words.dropFirst()), in: place, input: input)
  }
}
