import Determinism
import FleetModel
import LocatedYAML

extension MapSpec {
  static let `class` = MapSpec(
    "class", "What clusters of one kind have in common.",
    [
      .required("name", "name", "Its name."),
      .standard("nodes", "whole number", "3", "Nodes a cluster, 1 to 5000."),
      .optional(
        "nodeLimit", "whole number", absent: "as nodes",
        "Nodes a cluster can grow to when an update needs room, up to 5000."),
      .standard("nodeStart", "duration", "90s", "From needing a node to having it."),
      .standard("podsPerNode", "whole number", "110", "Pods that fit on a node."),
      .standard("podLimit", "whole number", "150000", "Pods a cluster can hold at most."),
      .standard("otherPods", "whole number", "0", "Pods that are not of the services."),
      .standard("users", "whole number", "1", "People or devices that depend on a cluster."),
      .optional(
        "capacity", "whole number", absent: "its own users, and nobody else's",
        "People or devices that a cluster can serve at most."),
      .optional(
        "downWhileUpdating", "true or false", absent: "true with one node, else false",
        "Whether a cluster serves nobody while it updates."),
      .standard(
        "poll", "push, {every: duration} or {jittered: [duration, duration]}", "push",
        "When a cluster's agent looks for what is desired.", map: "poll"),
      .optional(
        "link", "map", absent: "always there", "How the link to the planner comes and goes.",
        map: "upDown"),
      .optional(
        "background", "map", absent: "never", "How it becomes unhealthy for other reasons.",
        map: "upDown"),
      .standard(
        "replicas", "map", "{}", "Pods of services for which it differs: {service: count}."),
    ])

  static let poll = MapSpec(
    "poll", "When a cluster's agent looks; the plain word push: it is told at once.",
    exactlyOneOf: ["every", "jittered"],
    [
      .optional("every", "duration", absent: "jittered", "Every so often, at its own phase."),
      .optional(
        "jittered", "[duration, duration]", absent: "regularly",
        "At intervals between two lengths, each drawn anew."),
    ])

  static let upDown = MapSpec(
    "upDown", "Two alternating times.",
    [
      .required("up", "distribution", "How long it is well.", map: "distribution"),
      .required("down", "distribution", "How long it is not.", map: "distribution"),
    ])
}

extension ClassPlan {
  /// Reads a class.
  init(_ cursor: Cursor) {
    let fields = cursor.fields(.class)
    let nodes = fields["nodes"].integer(in: 1...Limits.nodesMax)
    self.init(
      name: fields["name"].newName(.class), nodes: nodes,
      nodeLimit: fields.written("nodeLimit")?.integer(in: nodes...Limits.nodesMax),
      nodeStart: fields["nodeStart"].duration(),
      podsPerNode: fields["podsPerNode"].integer(in: 1...Limits.podsMax),
      podLimit: fields["podLimit"].integer(in: 1...Limits.podsMax),
      otherPods: fields["otherPods"].integer(in: 0...Limits.podsMax),
      users: fields["users"].integer(in: 0...1_000_000_000),
      capacity: fields.written("capacity")?.integer(in: 0...1_000_000_000),
      downWhileUpdating: fields.written("downWhileUpdating")?.boolean(),
      poll: Poll(fields["poll"]), link: fields.written("link").map { UpDown($0) },
      background: fields.written("background").map { UpDown($0) },
      replicas: fields["replicas"].entries().map { key, value in
        Replicas(
          service: key.name(of: .service), count: value.integer(in: 0...Limits.podsMax))
      })
  }
}

extension ClassPlan.Poll {
  fileprivate init(_ cursor: Cursor) {
    guard case .map = cursor.value?.content else {
      _ = cursor.choice([PollWord.push], or: .poll, else: .push)
      self = .push
      return
    }
    guard let (name, value) = cursor.fields(.poll).alternative else {
      self = .push
      return
    }
    if name == "every" {
      self = .every(value.positiveDuration())
    } else {
      let (from, to) = value.durationRange()
      if from == .zero, to > .zero || value.reading.errorCount == 0 {
        value.report(.outOfRange, "an interval may be zero", help: "write durations above 0s")
      }
      self = .jittered(from: from, to: to)
    }
  }

  private enum PollWord: String {
    case push
  }
}

extension ClassPlan.UpDown {
  fileprivate init(_ cursor: Cursor) {
    let fields = cursor.fields(.upDown)
    self.init(up: fields["up"].distribution(), down: fields["down"].distribution())
  }
}
