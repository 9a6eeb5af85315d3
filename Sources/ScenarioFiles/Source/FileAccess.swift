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

  /// Reads from the disk; refuses what is not a regular file without waiting for it.
  public static let disk = FileAccess { (path, folder) throws(Refusal) in
    guard !path.utf8.contains(0) else {
      throw Refusal(.fileUnreadable, "the path contains a NUL byte")
    }
    let real = try resolved(path)
    if let folder, !real.hasPrefix(try resolved(folder) + "/") {
      throw Refusal(.pathRefused, "the path leads out of the scenario's folder by a symbolic link")
    }
    return try readRegularFile(real)
  }

  /// The path without symbolic links.
  private static func resolved(_ path: String) throws(Refusal) -> String {
    guard let found = unsafe realpath(path, nil) else { throw refusal(errno) }
    defer { unsafe free(found) }
    return unsafe String(cString: found)
  }

  private static func readRegularFile(_ path: String) throws(Refusal) -> [UInt8] {
    // Without O_NONBLOCK, opening a FIFO would wait for somebody to write to it.
    let descriptor = unsafe open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { throw refusal(errno) }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw refusal(errno) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw Refusal(.notRegularFile, "it is \(kind(of: status.st_mode)), not a regular file")
    }
    guard status.st_size <= sizeMax else { throw tooLarge }
    return try contents(of: descriptor)
  }

  /// Everything up to the end; a file that grows meanwhile is refused at the limit.
  private static func contents(of descriptor: Int32) throws(Refusal) -> [UInt8] {
    var contents: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = unsafe Foundation.read(descriptor, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw refusal(errno) }
      guard count > 0 else { return contents }
      contents += chunk[..<count]
      guard contents.count <= sizeMax else { throw tooLarge }
    }
  }

  static let tooLarge = Refusal(
    .fileTooLarge, "the file is larger than \(sizeMax / 1_048_576) MiB")

  private static func kind(of mode: mode_t) -> String {
    switch mode & S_IFMT {
    case S_IFDIR: "a directory"
    case S_IFIFO: "a FIFO"
    case S_IFCHR, S_IFBLK: "a device"
    case S_IFSOCK: "a socket"
    default: "something else"
    }
  }

  private static func refusal(_ code: Int32) -> Refusal {
    switch code {
    case ENOENT: Refusal(.fileUnreadable, "there is no such file")
    case EACCES, EPERM: Refusal(.fileUnreadable, "the file may not be read")
    case ENXIO: Refusal(.notRegularFile, "it is a socket or FIFO, not a regular file")
    case ENOTDIR: Refusal(.fileUnreadable, "a part of the path is not a directory")
    case ELOOP: Refusal(.fileUnreadable, "the path goes in circles of symbolic links")
    default: Refusal(.fileUnreadable, "the file cannot be read (errno \(code))")
    }
  }
}
