public import Determinism

/// How a version comes into one cluster, as a state machine: run by the simulated cluster and by a
/// real agent alike.
///
/// It is asked to look at the times it wants and whenever something in its cluster has changed. A
/// look that comes early or twice changes nothing.
public protocol Delivery: Codable, Hashable, Sendable {
  /// What a document says of it.
  associatedtype Policy: DrivenDeliveryPolicy

  /// A cluster in which nothing is under way.
  ///
  /// - Parameters:
  ///   - policy: what the document says.
  ///   - revision: what the cluster runs.
  ///   - now: when that is so.
  init(policy: Policy, running revision: Int, at now: Instant)

  /// Looks at the cluster and says what is wanted of it.
  mutating func look(_ policy: Policy, _ view: DeliveryView) -> DeliveryWish
}

/// What a document says of a delivery that is driven as a state machine.
///
/// A rolling update is not: it is in line in the cluster's own state, as fleets of a million
/// clusters need it.
public protocol DrivenDeliveryPolicy: Codable, Hashable, Sendable {
  /// Its metrics, in the order in which the delivery sees their answers.
  var metricBindings: [Binding<MetricSignal>] { get set }
  /// Its hooks, in the order in which the delivery sees their answers.
  var hookBindings: [Binding<HookSignal>] { get set }
  /// From one look of the delivery to the next; zero: it looks when something has changed.
  var lookInterval: Microseconds { get }
}
