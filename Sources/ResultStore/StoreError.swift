/// Why a results file could not be used, in words for a person, with what to do next.
public struct StoreError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What went wrong.
  public enum Kind: String, Sendable, CaseIterable {
    case missing, directory, notAFile, empty, notADatabase, otherApplication, newerVersion
    case olderVersion, damaged, foreignObjects, strayLog, locked, readOnly, cannotOpen
    case full, inputOutput
    case conflictingRun
    case unstorable, unknownScenario, closed, unexpected
  }

  /// What went wrong.
  public var kind: Kind
  /// The file.
  public var path: String
  /// What was found, in one sentence without a full stop.
  public var problem: String
  /// What to do next, in one sentence without a full stop.
  public var nextStep: String

  init(_ kind: Kind, path: String, _ problem: String, nextStep: String) {
    self.kind = kind
    self.path = path
    self.problem = problem
    self.nextStep = nextStep
  }

  /// The exit code of a command that ends because of it.
  public var exitCode: Int32 {
    switch kind {
    case .missing, .directory, .notAFile, .empty, .notADatabase, .otherApplication, .newerVersion,
      .olderVersion, .damaged, .foreignObjects, .strayLog, .locked, .readOnly, .cannotOpen:
      12
    case .full, .inputOutput: 13
    case .conflictingRun: 11
    case .unstorable, .unknownScenario, .closed, .unexpected: 1
    }
  }

  /// The problem and the next step, on two lines.
  public var description: String {
    "\(path): \(problem)\n  help: \(nextStep)"
  }
}
