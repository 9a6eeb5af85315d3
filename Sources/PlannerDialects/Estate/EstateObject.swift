package import Determinism
package import LocatedYAML

/// One object of a dump: its names and labels, and its fields as they were written.
package struct EstateObject {
  /// The object itself.
  package let root: Cursor
  /// Its group and kind, as `group/Kind`; the version is left out.
  package let kind: String
  /// Its version, like `v1beta1`.
  package let version: String
  /// Its name.
  package let name: String
  /// Its namespace; empty: it has none.
  package let namespace: String

  /// Opens an object; nothing is reported.
  ///
  /// - Parameters:
  ///   - root: the object.
  ///   - listKind: the kind of the typed list that it stands in, without `List`, with the list's
  ///     version: items of such a list may leave out theirs.
  init(_ root: Cursor, listKind: (kind: String, version: String)? = nil) {
    let document = ForeignDocument(root)
    self.root = root
    let isUntyped = root.value?.entry("kind") == nil
    kind = isUntyped ? listKind?.kind ?? document.kind : document.kind
    version = isUntyped ? listKind?.version ?? document.version : document.version
    name = document.name
    namespace = document.namespace
  }

  /// The value at a path of keys, like `status.sync.status`; nil: it is not there.
  package func value(_ path: String) -> Cursor? {
    var cursor: Cursor? = root
    for key in path.split(separator: ".") {
      guard let next = cursor?.entry(String(key)), next.value?.isNull == false else { return nil }
      cursor = next
    }
    return cursor
  }

  /// The text at a path; empty: it is not there, or no single value.
  package func text(_ path: String) -> String { value(path)?.value?.scalar ?? "" }

  /// Whether the value at a path is true.
  package func isTrue(_ path: String) -> Bool { text(path) == "true" }

  /// The whole number at a path; nil: it is not there, or none.
  package func integer(_ path: String) -> Int? { Int(text(path)) }

  /// The generation of its spec.
  package var generation: Int { integer("metadata.generation") ?? 0 }

  /// Its labels, in the order written.
  package var labels: [(key: String, value: String)] {
    guard case .map(let entries) = value("metadata.labels")?.value?.content else { return [] }
    return entries.compactMap { entry in entry.value.scalar.map { (entry.key, $0) } }
  }

  /// One of its labels, whose key may hold dots.
  package func label(_ key: String) -> String? {
    value("metadata.labels")?.value?.entry(key)?.value.scalar
  }

  /// The items of a list at a path; none: it is not there, or no list.
  package func items(_ path: String) -> [Cursor] {
    guard let cursor = value(path), case .list = cursor.value?.content else { return [] }
    return cursor.items()
  }

  /// Its conditions.
  package func conditions(_ path: String = "status.conditions") -> EstateConditions {
    EstateConditions(items(path))
  }

  /// Reports something about the object as a whole.
  package func report(_ code: ProblemCode, _ message: String, help: String? = nil) {
    root.report(code, message, help: help)
  }
}

/// The conditions of one object.
package struct EstateConditions {
  private let items: [Cursor]

  init(_ items: [Cursor]) { self.items = items }

  /// The condition of a type; nil: there is none.
  package subscript(type: String) -> EstateCondition? {
    items.first { $0.entry("type")?.value?.scalar == type }.map { EstateCondition($0) }
  }
}

/// A condition as Kubernetes objects state them.
package struct EstateCondition {
  private let root: Cursor

  init(_ root: Cursor) { self.root = root }

  private func text(_ key: String) -> String { root.entry(key)?.value?.scalar ?? "" }

  /// Whether it holds.
  package var isTrue: Bool { text("status") == "True" }
  /// Whether it does not hold.
  package var isFalse: Bool { text("status") == "False" }
  /// Why.
  package var reason: String { text("reason") }
  /// The generation that it is about; nil: it does not say.
  package var generation: Int? { Int(text("observedGeneration")) }
  /// When its status became what it is; nil: it does not say.
  package var since: Instant? {
    guard let cursor = root.entry("lastTransitionTime") else { return nil }
    return cursor.estateInstant()
  }
}

extension Cursor {
  /// An instant as Kubernetes writes it; nil: there is none, which is reported unless it is null.
  package func estateInstant() -> Instant? {
    guard let value, !value.isNull else { return nil }
    guard let text = value.scalar, let instant = try? Timestamp.parse(text),
      instant.sinceEpoch >= 0
    else {
      return refuse(
        .badInstant, "\(quoted(value.scalar ?? value.shape)) is not an instant",
        help: "dump the objects again; Kubernetes writes 2026-03-02T09:00:00Z", use: nil)
    }
    return instant
  }
}
