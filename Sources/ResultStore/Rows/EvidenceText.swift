import Foundation
import RolloutStrategies

/// The evidence behind a verdict as it stands in its column: JSON with sorted keys.
enum EvidenceText {
  static func encode(_ evidence: Evidence) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(evidence), as: UTF8.self)
  }

  static func decode(_ text: String) throws -> Evidence {
    let evidence = try? JSONDecoder().decode(Evidence.self, from: Data(text.utf8))
    // The digest of a row is made of what the text means, so there must be one text for it.
    guard let evidence, try encode(evidence).utf8.elementsEqual(text.utf8) else {
      throw DamagedRow("evidence that can not be read")
    }
    return evidence
  }

  /// The verdict of a stored word.
  static func verdict(_ word: String, _ evidence: Evidence?) throws -> Verdict {
    switch (word, evidence) {
    case ("waiting", nil): .waiting
    case ("rolling", nil): .rolling
    case ("paused", nil): .paused
    case ("complete", nil): .complete
    case ("halted", let evidence?): .halted(evidence)
    case ("rollingBack", let evidence?): .rollingBack(evidence)
    case ("rolledBack", let evidence?): .rolledBack(evidence)
    default: throw DamagedRow("the verdict '\(word)' that does not fit its evidence")
    }
  }
}
