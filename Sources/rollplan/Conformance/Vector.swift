import LocatedYAML

/// A recorded decision of another planner: what it was given and what it decided.
struct Vector {
  /// Its name in its file.
  let id: String
  /// What it is about: its kind, or the suite that it stands in.
  let suite: String
  /// All that is written of it.
  let body: Cursor
  /// The whole file, to which it may refer.
  let file: Cursor

  /// What the planner was given; a vector without one is given nothing.
  var input: Cursor { body.entry("input") ?? body }

  /// What it decided: one value, or one per step of a sequence; nil: the vector states none.
  var expected: SourceValue? {
    if let value = body.value?.entry("expect")?.value { return value }
    for key in ["ticks", "steps"] {
      guard let sequence = body.value?.entry(key)?.value else { continue }
      guard case .list(let items) = sequence.content else { return nil }
      let empty = SourceValue(content: .map([]), mark: sequence.mark)
      // What must come in the end, if something must, is one step more.
      let end = body.value?.entry("finally").map { [$0.value] } ?? []
      return SourceValue(
        content: .list(items.map { $0.entry("expect")?.value ?? empty } + end), mark: sequence.mark)
    }
    return nil
  }
}

/// Why a vector cannot be run.
struct VectorProblem: Error {
  var message: String
}

/// How the vectors of one system are run: through the code that decides in a rollout.
struct ConformanceSuite: Sendable {
  /// What a vector file says it is about, in its `about.project` or `source.repo`.
  let project: String
  /// What the code gives for a vector.
  let got: @Sendable (Vector) throws(VectorProblem) -> Got

  /// The systems there are.
  static let all: [ConformanceSuite] = [
    ArgoCDConformance.suite,
    ArgoRolloutsConformance.suite,
    DeploymentConformance.suite,
    FlaggerConformance.suite,
    KubeFleetConformance.suite,
    OCMConformance.suite,
    RancherFleetConformance.suite,
  ]
}
