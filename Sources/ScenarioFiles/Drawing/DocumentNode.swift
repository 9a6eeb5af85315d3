/// A piece of a YAML document that is put together by program.
public indirect enum DocumentNode: Equatable, Sendable {
  /// A scalar.
  case text(String)
  /// A sequence.
  case list([DocumentNode])
  /// A mapping, in its order.
  case map([Entry])

  /// A key of a mapping with its value.
  public struct Entry: Equatable, Sendable {
    /// The key.
    public var key: String
    /// The value.
    public var value: DocumentNode

    /// States an entry.
    public init(_ key: String, _ value: DocumentNode) {
      self.key = key
      self.value = value
    }
  }

  private static let width = 100

  /// The document as YAML: what fits in a line of a hundred columns stands in it.
  public var yaml: String { lines(indent: 0).map { $0 + "\n" }.joined() }

  private func lines(indent: Int) -> [String] {
    let margin = String(repeating: " ", count: indent)
    switch self {
    case .text: return [margin + inLine]
    case .list(let items):
      return items.flatMap { item -> [String] in
        let line = margin + "- " + item.inLine
        guard line.count > Self.width, !item.isScalar else { return [line] }
        var block = item.lines(indent: indent + 2)
        block[0] = margin + "- " + block[0].dropFirst(indent + 2)
        return block
      }
    case .map(let entries):
      return entries.flatMap { entry -> [String] in
        let line = margin + Self.quoted(entry.key) + ": " + entry.value.inLine
        guard line.count > Self.width || entry.key == "spec", !entry.value.isScalar
        else { return [line] }
        return [margin + Self.quoted(entry.key) + ":"] + entry.value.lines(indent: indent + 2)
      }
    }
  }

  private var isScalar: Bool {
    switch self {
    case .text: true
    case .list(let items): items.isEmpty
    case .map(let entries): entries.isEmpty
    }
  }

  private var inLine: String {
    switch self {
    case .text(let text): Self.quoted(text)
    case .list(let items): "[" + items.map(\.inLine).joined(separator: ", ") + "]"
    case .map(let entries):
      "{"
        + entries.map { Self.quoted($0.key) + ": " + $0.value.inLine }.joined(separator: ", ")
        + "}"
    }
  }

  private static func quoted(_ text: String) -> String {
    let isPlain =
      !text.isEmpty
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
          UInt8(ascii: "/"), UInt8(ascii: "%"), UInt8(ascii: "-"):
          true
        default: false
        }
      }
    guard !isPlain else { return text }
    let escaped = text.flatMap { character -> String in
      character == "\"" || character == "\\" ? "\\\(character)" : String(character)
    }
    return "\"" + String(escaped) + "\""
  }
}

extension DocumentNode: ExpressibleByStringLiteral, ExpressibleByArrayLiteral,
  ExpressibleByDictionaryLiteral, ExpressibleByIntegerLiteral
{
  /// A scalar.
  public init(stringLiteral text: String) { self = .text(text) }

  /// A scalar.
  public init(integerLiteral number: Int) { self = .text("\(number)") }

  /// A sequence.
  public init(arrayLiteral items: DocumentNode...) { self = .list(items) }

  /// A mapping, in its order.
  public init(dictionaryLiteral entries: (String, DocumentNode)...) {
    self = .map(entries.map { Entry($0.0, $0.1) })
  }

  /// The value of a key; adding one appends it, and nil removes it.
  public subscript(key: String) -> DocumentNode? {
    get {
      guard case .map(let entries) = self else { return nil }
      return entries.first { $0.key == key }?.value
    }
    set {
      guard case .map(var entries) = self else {
        preconditionFailure("the key \(key) of what is no mapping")
      }
      let index = entries.firstIndex { $0.key == key }
      switch (index, newValue) {
      case (let index?, let value?): entries[index].value = value
      case (let index?, nil): entries.remove(at: index)
      case (nil, let value?): entries.append(Entry(key, value))
      case (nil, nil): break
      }
      self = .map(entries)
    }
  }
}
