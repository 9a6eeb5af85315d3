import Foundation
import Testing

/// A scenario that comes with the program.
struct ShippedScenario: CustomTestStringConvertible, Sendable {
  /// The package's folder.
  static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// All of them, by name.
  static let all: [ShippedScenario] = {
    let folder = root.appending(path: "scenarios")
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return files.filter { $0.hasSuffix(".yaml") }.sorted().map { file in
      ShippedScenario(
        name: String(file.dropLast(".yaml".count)),
        text: (try? String(contentsOf: folder.appending(path: file), encoding: .utf8)) ?? "")
    }
  }()

  /// Its name, which is that of its file.
  var name: String
  /// The text of its file.
  var text: String

  var testDescription: String { name }

  /// Whether its fleet has thousands of clusters, which take an unoptimised program seconds.
  var isLarge: Bool { name.hasPrefix("tower-") || name == "retail-3k" || name == "talm-timeouts" }
  /// The names of its arms, the baseline first.
  var arms: [String] { names(in: "arms") }
  /// The names of its cases.
  var cases: [String] { names(in: "cases") }

  /// The two arms of the first strict inequality that it expects.
  func comparedArms() throws -> (String, String) {
    let comparison = #/" *in case [^:]+: \S+ of (\S+) [<>] (?:\S+% of )?([^\s"]+)"/#
    let found = try #require(text.firstMatch(of: comparison), "\(name) expects nothing")
    return (String(found.1), String(found.2))
  }

  /// One of them.
  static func named(_ name: String) throws -> ShippedScenario {
    try #require(all.first { $0.name == name })
  }

  /// Copies all documents into a folder, with the towers' fleets at a size for tests.
  static func copyAll(into folder: URL) throws {
    try FileManager.default.copyItem(
      at: root.appending(path: "scenarios"), to: folder.appending(path: "scenarios"))
    for scenario in all {
      try scenario.reducedText().write(
        to: folder.appending(path: "scenarios/\(scenario.name).yaml"), atomically: true,
        encoding: .utf8)
    }
  }

  /// The text with a fleet of a hundredth of a million towers, or a tenth of 24,000.
  func reducedText() throws -> String {
    switch name {
    case "tower-1m":
      try replacing([
        ("clusters: 1000000", "clusters: 10000"),
        ("level: city, count: 340", "level: city, count: 40"),
        ("level: district, count: 9000", "level: district, count: 90"),
      ])
    case "tower-24k":
      try replacing([
        ("clusters: 24000", "clusters: 2400"),
        ("level: edge, count: 60", "level: edge, count: 10"),
        ("level: hub, count: 400", "level: hub, count: 40"),
        ("batchSize: 1000", "batchSize: 100"),
      ])
    default: text
    }
  }

  /// The reduced text of a large fleet with a tenth of its clusters.
  func smallText() throws -> String {
    let text = try reducedText()
    let clusters = try #require(text.firstMatch(of: #/\n\s+clusters: (\d+)\n/#), "\(name)")
    let count = try #require(Int(clusters.1))
    return text.replacingCharacters(
      in: clusters.1.startIndex..<clusters.1.endIndex, with: "\(count / 10)")
  }

  /// The text with parts replaced, each of which must be there exactly once.
  func replacing(_ parts: [(String, String)]) throws -> String {
    try parts.reduce(text) { text, part in
      let pieces = text.components(separatedBy: part.0)
      try #require(pieces.count == 2, "\(part.0) stands \(pieces.count - 1) times in \(name)")
      return pieces.joined(separator: part.1)
    }
  }

  /// The names of the items of one of the lists in the document's spec.
  private func names(in list: String) -> [String] {
    let lines = text.split(separator: "\n")
    guard let start = lines.firstIndex(of: "  \(list):") else { return [] }
    return lines[(start + 1)...].prefix { $0.hasPrefix("   ") }.compactMap { line in
      guard let item = line.prefixMatch(of: #/\s{4}- \{?name: ([a-z0-9.-]+)/#) else { return nil }
      return String(item.1)
    }
  }
}
