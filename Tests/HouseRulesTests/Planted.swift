/// A file made up for a test, checked against one rule.
struct Planted {
  private var path: String
  private var rule: String
  private var rules: [Rule]

  /// Picks a rule by its name and a place to plant in.
  init(_ rule: String, at path: String) {
    self.rule = rule
    self.path = path
    rules = Rule.all.filter { $0.name == rule }
    precondition(rules.count == 1, "\(rules.count) rules are called \(rule)")
  }

  /// What the rule says about a text, as a person reads it.
  func messages(_ text: String) -> [String] {
    let tree = SourceTree(files: [SourceFile(path, text)])
    return rules.flatMap { $0.findings(in: tree) }.map(\.description)
  }
}
