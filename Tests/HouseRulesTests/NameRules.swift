/// What files and types may be called.
enum NameRules {
  static let all = [
    Rule(
      name: "file names", applies: { $0.isSwift && $0.target != nil },
      check: { file, _ in fileName(of: file) }),
    Rule(
      name: "type names", applies: { $0.isSwift },
      check: { file, _ in typeNames(in: file) }),
  ]

  private static let emptyWords = [
    "Manager", "Managers", "Helper", "Helpers", "Util", "Utils", "Utility", "Utilities", "Common",
  ]

  private static let kinds = ["struct", "enum", "class", "actor", "protocol", "typealias"]

  /// The names that a file gives to types, or extends.
  private static func types(in file: SourceFile, keywords: [String]) -> [Token] {
    file.code.indices.dropLast().filter {
      file.code[$0].kind == .word && keywords.contains(file.code[$0].text)
        && file.code[$0 + 1].kind == .word
        && !["func", "var", "let"].contains(file.code[$0 + 1].text)
    }.map { extended(from: $0 + 1, in: file.code) }
  }

  /// The last part of a dotted name: of `A.B` it is `B`.
  private static func extended(from start: Int, in code: [Token]) -> Token {
    var last = start
    while last + 2 < code.count, code[last + 1].text == ".", code[last + 2].kind == .word {
      last += 2
    }
    return code[last]
  }

  private static func fileName(of file: SourceFile) -> [Finding] {
    let parts = file.stem.split(separator: "+", maxSplits: 1).map(String.init)
    let keywords = parts.count > 1 ? kinds + ["extension"] : kinds
    let names = types(in: file, keywords: keywords).map(\.text)
    guard !names.contains(parts.first ?? "") else { return [] }
    let listed = names.isEmpty ? "no type" : names.prefix(3).joined(separator: ", ")
    return [
      Finding(
        line: 1, found: "`\(file.stem)` holds \(listed)",
        instead: "name the file for a type in it, or Type+Topic for an extension")
    ]
  }

  private static func typeNames(in file: SourceFile) -> [Finding] {
    types(in: file, keywords: kinds).compactMap { name in
      guard let word = words(of: name.text).first(where: emptyWords.contains) else { return nil }
      return Finding(
        line: name.line, found: "`\(name.text)`",
        instead: "\(word) says nothing: name it for what it is in the field")
    }
  }

  /// The words of a name in camel case.
  private static func words(of name: String) -> [String] {
    name.reduce(into: []) { words, letter in
      if letter.isUppercase || words.isEmpty {
        words.append(String(letter))
      } else {
        words[words.count - 1].append(letter)
      }
    }
  }
}
