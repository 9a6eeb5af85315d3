package import Determinism
package import LocatedYAML
package import RolloutStrategies

/// What a Kubernetes `Deployment` says of how its pods are replaced.
package struct DeploymentDocument {
  /// Its name.
  package var name: String
  /// Pods it is to have.
  package var replicas: Int
  /// How they are replaced.
  package var strategy: DeploymentStrategy
  /// How long a pod must have been ready to be available.
  package var minReady: Microseconds
  /// How long there may be no progress, which is only reported; nil: for ever.
  package var progressDeadline: Microseconds?
  /// Whether nothing is replaced.
  package var isPaused: Bool

  /// The nearest that a cluster here carries out.
  ///
  /// Recreating is an update in which all pods are missing; there, new pods wait until the old ones
  /// are gone.
  package var delivery: DeliveryPolicy {
    switch strategy {
    case .rollingUpdate(let surge, let unavailable):
      .rollingUpdate(maxSurge: surge, maxUnavailable: unavailable)
    case .recreate: .rollingUpdate(maxSurge: .count(0), maxUnavailable: .share(.one))
    }
  }
}

/// The documents of Kubernetes itself: Deployments.
package enum DeploymentDocuments {
  private static let kind = "apps/Deployment"

  static let system = ForeignSystem(name: "Kubernetes", kinds: [kind], read: read)

  /// Whether a document is a Deployment.
  package static func isDeployment(_ root: Cursor) -> Bool { ForeignDocument(root).kind == kind }

  private static let deployment = MapSpec(
    "Deployment.spec", "Which pods there are to be, and how they are replaced.", isForeign: true,
    [
      .optional("replicas", "number", absent: "1", "Pods."),
      .optional("strategy", "map", absent: "a rolling update", "How.", map: "Deployment.strategy"),
      .optional(
        "minReadySeconds", "seconds", absent: "0", "How long a pod is ready to be available."),
      .optional(
        "progressDeadlineSeconds", "seconds", absent: "600",
        "How long there may be no progress, which is only reported."),
      .standard("paused", "true or false", "false", "Whether nothing is replaced."),
      .inert("revisionHistoryLimit", "How many old sets are kept."),
      .inert("selector", "Which pods are the Deployment's."),
      .inert("template", "What pods are: the version that is rolled out."),
    ])

  private static let strategy = MapSpec(
    "Deployment.strategy", "How pods are replaced.", isForeign: true,
    [
      .optional("type", "word", absent: "RollingUpdate", "RollingUpdate or Recreate."),
      .optional(
        "rollingUpdate", "map", absent: "25% and 25%", "How many at a time.",
        map: "Deployment.rollingUpdate"),
    ])

  private static let rollingUpdate = MapSpec(
    "Deployment.rollingUpdate", "How many pods are replaced at a time.", isForeign: true,
    [
      .optional("maxSurge", "number or percent", absent: "25%", "Most pods on top."),
      .optional("maxUnavailable", "number or percent", absent: "25%", "Most pods missing."),
    ])

  private enum Kind: String, CaseIterable {
    case rollingUpdate = "RollingUpdate"
    case recreate = "Recreate"
  }

  private static func read(_ documents: [ForeignDocument]) -> ForeignRollout? {
    guard let first = documents.first else { return nil }
    let document = read(documents.map(\.root))
    remark(on: first.root.entry("spec"))
    return ForeignRollout(name: document.name, delivery: document.delivery)
  }

  /// What the Deployments of one file amount to, of which there may be one.
  ///
  /// - Parameter roots: the documents; at least one is a Deployment.
  /// - Returns: what it asks for; all that is wrong has been reported.
  package static func read(_ roots: [Cursor]) -> DeploymentDocument {
    let deployments = roots.filter(isDeployment)
    precondition(!deployments.isEmpty, "no Deployment among \(roots.count) documents")
    for other in deployments.dropFirst() {
      other.report(
        .wrongDocuments, "a second Deployment in one file", help: "give each a file of its own")
    }
    let map = KubernetesObject.map("Deployment", spec: deployment.name)
    let spec = deployments[0].fields(map)["spec"].fields(deployment)
    let document = DeploymentDocument(
      name: ForeignDocument(deployments[0]).name,
      replicas: spec.written("replicas")?.integer(in: 0...WrittenNumber.countMax) ?? 1,
      strategy: strategy(spec), minReady: spec.seconds("minReadySeconds") ?? .zero,
      progressDeadline: deadline(spec), isPaused: spec["paused"].boolean())
    if document.isPaused {
      spec["paused"].report(
        .neverFinishes, "nothing is replaced while it is paused", help: "write paused: false")
    }
    return document
  }

  /// What a scenario says of its services, whatever the document says.
  private static func remark(on spec: Cursor?) {
    for (field, own) in [
      ("minReadySeconds", "minReady"), ("progressDeadlineSeconds", "progressDeadline"),
    ] {
      guard let written = spec?.entry(field), written.value?.scalar != "0" else { continue }
      written.report(
        .statedElsewhere, "\(field) is not taken from here",
        help: "say it in the scenario's services: \(own)")
    }
  }

  private static func deadline(_ spec: Fields) -> Microseconds? {
    let deadline = spec.seconds("progressDeadlineSeconds") ?? .seconds(600)
    // The largest number of 32 bits stands for none.
    guard deadline < .seconds(Int64(Int32.max)) else { return nil }
    if deadline <= spec.seconds("minReadySeconds") ?? .zero {
      (spec.written("progressDeadlineSeconds") ?? spec.map).report(
        .outOfRange, "progressDeadlineSeconds is not more than minReadySeconds",
        help: "raise it: no pod could be available in time")
    }
    return deadline
  }

  private static func strategy(_ spec: Fields) -> DeploymentStrategy {
    let strategy = spec.written("strategy")?.fields(Self.strategy)
    let rolling = strategy?.written("rollingUpdate")
    let kind = strategy?.written("type")?.choice(Kind.allCases, else: .rollingUpdate)
    if kind == .recreate {
      rolling?.report(
        .badChoice, "rollingUpdate does not go with Recreate", help: "leave one of them out")
      return .recreate
    }
    let standard = Amount.share(.percent(25))
    let fields = rolling?.fields(rollingUpdate)
    func amount(_ name: String, percent: ClosedRange<Int64>) -> Amount {
      fields?.written(name)?.intOrPercent(
        in: 0...WrittenNumber.countMax, percent: percent, else: standard) ?? standard
    }
    let surge = amount("maxSurge", percent: 0...Int64(Int32.max))
    let unavailable = amount("maxUnavailable", percent: 0...100)
    if surge.isNothing, unavailable.isNothing {
      rolling?.report(
        .outOfRange, "maxSurge and maxUnavailable are both 0", help: "raise one of them")
    }
    return .rollingUpdate(maxSurge: surge, maxUnavailable: unavailable)
  }
}

extension Fields {
  /// Whole seconds of 32 bits; nil: not written.
  func seconds(_ name: String) -> Microseconds? {
    written(name).map { .seconds(Int64($0.integer(in: 0...Int(Int32.max)))) }
  }
}

extension Amount {
  fileprivate var isNothing: Bool { self == .count(0) || self == .share(.zero) }
}
