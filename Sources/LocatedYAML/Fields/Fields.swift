/// The fields of one map, checked against what may and must be there.
package struct Fields {
  /// The map itself.
  package let map: Cursor
  private let spec: MapSpec
  private let isMap: Bool

  /// Opens a map and reports unknown, missing and surplus fields.
  package init(_ map: Cursor, _ spec: MapSpec) {
    self.map = map
    self.spec = spec
    guard let value = map.value else {
      isMap = false
      return
    }
    guard case .map(let entries) = value.content else {
      isMap = false
      if value.isNull {
        map.report(.missingValue, "\(map.path.last) has no value")
      } else {
        map.report(
          .wrongShape, "expected a map, found \(value.shape)",
          help: "the fields are: \(spec.fields.map(\.name).joined(separator: ", "))")
      }
      return
    }
    isMap = true
    reportUnknown(entries)
    noteInert(entries)
    reportMissing(entries)
  }

  /// A field; when it is not written, its standard value.
  ///
  /// Traps when the map is not known to have
  /// it.
  package subscript(name: String) -> Cursor {
    let field = spec.field(name)
    if let written = self.written(name) { return written }
    guard isMap, case .standard(let text) = field.absence, let mark = map.value?.mark else {
      return cursor(name, nil)
    }
    return cursor(name, Self.value(written: text, mark: mark))
  }

  /// Whether the map is known to have a field.
  package func has(_ name: String) -> Bool { spec.fields.contains { $0.name == name } }

  /// A field if it is written.
  package func written(_ name: String) -> Cursor? {
    precondition(spec.field(name).name == name)
    return map.value?.entry(name).flatMap { isWritten($0) ? cursor(name, $0.value) : nil }
  }

  /// Whether a field counts as written: to Kubernetes one without a value is as good as none.
  private func isWritten(_ entry: SourceValue.Entry) -> Bool {
    !spec.isForeign || !entry.value.isNull
  }

  /// The one of the alternative fields that is written; nil: not exactly one is, which has been
  /// reported.
  package var alternative: (name: String, value: Cursor)? {
    let present = spec.exactlyOneOf.compactMap { name in
      written(name).map { (name: name, value: $0) }
    }
    return present.count == 1 ? present.first : nil
  }

  private func cursor(_ name: String, _ value: SourceValue?) -> Cursor {
    Cursor(
      reading: map.reading, source: map.source, path: FieldPath(map.path, .field(name)),
      value: value)
  }

  private func reportUnknown(_ entries: [SourceValue.Entry]) {
    let names = spec.fields.map(\.name)
    // A map of a thousand unknown fields is another kind of file; a few are enough to see that.
    for entry in entries.lazy.filter({ !names.contains($0.key) }).prefix(20) {
      let origin = Origin(
        source: map.source, mark: entry.keyMark, path: FieldPath(map.path, .field(entry.key)))
      map.reading.report(
        spec.isForeign ? .foreignField : .unknownField, at: origin,
        "\(spec.name) has no field \(quoted(entry.key))",
        help: Suggestions.text(for: entry.key, among: names))
    }
  }

  private func noteInert(_ entries: [SourceValue.Entry]) {
    for entry in entries {
      let field = spec.fields.first { $0.name == entry.key }
      guard field?.absence == .inert else { continue }
      map.reading.noteInert(
        Origin(
          source: map.source, mark: entry.keyMark, path: FieldPath(map.path, .field(entry.key))))
    }
  }

  private func reportMissing(_ entries: [SourceValue.Entry]) {
    let written = entries.filter(isWritten).map(\.key)
    for field in spec.fields where field.absence == .refused && !written.contains(field.name) {
      map.report(
        .missingField, "\(spec.name) lacks the field \(field.name)",
        help: "add \(field.name): \(field.type) (\(field.meaning))")
    }
    guard !spec.exactlyOneOf.isEmpty else { return }
    let present = spec.exactlyOneOf.filter(written.contains)
    guard present.count != 1 else { return }
    let found = present.isEmpty ? "none" : present.joined(separator: " and ")
    map.report(
      .notExactlyOne, "\(spec.name) needs exactly one of its alternatives, found \(found)",
      help: "write exactly one of: \(spec.exactlyOneOf.joined(separator: ", "))")
  }

  /// A standard value as it would have been written.
  private static func value(written text: String, mark: SourceMark) -> SourceValue {
    switch text {
    case "{}": SourceValue(content: .map([]), mark: mark)
    case "[]": SourceValue(content: .list([]), mark: mark)
    default: SourceValue(content: .scalar(text, isPlain: false), mark: mark)
    }
  }
}
