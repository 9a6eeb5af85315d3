import LocatedYAML
import RolloutStrategies

extension MapSpec {
  static let selector = MapSpec(
    "selector",
    "Chooses clusters: {} is all of them; label: value or label: [values] must all hold.",
    [
      .standard("matchLabels", "map", "{}", "Labels and values that must all hold."),
      .standard(
        "matchExpressions", "list", "[]", "Conditions that must all hold.", map: "requirement"),
    ])

  static let requirement = MapSpec(
    "requirement", "One condition on a label.",
    [
      .required("key", "label key", "The label."),
      .required("operator", "In, NotIn, Exists or DoesNotExist", "How it is compared."),
      .standard("values", "list", "[]", "The values compared with, for In and NotIn."),
    ])
}

extension Cursor {
  /// A selector of clusters, in any of its forms.
  func selector() -> Selector {
    guard let value, let origin else { return .all }
    let errors = reading.errorCount
    var requirements: [Selector.Requirement] = []
    if value.entry("matchLabels") != nil || value.entry("matchExpressions") != nil {
      let fields = fields(.selector)
      requirements += fields["matchLabels"].equalities()
      requirements += fields["matchExpressions"].items().map { $0.requirement() }
    } else {
      requirements = equalities()
    }
    let selector = Selector(requirements)
    if reading.errorCount == errors { reading.book.selectors.append((selector, origin)) }
    return selector
  }

  /// Labels with a value or a list of values.
  private func equalities() -> [Selector.Requirement] {
    entries().map { key, value in
      let name = key.labelKey()
      let items: [Cursor]
      if case .list = value.value?.content {
        items = value.items(atLeast: 1)
      } else {
        items = [value]
      }
      return requirement(name, at: key, .isIn, items)
    }
  }

  private func requirement() -> Selector.Requirement {
    let fields = fields(.requirement)
    let comparison = fields["operator"].choice(
      [Selector.Comparison.isIn, .isNotIn, .exists, .doesNotExist], else: .isIn)
    let values = fields["values"].items()
    let needsValues = comparison == .isIn || comparison == .isNotIn
    if fields["operator"].value != nil, needsValues == values.isEmpty {
      fields["values"].report(
        .wrongShape,
        "\(comparison.rawValue) \(needsValues ? "needs values" : "takes no values")",
        help: needsValues ? "add values: [a, b]" : "remove the values")
    }
    return requirement(fields["key"].labelKey(), at: fields["key"], comparison, values)
  }

  private func requirement(
    _ key: String, at keyCursor: Cursor, _ comparison: Selector.Comparison, _ items: [Cursor]
  ) -> Selector.Requirement {
    let values = items.map { $0.labelValue(of: key) }
    reading.book.note(key: key, at: keyCursor, values: values, at: items)
    return .init(key: key, comparison: comparison, values: values)
  }
}
