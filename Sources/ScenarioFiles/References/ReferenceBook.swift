import Determinism
import LocatedYAML
import RolloutStrategies

/// What documents state and refer to, with places, to be compared once everything is read.
struct ReferenceBook {
  /// The kinds of things that have names.
  enum Kind: String, CaseIterable {
    case service, `class`, cluster, planner, rollout, `guard`, stage, `case`, arm
    case outage, level, label, strategy = "Strategy document", fleet = "Fleet document"
  }

  /// A name where it stands.
  struct Name {
    var kind: Kind
    var text: String
    var scope: String
    var origin: Origin
  }

  /// A label's key where it stands, and the values it is compared with.
  struct LabelUse {
    var key: String
    var origin: Origin
    var values: [(text: String, origin: Origin?)]

    init(key: String, at origin: Origin, values: [(String, Origin?)] = []) {
      self.key = key
      self.origin = origin
      self.values = values.map { (text: $0.0, origin: $0.1) }
    }
  }

  /// The names stated.
  private(set) var defined: [Name] = []
  /// The names referred to.
  private(set) var used: [Name] = []
  /// The labels that selectors and strategies name.
  var labels: [LabelUse] = []
  /// The levels or groups named.
  var levels: [(text: String, origin: Origin, orCluster: Bool)] = []
  /// The selectors.
  var selectors: [(selector: Selector, origin: Origin)] = []
  /// What happens how long after the start.
  var moments: [(what: String, after: Microseconds, origin: Origin)] = []
  /// Which rollout waits for which.
  var dependencies: [(rollout: String, on: String, origin: Origin)] = []

  /// Where something depends on what clusters can serve.
  var capacityUses: [Origin] = []
  /// The versions that carry defects.
  var carriers: [(service: String, version: String, origin: Origin)] = []

  mutating func define(_ kind: Kind, _ text: String, scope: String, at origin: Origin) {
    defined.append(Name(kind: kind, text: text, scope: scope, origin: origin))
  }

  mutating func refer(to kind: Kind, _ text: String, at origin: Origin) {
    used.append(Name(kind: kind, text: text, scope: "", origin: origin))
  }
}

extension ReferenceBook {
  /// Notes a label's key and values that must be those of some cluster.
  mutating func note(key: String, at cursor: Cursor, values: [String], at items: [Cursor]) {
    guard let origin = cursor.origin else { return }
    labels.append(
      LabelUse(key: key, at: origin, values: Array(zip(values, items.map(\.origin)))))
  }
}

extension [Cursor] {
  /// Reports values that stand twice in a list.
  func reportRepeated(_ texts: [String]) {
    for (index, text) in texts.enumerated() where texts[..<index].contains(text) {
      self[index].report(.duplicateName, "\(quoted(text)) stands twice in the list")
    }
  }
}
