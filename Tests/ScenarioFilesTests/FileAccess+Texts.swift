import LocatedYAML
import ScenarioFiles

/// Loads a scenario from texts instead of files.
func load(
  _ main: String, _ others: [String: String] = [:]
) throws(DocumentProblems) -> LoadedScenario {
  var texts = others
  texts["main.yaml"] = main
  let files = texts.mapValues { Array($0.utf8) }
  return try ScenarioLoader.load(file: "main.yaml", files: .texts(files))
}

/// The problems of a scenario that must not load.
func problems(_ main: String, _ others: [String: String] = [:]) -> [DocumentProblem] {
  do throws(DocumentProblems) {
    _ = try load(main, others)
    return []
  } catch {
    return error.problems
  }
}

extension FileAccess {
  /// Reads from memory.
  static func texts(_ files: [String: [UInt8]]) -> FileAccess {
    FileAccess { (path, _) throws(Refusal) in
      guard let bytes = files[path] else {
        throw Refusal(.fileUnreadable, "there is no such file")
      }
      return bytes
    }
  }
}
