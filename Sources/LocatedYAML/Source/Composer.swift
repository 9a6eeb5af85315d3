import Yams

/// Turns the text of a file into the values of its documents.
package struct Composer {
  private let source: SourceText
  /// Keys that stand twice, by place; they were changed in the text so that the parser goes on.
  private var renamed: [SourceMark: String] = [:]
  private var count = 0
  private(set) var problems: [DocumentProblem] = []

  /// The documents of a text; when `problems` are found, the documents may lack values.
  package static func documents(
    of source: SourceText
  ) -> (documents: [SourceValue], problems: [DocumentProblem]) {
    var composer = Composer(source: source)
    let documents = composer.compose()
    return (documents, composer.problems)
  }

  private init(source: SourceText) { self.source = source }

  private mutating func compose() -> [SourceValue] {
    let findings = TextScan.findings(in: source.bytes)
    guard findings.isEmpty else {
      for finding in findings {
        report(finding.code, at: source.mark(at: finding.offset), finding.message)
      }
      return []
    }
    return parse().compactMap { value(of: $0, depth: 1) }.filter { !$0.isNull }
  }

  /// The parser's nodes; after a key that stands twice, the text is parsed again with that key
  /// changed.
  private mutating func parse() -> [Node] {
    var bytes = source.bytes
    // More than a few such keys are a pasted file; the rest is reported next time. Of a large text
    // it is only the first, as each costs another reading of all of it.
    for _ in 0..<max(1, min(20, 500_000 / max(1, bytes.count))) {
      do {
        return try nodes(of: String(decoding: bytes, as: UTF8.self))
      } catch let YamlError.duplicatedKeysInMapping(duplicates, context) {
        let mark = SourceMark(context.mark)
        guard rename(duplicates.first ?? "", at: mark, in: &bytes) else {
          report(.duplicateKey, at: mark, "the key stands twice in this map")
          return []
        }
      } catch {
        report(error)
        return []
      }
    }
    for (mark, key) in renamed.sorted(by: { $0.key < $1.key }) {
      report(.duplicateKey, at: mark, "\(quoted(key)) stands again below in this map")
    }
    return []
  }

  private func nodes(of text: String) throws -> [Node] {
    // Without rules of resolution every value stays the text that was written.
    let parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
    var nodes: [Node] = []
    while let node = try parser.nextRoot() { nodes.append(node) }
    return nodes
  }

  /// Changes the first character of a key, leaving the places of all others as they are.
  private mutating func rename(_ key: String, at mark: SourceMark, in bytes: inout [UInt8]) -> Bool
  {
    guard var offset = source.offset(of: mark) else { return false }
    if bytes[offset] == UInt8(ascii: "\"") || bytes[offset] == UInt8(ascii: "'") { offset += 1 }
    let substitutes = "~^$+=_;/ABCDEFGHIJKLMNOPQRST".utf8
    guard bytes[offset] > 0x20, bytes[offset] < 0x7F, renamed[mark] == nil,
      let substitute = substitutes.dropFirst(renamed.count).first
    else { return false }
    bytes[offset] = substitute
    renamed[mark] = key
    return true
  }

  private mutating func value(of node: Node, depth: Int) -> SourceValue? {
    count += 1
    let mark = node.mark.map(SourceMark.init) ?? SourceMark(line: 1, column: 1)
    guard count <= TextScan.valuesMax else {
      if count == TextScan.valuesMax + 1 {
        report(.tooManyValues, at: mark, "the file holds more than a million values")
      }
      return nil
    }
    guard depth <= TextScan.depthMax else {
      report(.tooDeep, at: mark, "values are nested deeper than \(TextScan.depthMax) levels")
      return nil
    }
    guard node.anchor == nil else {
      report(.aliasRefused, at: mark, "an anchor stands here")
      return nil
    }
    switch node {
    case .scalar(let scalar):
      let isPlain = scalar.style == .plain
      return SourceValue(content: .scalar(scalar.string, isPlain: isPlain), mark: mark)
    case .sequence(let items):
      let values = items.compactMap { value(of: $0, depth: depth + 1) }
      return SourceValue(content: .list(values), mark: mark)
    case .mapping(let pairs):
      return SourceValue(content: .map(entries(of: pairs, depth: depth)), mark: mark)
    case .alias:
      report(.aliasRefused, at: mark, "an alias stands here")
      return nil
    }
  }

  private mutating func entries(of pairs: Node.Mapping, depth: Int) -> [SourceValue.Entry] {
    var entries: [SourceValue.Entry] = []
    for (keyNode, valueNode) in pairs {
      let mark = keyNode.mark.map(SourceMark.init) ?? SourceMark(line: 1, column: 1)
      guard case .scalar(let key) = keyNode else {
        report(.wrongShape, at: mark, "a key must be a single value, not a map or list")
        continue
      }
      if key.string == "<<", key.style == .plain {
        report(.aliasRefused, at: mark, "a merge key stands here")
        continue
      }
      count += 1
      if let original = renamed[mark] {
        reportDuplicate(of: original, firstAt: mark, in: pairs)
        continue
      }
      guard let value = value(of: valueNode, depth: depth + 1) else { continue }
      entries.append(.init(key: key.string, keyMark: mark, value: value))
    }
    return entries
  }

  /// Reports the next place at which a key stands again.
  private mutating func reportDuplicate(
    of key: String, firstAt first: SourceMark, in pairs: Node.Mapping
  ) {
    let marks = pairs.compactMap { pair -> SourceMark? in
      guard let mark = pair.key.mark.map(SourceMark.init), mark > first else { return nil }
      return (renamed[mark] ?? pair.key.scalar?.string) == key ? mark : nil
    }
    report(
      .duplicateKey, at: marks.min() ?? first,
      "\(quoted(key)) stands already in this map, on line \(first.line)")
  }

  private mutating func report(_ error: any Error) {
    switch error {
    case YamlError.scanner(let context, let problem, let mark, _),
      YamlError.parser(let context, let problem, let mark, _),
      YamlError.composer(let context, let problem, let mark, _):
      let place = context.map { " (\($0.text) on line \($0.mark.line))" } ?? ""
      report(.yamlSyntax, at: SourceMark(mark), visible("the text is not YAML: \(problem)\(place)"))
    case YamlError.reader(let problem, _, _, _):
      report(.badText, at: SourceMark(line: 1, column: 1), visible(problem))
    default:
      report(.yamlSyntax, at: SourceMark(line: 1, column: 1), "the text is not YAML")
    }
  }

  private mutating func report(_ code: ProblemCode, at mark: SourceMark, _ message: String) {
    problems.append(
      DocumentProblem(
        code: code, file: source.file, line: mark.line, column: mark.column, message: message,
        excerpt: source.excerpt(at: mark)))
  }
}

extension SourceMark {
  /// The place that the parser states.
  init(_ mark: Mark) {
    self.init(line: mark.line, column: mark.column)
  }
}
