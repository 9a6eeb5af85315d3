extension DocumentProblem: CustomStringConvertible {
  /// The problem as a person reads it: place and message, the line with a mark under it, the help.
  public var description: String {
    var place = visible(file)
    if let line {
      place += ":\(line)"
      if let column { place += ":\(column)" }
    }
    let severity = code.isWarning ? "warning" : "error"
    var text = "\(place): \(severity)[\(code.rawValue)]: \(message)\n"
    if let line, let column, let excerpt {
      text += marked(excerpt, line: line, column: column)
    }
    return text + "   help: \(help)\n"
  }

  /// The excerpt with its line number and carets under the value.
  private func marked(_ excerpt: String, line: Int, column: Int) -> String {
    let width = 96
    let scalars = Array(excerpt.unicodeScalars)
    let start = min(max(column - 1, 0), scalars.count)
    let first = start > width / 2 ? start - width / 4 : 0
    let shown = scalars[first..<min(first + width, scalars.count)]
    let number = String(line)
    let margin = String(repeating: " ", count: max(0, 5 - number.count)) + number
    let blank = String(repeating: " ", count: margin.count)
    let length = min(tokenLength(scalars, from: start), max(1, first + width - start))
    let underline = "^" + String(repeating: "~", count: length - 1)
    let gap = String(repeating: " ", count: start - first)
    return "\(margin) | \(visible(String(String.UnicodeScalarView(shown))))\n"
      + "\(blank) | \(gap)\(underline)\n"
  }

  /// How many characters the value at a place has in its line.
  private func tokenLength(_ scalars: [Unicode.Scalar], from start: Int) -> Int {
    guard start < scalars.count else { return 1 }
    let rest = scalars[start...]
    if rest.first == "\"" || rest.first == "'" {
      let end = rest.dropFirst().firstIndex(of: scalars[start]) ?? scalars.count - 1
      return end - start + 1
    }
    let end = rest.firstIndex { ",]} \t".unicodeScalars.contains($0) } ?? scalars.count
    let word = scalars[start..<end]
    return max(1, word.last == ":" ? word.count - 1 : word.count)
  }
}

/// A text with everything that a terminal might obey made visible.
package func visible(_ text: String) -> String {
  var result = String.UnicodeScalarView()
  for scalar in text.unicodeScalars {
    if scalar == "\t" {
      result.append(" ")
    } else if scalar.properties.isDisplayable {
      result.append(scalar)
    } else {
      result.append(contentsOf: "\\u{\(String(scalar.value, radix: 16))}".unicodeScalars)
    }
  }
  return String(result)
}

/// A text from a document as messages show it: in quotes, visible and not long.
package func quoted(_ text: String) -> String {
  let head = text.unicodeScalars.prefix(60)
  let shown = visible(String(String.UnicodeScalarView(head)))
  return head.endIndex == text.unicodeScalars.endIndex ? "\"\(shown)\"" : "\"\(shown)…\""
}

extension Unicode.Scalar.Properties {
  /// Whether a character takes its place on a line and does nothing else.
  fileprivate var isDisplayable: Bool {
    switch generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
      .paragraphSeparator:
      false
    default: true
    }
  }
}
