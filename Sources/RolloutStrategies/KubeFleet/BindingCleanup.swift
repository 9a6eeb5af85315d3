/// What a rollout must do about clusters from which something is being deleted.
///
/// - Source: kubefleet v0.3.1-83, `waitForResourcesToCleanUp`.
package enum BindingCleanup {
  /// Two bindings on one cluster that cannot both be there.
  package struct Conflict: Error {}

  /// A binding on a cluster.
  package typealias Placed = (cluster: String, state: ClusterBinding.State, isDeleting: Bool)

  /// Whether to wait, because a cluster is chosen again from which the last binding has not gone.
  package static func mustWait(_ bindings: [Placed]) throws(Conflict) -> Bool {
    let staying = bindings.filter { !$0.isDeleting }
    let leaving = bindings.filter(\.isDeleting).map(\.cluster)
    for (index, binding) in staying.enumerated() {
      guard !staying[..<index].contains(where: { $0.cluster == binding.cluster }) else {
        throw Conflict()
      }
    }
    let returning = staying.filter { leaving.contains($0.cluster) }
    guard !returning.contains(where: { $0.state == .bound }) else { throw Conflict() }
    return !returning.isEmpty
  }
}
