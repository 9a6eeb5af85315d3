/// Makes text from documents and files harmless in the format it is written to: the only place
/// that does so.
public enum Escaping {
  /// Text for a terminal.
  ///
  /// Control characters, which could move the cursor or fake a line, and characters that change the
  /// direction of writing become visible escapes such as `\u{1B}`.
  public static func terminal(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      if isControl(scalar) {
        result += "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// A word of a command line, in quotes where the shell would not take it for one word.
  public static func shell(_ text: String) -> String {
    let isPlain = text.unicodeScalars.allSatisfy { scalar in
      switch scalar {
      case "a"..."z", "A"..."Z", "0"..."9", "/", ".", "_", "-", "=", ":", ",", "+", "@", "%": true
      default: false
      }
    }
    guard !isPlain || text.isEmpty else { return text }
    return "'"
      + text.split(separator: "'", omittingEmptySubsequences: false)
      .joined(separator: "'\\''") + "'"
  }

  /// Text inside a line or table cell of Markdown.
  public static func markdown(_ text: String) -> String {
    prefixed(
      terminal(text), with: "\\", "\\`*_{}[]()#+-!|~>", entities: ["<": "&lt;", "&": "&amp;"])
  }

  /// A field of comma-separated values, quoted where it must be.
  ///
  /// A first character that spreadsheets take for a formula is preceded by an apostrophe.
  public static func csv(_ text: String) -> String {
    var field = text
    if let first = text.unicodeScalars.first, "=+-@\t\r".unicodeScalars.contains(first) {
      field = "'" + field
    }
    guard field.unicodeScalars.contains(where: { ",\"\n\r".unicodeScalars.contains($0) }) else {
      return field
    }
    return "\"" + prefixed(field, with: "\"", "\"", entities: [:]) + "\""
  }

  /// Text or an attribute's value in XML and HTML.
  ///
  /// Characters that XML does not allow become the replacement character.
  public static func xml(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\t", "\n", "\r": result.unicodeScalars.append(scalar)
      case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF:
        result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// A string of JSON with its quotes.
  public static func json(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: true
    default: false
    }
  }

  private static func prefixed(
    _ text: String, with prefix: String, _ special: String, entities: [Unicode.Scalar: String]
  ) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      if let entity = entities[scalar] {
        result += entity
        continue
      }
      if special.unicodeScalars.contains(scalar) { result += prefix }
      result.unicodeScalars.append(scalar)
    }
    return result
  }
}
