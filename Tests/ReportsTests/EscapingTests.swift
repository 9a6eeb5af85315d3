import Testing

@testable import Reports

@Suite("Escaping")
struct EscapingTests {
  @Test(
    "no control character and no change of direction reaches a terminal",
    arguments: [
      ("plain name-1", "plain name-1"), ("a\u{1B}[2Jb", "a\\u{1B}[2Jb"), ("a\nb", "a\\u{A}b"),
      ("\u{202E}x", "\\u{202E}x"), ("é☃", "é☃"), ("\u{85}", "\\u{85}"), ("\u{7F}", "\\u{7F}"),
    ])
  func terminal(text: String, escaped: String) {
    #expect(Escaping.terminal(text) == escaped)
  }

  @Test(
    "a word of a command stays one word",
    arguments: [
      ("scenarios/two-coasts.yaml", "scenarios/two-coasts.yaml"), ("my file", "'my file'"),
      ("it's", "'it'\\''s'"), ("", "''"), ("$(x)", "'$(x)'"),
    ])
  func shell(text: String, escaped: String) {
    #expect(Escaping.shell(text) == escaped)
  }

  @Test(
    "Markdown has no mark-up that a name brought along",
    arguments: [
      ("a|b", "a\\|b"), ("<script>", "&lt;script\\>"), ("[x](y)", "\\[x\\]\\(y\\)"),
      ("a\nb", "a\\\\u\\{A\\}b"), ("R&D", "R&amp;D"),
    ])
  func markdown(text: String, escaped: String) {
    #expect(Escaping.markdown(text) == escaped)
  }

  @Test(
    "a field is no formula and stays one field",
    arguments: [
      ("plain", "plain"), ("=1+1", "'=1+1"), ("-x", "'-x"), ("@a,b", "\"'@a,b\""),
      ("say \"hi\"", "\"say \"\"hi\"\"\""), ("a\nb", "\"a\nb\""),
    ])
  func csv(text: String, escaped: String) {
    #expect(Escaping.csv(text) == escaped)
  }

  @Test(
    "XML and HTML have no mark-up and no forbidden character",
    arguments: [
      ("</script>", "&lt;/script&gt;"), ("\" onload='x'", "&quot; onload=&#39;x&#39;"),
      ("a\u{8}b", "a\u{FFFD}b"), ("a&b\n", "a&amp;b\n"),
    ])
  func xml(text: String, escaped: String) {
    #expect(Escaping.xml(text) == escaped)
  }

  @Test("JSON strings are quoted and have no control character")
  func json() {
    #expect(Escaping.json("a\"b\\c\n\u{1}é") == "\"a\\\"b\\\\c\\u000a\\u0001é\"")
  }
}
