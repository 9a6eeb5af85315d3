/// A value of a document as it was written, with its place; nothing in it is interpreted yet.
package struct SourceValue {
  /// What was written.
  package indirect enum Content {
    /// A single value; `isPlain`: without quotes.
    case scalar(String, isPlain: Bool)
    /// A list.
    case list([SourceValue])
    /// A map, in the order written; keys are unique.
    case map([Entry])
  }

  /// A key and its value.
  package struct Entry {
    package var key: String
    package var keyMark: SourceMark
    package var value: SourceValue

    /// States an entry.
    package init(key: String, keyMark: SourceMark, value: SourceValue) {
      self.key = key
      self.keyMark = keyMark
      self.value = value
    }
  }

  package var content: Content
  package var mark: SourceMark

  /// States a value at a place.
  package init(content: Content, mark: SourceMark) {
    self.content = content
    self.mark = mark
  }

  /// Whether nothing stands where a value could.
  package var isNull: Bool {
    guard case .scalar(let text, isPlain: true) = content else { return false }
    return text.isEmpty || text == "~" || text == "null" || text == "Null" || text == "NULL"
  }

  /// What was written, in a word.
  package var shape: String {
    switch content {
    case .scalar: "a single value"
    case .list: "a list"
    case .map: "a map"
    }
  }

  /// The value of a key; nil: the key is missing or this is no map.
  package func entry(_ key: String) -> Entry? {
    guard case .map(let entries) = content else { return nil }
    return entries.first { $0.key == key }
  }

  /// The text of a single value; nil: it is none.
  package var scalar: String? {
    guard case .scalar(let text, _) = content else { return nil }
    return text
  }
}
