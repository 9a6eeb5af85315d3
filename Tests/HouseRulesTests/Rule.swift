/// Something in a file that breaks a rule, and what to write instead.
struct Finding: Equatable, CustomStringConvertible {
  /// The rule's name.
  var rule = ""
  /// The file.
  var path = ""
  /// The line, from 1.
  var line: Int
  /// What is there.
  var found: String
  /// What to write instead.
  var instead: String

  var description: String { "\(path):\(line): [\(rule)] \(found); \(instead)" }
}

/// A rule of the house: a name, where it applies, and what it looks for.
struct Rule: Sendable, CustomStringConvertible {
  /// A file that may break a rule, and why.
  struct Exception: Sendable {
    /// Its path; one that ends in `/` stands for the whole folder.
    var path: String
    /// Why it may.
    var reason: String
  }

  /// What it is called in messages.
  var name: String
  /// Whether it applies to a file.
  var applies: @Sendable (SourceFile) -> Bool
  /// The files that may break it.
  var exceptions: [Exception] = []
  /// What in a file breaks it.
  var check: @Sendable (SourceFile, SourceTree) -> [Finding]

  /// Every rule there is.
  static let all =
    ImportRules.all + PurityRules.all + SafetyRules.all + ArithmeticRules.all + LayoutRules.all
    + NameRules.all + DocumentRules.all

  /// What in a tree breaks this rule, in the order of files.
  func findings(in tree: SourceTree) -> [Finding] {
    tree.files.flatMap { file in
      isExcepted(file) ? [] : findings(in: file, of: tree)
    }
  }

  /// The exceptions that excuse nothing.
  func needlessExceptions(in tree: SourceTree) -> [Exception] {
    exceptions.filter { exception in
      !tree.files.contains { covers(exception, $0) && !findings(in: $0, of: tree).isEmpty }
    }
  }

  var description: String { name }

  private func findings(in file: SourceFile, of tree: SourceTree) -> [Finding] {
    guard applies(file) else { return [] }
    return check(file, tree).map { finding in
      var finding = finding
      finding.rule = name
      finding.path = file.path
      return finding
    }
  }

  private func isExcepted(_ file: SourceFile) -> Bool {
    exceptions.contains { covers($0, file) }
  }

  private func covers(_ exception: Exception, _ file: SourceFile) -> Bool {
    exception.path.hasSuffix("/")
      ? file.path.hasPrefix(exception.path) : file.path == exception.path
  }
}

/// Words and symbols that may not follow each other, and what to write instead.
///
/// The phrase is written with blanks between its pieces: `. random (`. A piece that ends in `*`
/// stands for every word that begins so. White space in the source does not matter.
struct Ban: Sendable {
  private var phrase: [String]
  private var instead: String

  /// States a ban.
  init(_ phrase: String, instead: String) {
    self.phrase = phrase.split(separator: " ").map(String.init)
    self.instead = instead
  }

  /// States the same ban of several phrases.
  static func each(_ phrases: [String], instead: String) -> [Ban] {
    phrases.map { Ban($0, instead: instead) }
  }

  /// Where a file has the phrase in its code.
  func findings(in file: SourceFile) -> [Finding] {
    let code = file.code
    guard code.count >= phrase.count else { return [] }
    return (0...(code.count - phrase.count)).compactMap { start in
      let pieces = code[start..<(start + phrase.count)]
      guard zip(phrase, pieces).allSatisfy(matches) else { return nil }
      let written = pieces.map(\.text).joined()
      return Finding(line: pieces[start].line, found: "`\(written)`", instead: instead)
    }
  }

  private func matches(_ pattern: String, _ token: Token) -> Bool {
    guard token.kind != .string else { return false }
    return pattern.count > 1 && pattern.hasSuffix("*")
      ? token.text.hasPrefix(pattern.dropLast()) : token.text == pattern
  }
}

extension Rule {
  /// A rule that nothing but bans makes up.
  static func bans(
    _ name: String, in applies: @escaping @Sendable (SourceFile) -> Bool,
    except exceptions: [Exception] = [], _ bans: [Ban]
  ) -> Rule {
    Rule(name: name, applies: applies, exceptions: exceptions) { file, _ in
      bans.flatMap { $0.findings(in: file) }
    }
  }
}
