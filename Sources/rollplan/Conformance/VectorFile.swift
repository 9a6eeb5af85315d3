import LocatedYAML

/// A file of vectors about one system.
struct VectorFile {
  /// What it says it is about.
  let project: String
  let vectors: [Vector]

  /// Opens a file's only document; nil: it is no vector file, which has been reported.
  init?(_ root: Cursor) {
    let project =
      root.entry("about")?.entry("project")?.value?.scalar
      ?? root.entry("source")?.entry("repo")?.value?.scalar
    guard let project else {
      root.report(
        .missingField, "the file does not say which planner its vectors are about",
        help: "name it in about.project, or its repository in source.repo")
      return nil
    }
    self.project = project
    let suites = root.entry("suites")?.items() ?? []
    let named = suites.flatMap { suite in
      Self.vectors(in: suite.entry("vectors"), of: suite.entry("name")?.value?.scalar, root)
    }
    vectors =
      Self.vectors(in: root.entry("vectors"), of: nil, root)
      + Self.vectors(in: root.entry("derivedVectors"), of: nil, root) + named
    if vectors.isEmpty { root.report(.emptyList, "the file holds no vectors") }
  }

  private static func vectors(
    in list: Cursor?, of suite: String?, _ file: Cursor
  ) -> [Vector] {
    (list?.items() ?? []).enumerated().map { index, body in
      Vector(
        id: body.entry("id")?.value?.scalar ?? "#\(index + 1)",
        suite: suite ?? body.entry("kind")?.value?.scalar ?? "", body: body,
        file: file)
    }
  }

  /// The way in which each vector differs from what the system's code gives, or why it cannot be
  /// run; nil: it does not.
  func findings() -> [(vector: Vector, finding: String?)] {
    let suite = ConformanceSuite.all.first { $0.project == project }
    return vectors.map { vector in
      guard let suite else { return (vector, "the planner \(quoted(project)) is not known") }
      return (vector, Self.finding(vector, suite))
    }
  }

  private static func finding(_ vector: Vector, _ suite: ConformanceSuite) -> String? {
    guard let expected = vector.expected else { return "the vector expects nothing" }
    let got: Got
    do throws(VectorProblem) {
      got = try suite.got(vector)
    } catch {
      return visible(error.message)
    }
    guard let difference = got.difference(from: expected) else { return nil }
    let place = difference.path.isEmpty ? "" : "\(visible(difference.path)): "
    return "\(place)expected \(difference.expected), got \(difference.got)"
  }
}
