import Foundation

/// The versions of a cluster's services as they stand in their column: a JSON list.
enum VersionsText {
  static func encode(_ versions: [String]) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    return String(decoding: try encoder.encode(versions), as: UTF8.self)
  }

  static func decode(_ text: String) throws -> [String] {
    let versions = try? JSONDecoder().decode([String].self, from: Data(text.utf8))
    guard let versions, try encode(versions).utf8.elementsEqual(text.utf8) else {
      throw DamagedRow("versions that can not be read")
    }
    return versions
  }
}
