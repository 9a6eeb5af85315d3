package import LocatedYAML

/// Reads dumps: what `kubectl get … -o json` or `-o yaml` prints.
package enum EstateDump {
  /// Members that are most of a dump, and of which nothing is made.
  private static let omitted = ["managedFields"]

  /// The objects of a file, checked to be whole and of known kinds and versions.
  ///
  /// - Parameters:
  ///   - file: the path; problems name the file by it.
  ///   - files: how files are read.
  ///   - reading: where problems go.
  /// - Returns: the objects, in the order written; what is wrong has been reported.
  package static func objects(
    of file: String, with files: FileAccess, _ reading: Reading
  ) -> [EstateObject] {
    guard let roots = roots(of: file, with: files, reading) else { return [] }
    let errors = reading.errorCount
    let objects = roots.flatMap { self.objects(of: $0) }
    if objects.isEmpty, reading.errorCount == errors {
      reading.add(
        DocumentProblem(
          code: .wrongDocuments, file: file, message: "the dump holds no objects",
          help: "dump them with kubectl get … -o json"))
    }
    for object in objects { check(object) }
    return objects
  }

  /// Whether a file holds objects of kinds that estates are read from; what is wrong with it is not
  /// reported.
  package static func isDump(_ file: String, with files: FileAccess = .disk) -> Bool {
    let kinds = EstateSystem.all.flatMap(\.kinds).map(\.kind)
    let roots = roots(of: file, with: files, Reading()) ?? []
    return roots.flatMap { objects(of: $0) }.contains { kinds.contains($0.kind) }
  }

  private static func roots(
    of file: String, with files: FileAccess, _ reading: Reading
  ) -> [Cursor]? {
    let bytes: [UInt8]
    do {
      bytes = try files.read(file, nil)
    } catch {
      reading.add(DocumentProblem(code: error.code, file: file, message: error.message))
      return nil
    }
    let space: [UInt8] = [0x20, 0x09, 0x0A, 0x0D]
    let first = bytes.first { !space.contains($0) }
    guard first == UInt8(ascii: "{") || first == UInt8(ascii: "[") else {
      return DocumentFile.open(file, with: files, reading)?.roots
    }
    let source = SourceText(file: file, bytes: bytes, text: "")
    do {
      let value = try JSONComposer.value(of: bytes, omitting: omitted)
      return [Cursor(reading: reading, source: source, path: FieldPath(), value: value)]
    } catch {
      report(error, in: source, reading)
      return nil
    }
  }

  private static func report(
    _ error: JSONComposer.SyntaxError, in source: SourceText, _ reading: Reading
  ) {
    let mark = source.mark(at: max(0, min(error.offset, source.bytes.count - 1)))
    reading.add(
      DocumentProblem(
        code: .yamlSyntax, file: source.file, line: mark.line, column: mark.column,
        message: error.isCutOff ? "the dump was cut off: \(error.message)" : error.message,
        help: error.isCutOff
          ? "dump the objects again, and see that the command ends with exit code 0"
          : "give the file as kubectl get … -o json writes it",
        excerpt: source.excerpt(at: mark)))
  }

  /// The items of a list, or the object itself.
  private static func objects(of root: Cursor) -> [EstateObject] {
    let document = ForeignDocument(root)
    guard let items = root.entry("items"), document.kind.hasSuffix("List") else {
      guard case .map = root.value?.content else {
        root.report(
          .wrongShape, "expected an object or a list of objects, found \(root.value?.shape ?? "-")",
          help: "give the file as kubectl get … -o json writes it")
        return []
      }
      return [EstateObject(root)]
    }
    reportIncomplete(root)
    guard items.value?.isNull == false else { return [] }
    let word = String(document.kind.dropLast("List".count))
    let isTyped = !word.isEmpty && document.kind.contains("/")
    return items.items().map { item in
      EstateObject(item, listKind: isTyped ? (kind: word, version: document.version) : nil)
    }
  }

  /// Reports a list that is one page of several.
  private static func reportIncomplete(_ root: Cursor) {
    let metadata = root.entry("metadata")
    let next = metadata?.entry("continue")
    let rest = metadata?.entry("remainingItemCount")
    let isMore = next?.value?.scalar.map { !$0.isEmpty } ?? false
    guard isMore || (rest?.value?.scalar.flatMap(Int.init) ?? 0) > 0 else { return }
    (isMore ? next : rest)?.report(
      .wrongDocuments, "the list is one page of several",
      help: "dump all objects: kubectl get without --limit, or with --chunk-size=0")
  }

  /// Reports an object whose kind or version is not read.
  private static func check(_ object: EstateObject) {
    let kinds = EstateSystem.all.flatMap(\.kinds)
    let known = kinds.filter { $0.kind == object.kind }
    guard !known.isEmpty else {
      let names = kinds.map(\.kind)
      return (object.root.entry("kind") ?? object.root).report(
        .unsupportedKind, "objects of the kind \(quoted(object.kind)) are not read",
        help: Suggestions.text(for: object.kind, among: names))
    }
    if !known.contains(where: { $0.versions.contains(object.version) }) {
      let versions = known.flatMap(\.versions).joined(separator: ", ")
      (object.root.entry("apiVersion") ?? object.root).report(
        .unsupportedVersion,
        "\(object.kind) of version \(quoted(object.version)) is not read",
        help: "dump it as \(versions): kubectl get <resource>.<version>.<group> -o json")
    }
    if object.name.isEmpty {
      object.report(
        .missingField, "the object has no name", help: "give the file as kubectl wrote it")
    }
  }
}
