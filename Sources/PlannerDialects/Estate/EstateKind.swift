/// A kind of objects that dumps of an estate hold.
package struct EstateKind: Sendable {
  /// Its group and kind, as `group/Kind`.
  package let kind: String
  /// The versions that are read.
  package let versions: [String]
  /// The paths of the fields that are taken into account; what lies below one is, too.
  package let mapped: [String]
  /// Whether it is a document of the planner, to be read as such.
  package let isDocument: Bool

  /// Describes a kind.
  package init(
    _ kind: String, _ versions: [String], mapped: [String] = [], isDocument: Bool = false
  ) {
    self.kind = kind
    self.versions = versions
    self.mapped = mapped
    self.isDocument = isDocument
  }
}

/// A planner whose estates are read from dumps.
package struct EstateSystem: Sendable {
  /// Its name, as people write it.
  package let name: String
  /// The kinds of objects that say what its estate is like.
  package let kinds: [EstateKind]
  /// What the objects of a dump amount to.
  package let read: @Sendable (EstateObjects, inout EstateDraft) -> Void

  /// Describes a system.
  package init(
    name: String, kinds: [EstateKind],
    read: @escaping @Sendable (EstateObjects, inout EstateDraft) -> Void
  ) {
    self.name = name
    self.kinds = kinds
    self.read = read
  }

  /// The systems there are.
  ///
  /// One that shares kinds with an earlier one is chosen when it knows more of them.
  package static let all: [EstateSystem] = [
    OCMEstate.system, TALMEstate.system, KubeFleetEstate.system, RancherFleetEstate.system,
    ArgoCDEstate.system, SveltosEstate.system,
  ]

  /// Whether it knows a kind.
  package func knows(_ kind: String) -> Bool { kinds.contains { $0.kind == kind } }
}

/// The objects of some dumps, by kind.
package struct EstateObjects {
  /// All of them, in the order read.
  package let all: [EstateObject]
  /// The version that is rolled out, if whoever asks has said.
  package let target: String?
  /// The name of the rollout's own object, if whoever asks has said.
  package let rollout: String?

  /// The objects of a kind, in the order read.
  package func of(_ kind: String) -> [EstateObject] { all.filter { $0.kind == kind } }
}
