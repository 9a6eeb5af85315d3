import Foundation

/// The versions of a cluster's services as they stand in their column: a JSON list.
enum VersionsText {
  static func encode(_ versions: [String]) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    return String(decoding: try encoder.encode(versions), as: UTF8.self)
  }

  static func decode(_ text: String) throws -> [String] {
    do {
      return try JSONDecoder().decode([String].self, from: Data(text.utf8))
    } catch {
      throw DamagedRow("versions that can not be read")
    }
  }
}
