package import LocatedYAML
package import RolloutStrategies

extension Cursor {
  /// A label selector of Kubernetes; one that cannot be read has been reported.
  ///
  /// An empty one chooses everything. What an absent one chooses is for the field that holds it to
  /// say.
  /// - Source: Kubernetes `metav1.LabelSelector`.
  package func labelSelector() -> Selector {
    let fields = fields(LabelSelectorSpecs.selector)
    var requirements: [Selector.Requirement] = []
    for (key, value) in fields.written("matchLabels")?.entries() ?? [] {
      guard let text = value.text else { continue }
      requirements.append(.init(key: key.labelKey(), comparison: .isIn, values: [text]))
    }
    for item in fields.written("matchExpressions")?.items() ?? [] {
      if let requirement = item.labelRequirement() { requirements.append(requirement) }
    }
    return Selector(requirements)
  }

  private func labelRequirement() -> Selector.Requirement? {
    let fields = fields(LabelSelectorSpecs.requirement)
    let key = fields["key"].labelKey()
    let words: [Selector.Comparison] = [.isIn, .isNotIn, .exists, .doesNotExist]
    let comparison = fields["operator"].choice(words, else: .exists)
    let values = fields.written("values").map { $0.value?.isNull == true ? [] : $0.items() } ?? []
    let takesValues = comparison == .isIn || comparison == .isNotIn
    if takesValues == values.isEmpty, fields["operator"].value != nil {
      report(
        .wrongShape, "\(comparison.rawValue) \(takesValues ? "needs values" : "takes no values")",
        help: takesValues ? "add values: [...]" : "remove values")
      return nil
    }
    return .init(key: key, comparison: comparison, values: values.compactMap(\.text))
  }
}

/// The maps of a label selector.
private enum LabelSelectorSpecs {
  static let selector = MapSpec(
    "LabelSelector", "Chooses objects by their labels.", isForeign: true,
    [
      .optional("matchLabels", "labels", absent: "any", "Labels that must all be there."),
      .optional(
        "matchExpressions", "list", absent: "any", "Conditions that must all hold.",
        map: "LabelSelectorRequirement"),
    ])

  static let requirement = MapSpec(
    "LabelSelectorRequirement", "A condition on one label.", isForeign: true,
    [
      .required("key", "label key", "The label."),
      .required("operator", "word", "In, NotIn, Exists or DoesNotExist."),
      .optional("values", "list of texts", absent: "none", "The values compared with."),
    ])
}
