import Testing

@Suite("Command document")
struct CommandDocumentTests {
  private let text = """
    # A title
    ```sh
    # a remark
    $ rollsim validate a.yaml
    $ rollsim digest b.sqlite
    ```
    <!-- output: rollsim validate a.yaml -->
    ```text
    fine

    very
    ```
    <!-- output: rollsim digest b.sqlite -->
    ```yaml
    $ not a command
    ```

    """

  @Test("commands are the prompted lines of shell blocks")
  func commands() {
    let document = CommandDocument(text)
    #expect(document.commands == ["rollsim validate a.yaml", "rollsim digest b.sqlite"])
  }

  @Test("an output is the block right behind its comment")
  func outputs() {
    let document = CommandDocument(text.replacing("```yaml", with: "\n```yaml"))
    #expect(document.outputs.map(\.command) == document.commands)
    #expect(document.expectedOutput(of: "rollsim validate a.yaml") == "fine\n\nvery\n")
    #expect(document.expectedOutput(of: "rollsim digest b.sqlite") == nil)
    #expect(document.text == text.replacing("```yaml", with: "\n```yaml"))
  }

  @Test("what is recorded is what is expected, with or without a block before")
  func recording() {
    for original in [text, text.replacing("```yaml", with: "\n```yaml")] {
      var document = CommandDocument(original)
      for command in document.commands {
        document.record("one\n\ntwo: \(command)\n", of: command)
        #expect(document.expectedOutput(of: command) == "one\n\ntwo: \(command)\n")
      }
      document.record("", of: "rollsim digest b.sqlite")
      #expect(document.expectedOutput(of: "rollsim digest b.sqlite")?.isEmpty == true)
      #expect(document.commands.count == 2)
    }
  }
}
