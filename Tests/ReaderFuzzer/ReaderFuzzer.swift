import Foundation
import FuzzedReaders

/// What libFuzzer calls, which has the `main` of this program; `.ci/fuzz` builds and starts it.
enum ReaderFuzzer {
  /// The reader that the environment names.
  fileprivate static let reader: FuzzedReader = {
    let name = ProcessInfo.processInfo.environment["ROLLSIM_READER"] ?? ""
    guard let reader = FuzzedReader(rawValue: name) else {
      let names = FuzzedReader.allCases.map(\.rawValue).joined(separator: ", ")
      fatalError("ROLLSIM_READER is \"\(name)\" and none of \(names)")
    }
    return reader
  }()
}

/// Gives a reader one text; whatever breaks its promise ends the process, which is a finding.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  let text = unsafe Array(UnsafeBufferPointer(start: bytes, count: count))
  if let flaw = ReaderFuzzer.reader.read(text).flaw { fatalError(flaw) }
  return 0
}
