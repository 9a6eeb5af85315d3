package import Determinism
package import LocatedYAML

/// Readings of single values as Argo Rollouts takes them.
package enum ArgoNumbers {
  /// A whole number, or a percentage; nil: it is refused.
  ///
  /// A number as text is a percentage with or without its sign, as the controller's own standard is
  /// the text `25`.
  /// - Source: Argo Rollouts v1.10, `utils/replicaset`, `resolveFenceposts`.
  package static func limit(_ value: SourceValue) -> Amount? {
    guard case .scalar(let text, isPlain: false) = value.content, !text.hasSuffix("%") else {
      return KubernetesNumbers.intOrPercent(value)
    }
    return Int64(text).flatMap { $0 < 0 ? nil : .share(.percent($0)) }
  }

  /// How long a pause is: whole seconds, or a duration as Go writes it; nil: it never ends by
  /// itself.
  /// - Source: Argo Rollouts v1.10, `RolloutPause.DurationSeconds`.
  package static func pause(_ text: String) -> Microseconds? {
    Int32(text).map { .seconds(Int64($0)) } ?? KubernetesNumbers.duration(text)
  }
}

extension Cursor {
  /// A limit; the standard one where none can be read, which has been reported.
  func argoLimit(most: Int64, else standard: Amount) -> Amount {
    guard let value, text != nil else { return standard }
    let help = "write a whole number without quotes, or a whole percentage up to \(most)%"
    guard let amount = ArgoNumbers.limit(value) else {
      return refuse(
        .badAmount, "\(quoted(value.scalar ?? "")) is neither a number nor a percentage",
        help: help, use: standard)
    }
    switch amount {
    case .count(let count) where (0...WrittenNumber.countMax).contains(count): return amount
    case .share(let share) where share <= .percent(most): return amount
    case .count, .share:
      return refuse(
        .outOfRange, "\(path.last) is \(quoted(value.scalar ?? ""))", help: help, use: standard)
    }
  }
}
