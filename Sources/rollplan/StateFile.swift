import Foundation

/// A planner's state on disk: the transcript of all its steps so far.
///
/// A step is appended and forced to disk before anything is done about it. What a crash leaves half
/// written at the end was never acted on and is cut off when the file is opened again. The file
/// is a transcript like any other, so that `step --verify` checks it.
final class StateFile {
  /// Why a state file cannot be used.
  struct Refusal: Error {
    var message: String
    var help: String
    var exitCode: Int32
  }

  /// The path as it was given.
  let path: String
  /// The whole lines of all steps, in the order written.
  private(set) var lines: [String] = []
  private let handle: FileHandle

  /// Opens a file, or makes it; it belongs to this process until it ends.
  init(path: String) throws(Refusal) {
    self.path = path
    try Self.checkRegular(path)
    do {
      if !FileManager.default.fileExists(atPath: path) { try Self.make(path) }
      handle = try FileHandle(forUpdating: URL(filePath: path))
    } catch {
      throw Refusal(
        message: "\(path) can not be opened: \(error.localizedDescription)",
        help: "give the path of a file that may be written", exitCode: 13)
    }
    guard flock(handle.fileDescriptor, LOCK_EX | LOCK_NB) == 0 else {
      throw Refusal(
        message: "\(path) is in use by another rollplan",
        help: "let one process at a time drive a planner", exitCode: 12)
    }
    try load()
  }

  /// Refuses what is there and no regular file, of which some never end.
  private static func checkRegular(_ path: String) throws(Refusal) {
    let attributes = try? FileManager.default.attributesOfItem(
      atPath: URL(filePath: path).resolvingSymlinksInPath().path)
    let type = attributes?[.type] as? FileAttributeType
    guard type == nil || type == .typeRegular else {
      throw Refusal(
        message: "\(path) is not a regular file",
        help: "give the path of a file, which is made if it is not there", exitCode: 12)
    }
  }

  private static func make(_ path: String) throws {
    try Data().write(to: URL(filePath: path), options: .withoutOverwriting)
    let folder = URL(filePath: path).deletingLastPathComponent()
    // So that the file's name survives a crash of the machine, too.
    try FileHandle(forReadingFrom: folder).synchronize()
  }

  /// Reads the whole steps: a header, then pairs of a line for what was seen and one for what was
  /// decided.
  private func load() throws(Refusal) {
    do {
      let bytes = try handle.readToEnd() ?? Data()
      let end = bytes.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
      let whole = bytes[..<end].split(separator: UInt8(ascii: "\n"))
      let steps = whole.count - (whole.count > 0 && whole.count % 2 == 0 ? 1 : 0)
      lines = whole[..<steps].map { String(decoding: $0, as: UTF8.self) }
      let length = whole[..<steps].reduce(0) { $0 + $1.count + 1 }
      try handle.truncate(atOffset: UInt64(length))
      try handle.seekToEnd()
    } catch {
      throw Refusal(
        message: "\(path) can not be read: \(error.localizedDescription)",
        help: "check the disk and the file's permissions", exitCode: 13)
    }
  }

  /// Appends lines that belong together, and returns once they are on disk.
  func append(_ added: [String]) throws(Refusal) {
    do {
      try handle.write(contentsOf: Data(added.map { $0 + "\n" }.joined().utf8))
      try handle.synchronize()
      lines += added
    } catch {
      throw Refusal(
        message: "\(path) can not be written: \(error.localizedDescription)",
        help: "make room; nothing was done about this step, and the same command goes on",
        exitCode: 13)
    }
  }
}
