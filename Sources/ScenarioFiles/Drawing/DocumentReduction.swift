/// Makes a document smaller as long as it still shows what it is kept for.
public struct DocumentReduction {
  private var node: DocumentNode
  private var triesLeft: Int
  private let shows: (DocumentNode) -> Bool

  /// Tries smaller documents, each a piece less than the last that served, until none serves.
  ///
  /// - Parameters:
  ///   - node: the document; it serves.
  ///   - tries: how many documents are tried at most.
  ///   - shows: whether a document still serves; one that does not even load does not.
  /// - Returns: the smallest document found.
  public static func reduced(
    _ node: DocumentNode, tries: Int = 4_000, shows: @escaping (DocumentNode) -> Bool
  ) -> DocumentNode {
    var reduction = DocumentReduction(node: node, triesLeft: tries, shows: shows)
    while reduction.pass(), reduction.triesLeft > 0 {}
    return reduction.node
  }

  /// One go over everything that could be left out; returns whether something was.
  private mutating func pass() -> Bool {
    let before = node.size
    for name in node.names + node.words { accept(node.without(name)) }
    for name in node.names {
      for other in node.names where other != name {
        accept(node.without(name, insteadUsing: other))
      }
    }
    leaveOut(at: [])
    for name in node.names where name.utf8.count > 2 {
      accept(Self.letter(notIn: node.names).map { node.renaming(name, to: $0) })
    }
    return node.size < before
  }

  /// A letter that is no name yet; nil: every one is.
  private static func letter(notIn names: [String]) -> String? {
    "abcdefghijklmnopqrstuvwxyz".lazy.map(String.init).first { !names.contains($0) }
  }

  private mutating func accept(_ candidate: DocumentNode?) {
    guard let candidate, candidate.size < node.size, triesLeft > 0 else { return }
    triesLeft -= 1
    if shows(candidate) { node = candidate }
  }

  /// Leaves out, or makes plainer, what stands at a place and below it, the last first.
  private mutating func leaveOut(at path: [Int]) {
    guard let here = node.at(path[...]) else { return }
    for plain in here.plainer { accept(node.replacing(path[...], with: plain)) }
    for index in stride(from: here.childCount - 1, through: 0, by: -1) {
      let size = node.size
      accept(node.removing((path + [index])[...]))
      if node.size == size { leaveOut(at: path + [index]) }
    }
  }
}

extension DocumentNode {
  /// Characters of the document's text, roughly.
  var size: Int {
    switch self {
    case .text(let text): text.utf8.count + 1
    case .list(let items): items.reduce(2) { $0 + $1.size }
    case .map(let entries): entries.reduce(2) { $0 + $1.key.utf8.count + 1 + $1.value.size }
    }
  }

  /// The names that items of lists have, in their order.
  fileprivate var names: [String] {
    switch self {
    case .text: []
    case .list(let items):
      items.flatMap { item -> [String] in
        guard case .text(let name)? = item["name"] else { return item.names }
        return [name] + item.names
      }
    case .map(let entries): entries.flatMap(\.value.names)
    }
  }

  /// The words that lists are made of, such as the levels of a fleet.
  fileprivate var words: [String] {
    switch self {
    case .text: []
    case .list(let items):
      items.flatMap { item -> [String] in
        guard case .text(let word) = item else { return item.words }
        return [word]
      }
    case .map(let entries): entries.flatMap(\.value.words)
    }
  }

  /// Plainer things that may stand here instead.
  fileprivate var plainer: [DocumentNode] {
    switch self {
    case .text(let text):
      // Numbers and times; a name stays what it is.
      text.first?.isNumber == true && text.utf8.count > 1 ? ["0s", "1s", "60s", "1", "0"] : []
    case .list: []
    case .map: ["0s", "60s", "1h", "push", "atStart", ["allAtOnce": [:]]]
    }
  }

  fileprivate var childCount: Int {
    switch self {
    case .text: 0
    case .list(let items): items.count
    case .map(let entries): entries.count
    }
  }

  fileprivate func at(_ path: ArraySlice<Int>) -> DocumentNode? {
    guard let first = path.first else { return self }
    switch self {
    case .list(let items) where first < items.count: return items[first].at(path.dropFirst())
    case .map(let entries) where first < entries.count:
      return entries[first].value.at(path.dropFirst())
    default: return nil
    }
  }

  fileprivate func replacing(_ path: ArraySlice<Int>, with other: DocumentNode?) -> DocumentNode? {
    guard let first = path.first else { return other }
    switch self {
    case .text: return nil
    case .list(var items):
      guard first < items.count else { return nil }
      let item = items[first].replacing(path.dropFirst(), with: other)
      items.replaceSubrange(first...first, with: item.map { [$0] } ?? [])
      return .list(items)
    case .map(var entries):
      guard first < entries.count else { return nil }
      let key = entries[first].key
      let value = entries[first].value.replacing(path.dropFirst(), with: other)
      entries.replaceSubrange(first...first, with: value.map { [Entry(key, $0)] } ?? [])
      return .map(entries)
    }
  }

  fileprivate func removing(_ path: ArraySlice<Int>) -> DocumentNode? {
    replacing(path, with: nil)
  }

  /// The document without the item of a name and everything that refers to it.
  fileprivate func without(_ name: String) -> DocumentNode? {
    switch self {
    case .text(let text): return text == name ? nil : self
    case .list(let items):
      let left = items.filter { !$0.refers(to: name) }.compactMap { $0.without(name) }
      return left.isEmpty && !items.isEmpty ? nil : .list(left)
    case .map(let entries):
      let left = entries.compactMap { entry -> Entry? in
        guard entry.key != name, let value = entry.value.without(name) else { return nil }
        return Entry(entry.key, value)
      }
      return left.isEmpty && !entries.isEmpty ? nil : .map(left)
    }
  }

  /// The document without the item of a name, another item standing in for it wherever it is
  /// referred to.
  fileprivate func without(_ name: String, insteadUsing other: String) -> DocumentNode? {
    switch self {
    case .text(let text): return text == name ? .text(other) : self
    case .list(let items):
      return .list(
        items.filter { $0["name"] != .text(name) }
          .compactMap { $0.without(name, insteadUsing: other) })
    case .map(let entries):
      return .map(
        entries.compactMap { entry in
          entry.value.without(name, insteadUsing: other).map { Entry(entry.key, $0) }
        })
    }
  }

  /// The document with another name for an item, and for everything that refers to it.
  fileprivate func renaming(_ name: String, to other: String) -> DocumentNode {
    switch self {
    case .text(let text): .text(text == name ? other : text)
    case .list(let items): .list(items.map { $0.renaming(name, to: other) })
    case .map(let entries):
      .map(
        entries.map { entry in
          Entry(
            entry.key == name ? other : entry.key, entry.value.renaming(name, to: other))
        })
    }
  }

  /// Whether one of a mapping's own values is a name.
  private func refers(to name: String) -> Bool {
    guard case .map(let entries) = self else { return self == .text(name) }
    return entries.contains { $0.value == .text(name) }
  }
}
