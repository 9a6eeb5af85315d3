import Foundation
import Testing

@Suite("Binaries")
struct BinariesTests {
  @Test("both programs were built beside the tests and start", arguments: ["rollsim", "rollplan"])
  func start(_ program: String) throws {
    let scratch = try Scratch()
    let outcome = try Binaries().run(program, ["--help"], in: scratch.folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(!outcome.output.isEmpty)
  }

  @Test("a temporary folder goes with its owner")
  func scratch() throws {
    var scratch: Scratch? = try Scratch()
    let place = try #require(scratch?.folder.path)
    #expect(FileManager.default.fileExists(atPath: place))
    scratch = nil
    #expect(!FileManager.default.fileExists(atPath: place))
  }
}
