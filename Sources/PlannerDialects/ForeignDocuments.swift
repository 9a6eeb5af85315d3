package import LocatedYAML
package import RolloutStrategies

/// What the documents of another planner amount to here.
package struct ForeignRollout {
  /// The name of the first document that says which clusters when, or else how.
  package var name: String
  /// Which clusters when; nil: the documents only say how inside one cluster.
  package var strategy: StrategyPolicy?
  /// How inside one cluster; nil: the documents only say which clusters when.
  package var delivery: DeliveryPolicy?

  /// A rollout of which the documents say nothing else.
  package init(
    name: String, strategy: StrategyPolicy? = nil, delivery: DeliveryPolicy? = nil
  ) {
    self.name = name
    self.strategy = strategy
    self.delivery = delivery
  }
}

/// A planner whose documents are read, with the one way of reading them.
package struct ForeignSystem: Sendable {
  /// Its name, as people write it.
  package let name: String
  /// The kinds of documents it has, as `group/Kind`.
  package let kinds: [String]
  /// What documents of these kinds, which stand in one file, amount to; nil: nothing, which has
  /// been reported.
  package let read: @Sendable ([ForeignDocument]) -> ForeignRollout?

  /// Describes a system.
  package init(
    name: String, kinds: [String], read: @escaping @Sendable ([ForeignDocument]) -> ForeignRollout?
  ) {
    self.name = name
    self.kinds = kinds
    self.read = read
  }
}

/// Reads the documents that other planners run on, unedited.
package enum ForeignDocuments {
  /// The systems whose documents are read, by name.
  package static let systems: [ForeignSystem] = [
    KubeFleetDocuments.system,
    TALMDocuments.system,
    OCMDocuments.system,
    RancherFleetDocuments.system,
    SveltosDocuments.system,
    ArgoCDDocuments.system,
    FlaggerDocuments.system,
    ArgoRolloutDocuments.system,
    DeploymentDocuments.system,
  ]

  /// Whether a document, or one of a list's, is another planner's.
  package static func isForeign(_ root: Cursor) -> Bool {
    documents([root]).contains { system(of: $0) != nil }
  }

  /// The documents of a file: of a list, as `kubectl get … -o yaml` prints it, its items.
  package static func documents(_ roots: [Cursor]) -> [Cursor] {
    roots.flatMap { root in
      guard ForeignDocument(root).kind == "List", let items = root.entry("items") else {
        return [root]
      }
      return items.items()
    }
  }

  /// What the documents of one file amount to together.
  ///
  /// A fleet planner's documents and an in-cluster delivery's may stand together: the one says
  /// which clusters when, the other how inside each. What else people keep beside them, like a
  /// Service, is pointed out.
  ///
  /// - Returns: the rollout; nil: it cannot be read, which has been reported.
  package static func read(_ roots: [Cursor]) -> ForeignRollout? {
    let roots = documents(roots)
    var whole = ForeignRollout(name: "")
    var isSound = true
    for system in systems {
      let documents = roots.filter { self.system(of: $0)?.name == system.name }
      guard let first = documents.first else { continue }
      guard let part = system.read(documents.map { ForeignDocument($0) }) else {
        isSound = false
        continue
      }
      if part.strategy != nil, whole.strategy != nil {
        first.report(
          .wrongDocuments, "a second planner's documents: only one can decide which clusters when",
          help: "give each planner's documents a file of their own")
      }
      if whole.name.isEmpty || whole.strategy == nil && part.strategy != nil {
        whole.name = part.name
      }
      whole.strategy = whole.strategy ?? part.strategy
      whole.delivery = whole.delivery ?? part.delivery
    }
    reportUnknown(roots)
    return isSound && (whole.strategy != nil || whole.delivery != nil) ? whole : nil
  }

  private static func system(of root: Cursor) -> ForeignSystem? {
    let document = ForeignDocument(root)
    return systems.first { $0.kinds.contains(document.kind) }
  }

  /// Reports documents of kinds that are not read: an error only where no other stands beside them.
  package static func reportUnknown(_ roots: [Cursor]) {
    let unknown = roots.filter { system(of: $0) == nil }
    let stands = unknown.count < roots.count
    let known = systems.flatMap(\.kinds)
    for root in unknown {
      let kind = ForeignDocument(root).kind
      // What stands beside another need not be meant for anybody here.
      let isMeant = !stands || Suggestions.nearest(to: kind, among: known) != nil
      root.report(
        stands ? .unused : .unsupportedKind, "documents of the kind \(quoted(kind)) are not read",
        help: isMeant ? Suggestions.text(for: kind, among: known) : nil)
    }
  }
}

/// A document of another planner: what every Kubernetes object has, and its fields.
package struct ForeignDocument {
  /// The document itself.
  package let root: Cursor
  /// Its group and kind, as `group/Kind`; the version is left out.
  ///
  /// A `fleet.yaml`, which states neither, is `fleet.yaml`.
  package let kind: String
  /// Its version, like `v1alpha1`; empty: it states none.
  package let version: String

  /// Opens a document; nothing is reported.
  package init(_ root: Cursor) {
    self.root = root
    let apiVersion = root.value?.entry("apiVersion")?.value.scalar ?? ""
    let word = root.value?.entry("kind")?.value.scalar ?? ""
    let parts = apiVersion.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    version = parts.count == 2 ? String(parts[1]) : apiVersion
    if apiVersion.isEmpty, word.isEmpty, RancherFleetDocuments.isFleetFile(root) {
      kind = RancherFleetDocuments.fleetFileKind
    } else {
      kind = parts.count == 2 ? "\(parts[0])/\(word)" : word
    }
  }

  /// Its name; empty: it has none.
  package var name: String { text("name") }
  /// Its namespace; empty: it states none.
  package var namespace: String { text("namespace") }

  private func text(_ key: String) -> String {
    root.value?.entry("metadata")?.value.entry(key)?.value.scalar ?? ""
  }
}
