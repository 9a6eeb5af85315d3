import GRDB

/// The file's facts about itself, guarded by a digest of their own.
struct MetaTable {
  let db: Database

  /// The key of the newest scenario; with `:` and a name behind it, of the newest of that name.
  static let newest = "newest"
  private static let digest = "digest"

  /// Stores facts; those of the same key are replaced.
  func set(_ facts: [(key: String, value: String)]) throws {
    for fact in facts { try db.run(Schema.Insert.meta, fact.key, fact.value) }
    try db.run(Schema.Insert.meta, Self.digest, try computedDigest())
  }

  /// A fact; nil: there is none of that key.
  func value(_ key: String) throws -> String? {
    try db.first(Schema.Select.metaValue, [key]) { try $0.text(0) }
  }

  /// Whether the facts are those that were stored.
  func isSound() throws -> Bool {
    let stored = try value(Self.digest)
    return try stored == computedDigest()
      || (stored == nil && db.all(Schema.Select.meta, [], { _ in 0 }).isEmpty)
  }

  private func computedDigest() throws -> String {
    let facts = try db.all(Schema.Select.meta) { [try $0.text(0), try $0.text(1)] }
    var encoding = RunEncoding()
    encoding.add(facts.filter { $0[0] != Self.digest }) { encoding, fact in
      encoding.add(fact[0])
      encoding.add(fact[1])
    }
    return encoding.digest.hex
  }
}
