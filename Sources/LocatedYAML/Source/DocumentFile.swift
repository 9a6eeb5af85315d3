/// Opens files of documents: from a path to the values that stand in the file.
package enum DocumentFile {
  /// Reads a file's text and the values of its documents.
  ///
  /// - Parameters:
  ///   - file: the path; problems name the file by it.
  ///   - folder: the folder that it must lie in; nil: anywhere.
  ///   - files: how files are read.
  ///   - origin: where the file is named; nil: by whoever called.
  ///   - reading: where problems go.
  /// - Returns: text and values; nil: the file cannot be read, which has been reported.
  package static func open(
    _ file: String, inside folder: String? = nil, with files: FileAccess,
    for origin: Origin? = nil, _ reading: Reading
  ) -> (source: SourceText, roots: [Cursor])? {
    guard let source = text(of: file, inside: folder, with: files, for: origin, reading) else {
      return nil
    }
    return (source, roots(of: source, reading))
  }

  /// The values of a text's documents.
  package static func roots(of source: SourceText, _ reading: Reading) -> [Cursor] {
    let (values, problems) = Composer.documents(of: source)
    for problem in problems { reading.add(problem) }
    // Follow-up problems of a text that could not be parsed would only confuse.
    guard problems.allSatisfy({ $0.code == .duplicateKey }) else { return [] }
    return values.map { value in
      Cursor(reading: reading, source: source, path: FieldPath(), value: value)
    }
  }

  /// A file's text, whatever stands in it; nil: it cannot be read, which has been reported.
  ///
  /// A byte order mark at its beginning, as spreadsheets write it, is passed over.
  package static func source(
    of file: String, with files: FileAccess, _ reading: Reading
  ) -> SourceText? {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let plain = FileAccess { (path, folder) throws(FileAccess.Refusal) in
      let bytes = try files.read(path, folder)
      return bytes.starts(with: mark) ? Array(bytes.dropFirst(mark.count)) : bytes
    }
    return text(of: file, inside: nil, with: plain, for: nil, reading)
  }

  private static func text(
    of file: String, inside folder: String?, with files: FileAccess, for origin: Origin?,
    _ reading: Reading
  ) -> SourceText? {
    do {
      return try checked(files.read(file, folder), of: file, reading)
    } catch {
      if let origin {
        reading.report(error.code, at: origin, "\(quoted(file)): \(error.message)")
      } else {
        reading.add(DocumentProblem(code: error.code, file: file, message: error.message))
      }
      return nil
    }
  }

  private static func checked(
    _ bytes: [UInt8], of file: String, _ reading: Reading
  ) throws(FileAccess.Refusal) -> SourceText? {
    guard bytes.count <= FileAccess.sizeMax else { throw FileAccess.tooLarge(FileAccess.sizeMax) }
    do {
      return SourceText(file: file, bytes: bytes, text: try TextCheck.text(of: bytes))
    } catch {
      let source = SourceText(file: file, bytes: bytes, text: "")
      let mark = source.mark(at: min(error.offset, max(0, bytes.count - 1)))
      reading.add(
        DocumentProblem(
          code: .badText, file: file, line: mark.line, column: mark.column,
          message: error.message))
      return nil
    }
  }
}
