public import Experiments
public import LocatedYAML

/// A scenario that was loaded without errors.
public struct LoadedScenario: Equatable, Sendable {
  /// The scenario and the question asked of it, with everything it refers to.
  public var experiment: Experiment
  /// The text of the scenario's own file.
  public var sourceText: String
  /// What is valid but probably not meant, in ascending order of file, line and column.
  public var warnings: [DocumentProblem]
}

/// Loads scenario files: from YAML text to a complete and consistent experiment, or to all that is
/// wrong with it.
public enum ScenarioLoader {
  /// Loads the scenario of a file, with the files it names.
  ///
  /// - Parameters:
  ///   - file: the path of the file; problems name it as it is given here.
  ///   - files: how files are read.
  /// - Returns: the experiment, complete and consistent.
  /// - Throws: every error of all documents, with warnings among them.
  public static func load(
    file: String, files: FileAccess = .disk
  ) throws(DocumentProblems) -> LoadedScenario {
    let reading = ScenarioReading()
    let library = DocumentLibrary(reading: reading, files: files, main: file)
    let opened = library.openMain()
    var experiment: Experiment?
    if let opened, reading.errorCount == 0 || !opened.documents.isEmpty {
      library.add(opened.documents)
      experiment = read(opened.documents, of: file, library: library, reading: reading)
    }
    guard let opened, let experiment, reading.errorCount == 0 else {
      throw DocumentProblems(reading.problems)
    }
    return LoadedScenario(
      experiment: experiment, sourceText: opened.source.text,
      warnings: DocumentProblems.sorted(reading.problems))
  }

  private static func read(
    _ documents: [Document], of file: String, library: DocumentLibrary, reading: Reading
  ) -> Experiment? {
    let scenarios = documents.filter { $0.kind == .scenario }
    for surplus in scenarios.dropFirst() {
      reading.report(
        .wrongDocuments, at: surplus.origin, "this is the file's second Scenario",
        help: "a file holds one Scenario: move this one to a file of its own")
    }
    guard let scenario = scenarios.first else {
      if reading.errorCount == 0 {
        reading.add(
          DocumentProblem(
            code: .wrongDocuments, file: file, message: "the file holds no Scenario"))
      }
      return nil
    }
    let document = ScenarioDocument(scenario, library: library)
    let (experiment, isFleetSound) = document.read()
    library.readUnused(.strategy)
    document.check(experiment, isFleetSound: isFleetSound)
    // Last, since its names must not be taken for those of the fleet that is used.
    library.readUnused(.fleet)
    return experiment
  }
}
