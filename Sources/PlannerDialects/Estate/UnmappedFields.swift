import LocatedYAML

/// The fields of dumps that nothing is made of, by kind and path.
package struct UnmappedFields {
  /// A field, and in how many objects it stands.
  package struct Field: Equatable {
    /// The object's kind and the path in it.
    package var path: String
    /// Shape: objects.
    package var count: Int
  }

  /// What every object has and no planner looks at.
  private static let ordinary = [
    "apiVersion", "kind", "metadata.name", "metadata.namespace", "metadata.uid",
    "metadata.resourceVersion", "metadata.creationTimestamp", "metadata.generation",
    "metadata.managedFields", "metadata.selfLink", "metadata.ownerReferences",
    "metadata.finalizers", "metadata.annotations",
  ]

  private var countOf: [String: Int] = [:]

  /// Nothing yet.
  package init() {}

  /// The fields, by path.
  package var fields: [Field] {
    countOf.map { Field(path: $0.key, count: $0.value) }.sorted { $0.path < $1.path }
  }

  /// Notes the fields of an object that are not mapped.
  mutating func note(_ object: EstateObject, _ kind: EstateKind) {
    guard !kind.isDocument else { return }
    let word = object.kind.split(separator: "/").last.map(String.init) ?? object.kind
    var found: Set<String> = []
    walk(object.root.value, path: "", mapped: kind.mapped + Self.ordinary) {
      found.insert("\(word).\($0)")
    }
    for path in found { countOf[path, default: 0] += 1 }
  }

  /// Finds the highest values below which nothing is mapped; items of lists share one path.
  private func walk(
    _ value: SourceValue?, path: String, mapped: [String], _ note: (String) -> Void
  ) {
    guard let value else { return }
    guard path.isEmpty || mapped.contains(where: { $0.hasPrefix("\(path).") }) else {
      return note(path)
    }
    switch value.content {
    case .scalar: return
    case .list(let items):
      for item in items { walk(item, path: path, mapped: mapped, note) }
    case .map(let entries):
      for entry in entries {
        let child = path.isEmpty ? entry.key : "\(path).\(entry.key)"
        guard !mapped.contains(child) else { continue }
        walk(entry.value, path: child, mapped: mapped, note)
      }
    }
  }
}
