package import LocatedYAML

/// The parts that every Kubernetes object has.
package enum KubernetesObject {
  /// The map of a whole document of which only the spec is read.
  package static func map(_ kind: String, spec: String) -> MapSpec {
    MapSpec(
      kind, "A document of the kind \(kind).", isForeign: true,
      [
        .required("apiVersion", "text", "Group and version."),
        .required("kind", "text", "The kind."),
        .inert("metadata", "Name, namespace, labels and annotations."),
        .required("spec", "map", "What is wanted.", map: spec),
        .inert("status", "What the system itself has written down."),
      ])
  }
}
