/// A Markdown document whose shell blocks can be run and whose outputs can be compared.
///
/// Commands are the lines that begin with `$ ` in blocks fenced as `sh`. The output of a command is
/// the block that follows the comment `<!-- output: COMMAND -->`; a comment without a block marks a
/// place where one is still to be recorded.
struct CommandDocument {
  /// A place for the output of a command.
  struct Output: Equatable {
    /// The command, as the comment has it.
    var command: String
    /// The line of the comment, from 0.
    var marker: Int
    /// The lines between the fences; nil: there is no block yet.
    var block: Range<Int>?
  }

  /// The document by lines.
  private(set) var lines: [String]

  /// Reads a document.
  init(_ text: String) {
    lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  /// The document as text.
  var text: String { lines.joined(separator: "\n") }

  /// The commands, in order.
  var commands: [String] {
    var isShell = false
    return lines.compactMap { line in
      if line.hasPrefix("```") { isShell = line == "```sh" }
      return isShell && line.hasPrefix("$ ") ? String(line.dropFirst(2)) : nil
    }
  }

  /// The places for outputs, in order.
  var outputs: [Output] {
    let opening = "<!-- output: "
    let closing = " -->"
    return lines.indices.compactMap { index in
      let line = lines[index]
      guard line.hasPrefix(opening) && line.hasSuffix(closing) else { return nil }
      let command = line.dropFirst(opening.count).dropLast(closing.count)
      return Output(command: String(command), marker: index, block: block(after: index))
    }
  }

  /// The recorded output of a command; nil: none is recorded.
  func expectedOutput(of command: String) -> String? {
    guard let block = outputs.first(where: { $0.command == command })?.block else { return nil }
    return lines[block].map { $0 + "\n" }.joined()
  }

  /// Puts an output behind the comment of its command, in place of what is there.
  mutating func record(_ output: String, of command: String) {
    guard let place = outputs.first(where: { $0.command == command }) else { return }
    let shown = output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let body = shown.last == "" ? Array(shown.dropLast()) : shown
    if let block = place.block {
      lines.replaceSubrange(block, with: body)
    } else {
      lines.insert(contentsOf: ["```text"] + body + ["```"], at: place.marker + 1)
    }
  }

  private func block(after marker: Int) -> Range<Int>? {
    let start = marker + 1
    guard start < lines.count, lines[start].hasPrefix("```") else { return nil }
    guard let end = lines[(start + 1)...].firstIndex(of: "```") else { return nil }
    return (start + 1)..<end
  }
}
