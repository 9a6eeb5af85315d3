/// A field of a document: what it is called, what it holds, and what it means.
public struct FieldSpec: Hashable, Sendable {
  /// What holds when the field is not written.
  public enum Absence: Hashable, Sendable {
    /// It must be written.
    case refused
    /// The value that is taken, as it would be written.
    case standard(String)
    /// What it means, in words.
    case means(String)
    /// Nothing, written or not: the field is known, and does not touch what is decided here.
    case inert
  }

  /// The field's key.
  public let name: String
  /// The kind of value, in words.
  public let type: String
  /// What holds when it is not written.
  public let absence: Absence
  /// What it means, in one sentence.
  public let meaning: String
  /// The name of the map that the field holds, or whose list it holds; nil: it holds none.
  public let map: String?

  private init(
    _ name: String, _ type: String, _ absence: Absence, _ meaning: String, _ map: String?
  ) {
    self.name = name
    self.type = type
    self.absence = absence
    self.meaning = meaning
    self.map = map
  }

  package static func required(
    _ name: String, _ type: String, _ meaning: String, map: String? = nil
  ) -> FieldSpec {
    FieldSpec(name, type, .refused, meaning, map)
  }

  package static func standard(
    _ name: String, _ type: String, _ value: String, _ meaning: String, map: String? = nil
  ) -> FieldSpec {
    FieldSpec(name, type, .standard(value), meaning, map)
  }

  package static func optional(
    _ name: String, _ type: String, absent: String, _ meaning: String, map: String? = nil
  ) -> FieldSpec {
    FieldSpec(name, type, .means(absent), meaning, map)
  }

  /// A field of a foreign document that does not touch what is decided here; it is not read.
  package static func inert(_ name: String, _ meaning: String) -> FieldSpec {
    FieldSpec(name, "any", .inert, meaning, nil)
  }
}

/// A map of a document: the fields that it may have.
public struct MapSpec: Hashable, Sendable {
  /// Its name, by which fields refer to it.
  public let name: String
  /// What it states, in one sentence.
  public let meaning: String
  /// Its fields, in the order of the documentation.
  public let fields: [FieldSpec]
  /// Fields of which exactly one must be written; empty: none.
  public let exactlyOneOf: [String]
  /// Whether it belongs to another system, whose later versions may have more fields: an unknown
  /// one is a warning and not an error.
  public let isForeign: Bool

  package init(
    _ name: String, _ meaning: String, exactlyOneOf: [String] = [], isForeign: Bool = false,
    _ fields: [FieldSpec]
  ) {
    self.name = name
    self.meaning = meaning
    self.fields = fields
    self.exactlyOneOf = exactlyOneOf
    self.isForeign = isForeign
  }

  /// The forms in which it is written, as `{every: duration}`: one for each alternative, or one
  /// with all fields.
  package var forms: [String] {
    let written = fields.map { "\($0.name): \($0.type)" }
    return exactlyOneOf.isEmpty
      ? ["{\(written.joined(separator: ", "))}"] : written.map { "{\($0)}" }
  }

  /// A field; traps when the map has none of that name, which is an error of the reading code.
  package func field(_ name: String) -> FieldSpec {
    guard let field = fields.first(where: { $0.name == name }) else {
      preconditionFailure("\(self.name) has no field \(name)")
    }
    return field
  }
}
