import Experiments
import LocatedYAML

extension ArmNote {
  /// Reads what is said of an arm; nil: nothing is.
  init?(_ fields: Fields) {
    let because = fields.written("because")?.note(atMost: 400)
    let expresses = fields.written("expresses")?.entries().map { part, words in
      Expression(part: part.note(atMost: 24), words: words.note(atMost: 24))
    }
    guard because != nil || expresses != nil else { return nil }
    if let expresses, expresses.count > 8 {
      fields["expresses"].report(
        .outOfRange, "an intent has at most 8 parts", help: "leave some out")
    }
    self.init(
      arm: fields["name"].value?.scalar ?? "", because: because, expresses: expresses)
  }
}

extension Cursor {
  /// A text for readers, which must fit on their screens.
  fileprivate func note(atMost length: Int) -> String {
    guard let text else { return "" }
    guard text.count <= length else {
      return refuse(
        .outOfRange, "\(path.last) has \(text.count) characters",
        help: "write at most \(length)", use: "")
    }
    return text
  }
}
