import LocatedYAML
import RolloutStrategies

/// The labels that a template gives to Applications, as far as they can be read without running it.
enum ArgoCDTemplates {
  /// Where the values of labels come from.
  ///
  /// - Parameters:
  ///   - labels: the template's labels; nil: it has none.
  ///   - sync: the steps, which choose by labels.
  ///   - spec: what a label that steps need and nobody gives is reported on.
  /// - Returns: the labels that can be read; others are reported where steps need them.
  static func labels(
    _ labels: Cursor?, neededBy sync: RollingSync, _ spec: Fields
  ) -> [ApplicationSetPolicy.Label] {
    let needed = sync.steps.flatMap(\.expressions).map(\.key)
    var found: [ApplicationSetPolicy.Label] = []
    for (key, value) in labels?.entries() ?? [] {
      guard let name = key.text, let text = value.text else { continue }
      if let value = self.value(of: text) {
        found.append(.init(key: name, value: value))
      } else if needed.contains(name) {
        value.report(
          .wrongShape, "the template \(quoted(text)) of the label \(name) cannot be evaluated here",
          help: "write '{{.metadata.labels.KEY}}' for a label of the clusters, or dump the "
            + "Applications and observe them")
      }
    }
    let given = labels?.entries().compactMap(\.key.text) ?? []
    for (position, key) in needed.enumerated()
    where !given.contains(key) && !needed[..<position].contains(key) {
      (labels ?? spec["template"]).report(
        .unknownLabel, "steps choose by the label \(quoted(key)), which no Application has",
        help: "add it to the labels of the template")
    }
    return found
  }

  /// What a text amounts to; nil: it is a template that is not known.
  private static func value(of text: String) -> ApplicationSetPolicy.Label.Value? {
    guard text.contains("{{") else { return .text(text) }
    guard text.hasPrefix("{{"), text.hasSuffix("}}"), text.utf8.count >= 4 else { return nil }
    let inner = text.dropFirst(2).dropLast(2).split(separator: " ").joined(separator: " ")
    let path = inner.hasPrefix(".") ? String(inner.dropFirst()) : inner
    if path == "name" { return .clusterName }
    let prefix = "metadata.labels."
    if path.hasPrefix(prefix) { return key(path.dropFirst(prefix.count)) }
    let index = "index .metadata.labels "
    guard inner.hasPrefix(index) else { return nil }
    let quoted = inner.dropFirst(index.count)
    guard quoted.count > 2, quoted.first == "\"" || quoted.first == "`",
      quoted.last == quoted.first
    else { return nil }
    return key(quoted.dropFirst().dropLast())
  }

  private static func key(_ text: Substring) -> ApplicationSetPolicy.Label.Value? {
    let isKey = text.utf8.allSatisfy { byte in
      UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20
        || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || "-_./".utf8.contains(byte)
    }
    return isKey && !text.isEmpty ? .clusterLabel(String(text)) : nil
  }
}
