import Foundation

/// How files are read.
public struct FileAccess: Sendable {
  /// Why a file cannot be used.
  public struct Refusal: Error, Equatable, Sendable {
    /// The kind of problem.
    public var code: ProblemCode
    /// What is wrong, without the file's name.
    public var message: String

    /// States a refusal.
    public init(_ code: ProblemCode, _ message: String) {
      self.code = code
      self.message = message
    }
  }

  /// Reads a file that must lie inside a folder; nil: anywhere.
  public var read: @Sendable (_ path: String, _ folder: String?) throws(Refusal) -> [UInt8]

  /// Reads files in some way of one's own.
  public init(
    read: @escaping @Sendable (_ path: String, _ folder: String?) throws(Refusal) -> [UInt8]
  ) {
    self.read = read
  }

  /// The largest file that is read.
  ///
  /// Unit: bytes.
  public static let sizeMax = 16 * 1_048_576

  /// The largest file of data, like a dump of a cluster's objects or a transcript, that is read.
  ///
  /// Unit: bytes.
  package static let dumpSizeMax = 1_024 * 1_048_576

  /// Reads from the disk; what is not a regular file is refused before it is opened, since opening
  /// a FIFO would wait for somebody to write to it.
  public static let disk = disk(atMost: sizeMax)

  /// The same, for files of up to so many bytes.
  package static func disk(atMost sizeMax: Int) -> FileAccess {
    FileAccess { (path, folder) throws(Refusal) in
      guard !path.utf8.contains(0) else {
        throw Refusal(.fileUnreadable, "the path contains a NUL byte")
      }
      let real = resolved(path)
      if let folder, !isInside(real, resolved(folder)) {
        throw Refusal(
          .pathRefused, "the path leads out of the scenario's folder by a symbolic link")
      }
      try checkRegular(real, atMost: sizeMax)
      return try contents(of: real, atMost: sizeMax)
    }
  }

  /// The path without symbolic links.
  private static func resolved(_ path: String) -> String {
    URL(filePath: path).resolvingSymlinksInPath().path
  }

  private static func isInside(_ file: String, _ folder: String) -> Bool {
    file.hasPrefix(folder.hasSuffix("/") ? folder : folder + "/")
  }

  private static func checkRegular(_ path: String, atMost sizeMax: Int) throws(Refusal) {
    let attributes: [FileAttributeKey: Any]
    do {
      attributes = try FileManager.default.attributesOfItem(atPath: path)
    } catch {
      throw refusal(error)
    }
    let type = attributes[.type] as? FileAttributeType
    guard type == .typeRegular else {
      throw Refusal(.notRegularFile, "it is \(kind(of: type)), not a regular file")
    }
    let size = attributes[.size] as? NSNumber
    guard size?.int64Value ?? 0 <= Int64(sizeMax) else { throw tooLarge(sizeMax) }
  }

  /// Everything up to the end; a file that grew meanwhile is refused at the limit.
  private static func contents(
    of path: String, atMost sizeMax: Int
  ) throws(Refusal) -> [UInt8] {
    do {
      let handle = try FileHandle(forReadingFrom: URL(filePath: path))
      defer { try? handle.close() }
      let data = try handle.read(upToCount: sizeMax + 1) ?? Data()
      guard data.count <= sizeMax else { throw tooLarge(sizeMax) }
      return Array(data)
    } catch let refusal as Refusal {
      throw refusal
    } catch {
      throw refusal(error)
    }
  }

  package static func tooLarge(_ sizeMax: Int) -> Refusal {
    Refusal(.fileTooLarge, "the file is larger than \(sizeMax / 1_048_576) MiB")
  }

  private static func kind(of type: FileAttributeType?) -> String {
    switch type {
    case .typeDirectory: "a directory"
    case .typeSocket: "a socket"
    case .typeCharacterSpecial, .typeBlockSpecial: "a device"
    case .typeSymbolicLink: "a symbolic link that leads nowhere"
    default: "a FIFO or something else"
    }
  }

  private static func refusal(_ error: any Error) -> Refusal {
    switch (error as? CocoaError)?.code {
    case .fileNoSuchFile, .fileReadNoSuchFile:
      Refusal(.fileUnreadable, "there is no such file")
    case .fileReadNoPermission: Refusal(.fileUnreadable, "the file may not be read")
    default: Refusal(.fileUnreadable, "the file cannot be read")
    }
  }
}
