/// Which paths documents may name.
package enum PathRules {
  /// The folder of a file; `.` when the path has none.
  package static func folder(of file: String) -> String {
    guard let slash = file.lastIndex(of: "/") else { return "." }
    return slash == file.startIndex ? "/" : String(file[..<slash])
  }

  /// A relative path as the path of a file inside a folder.
  package static func resolve(
    _ path: String, in folder: String
  ) -> Result<String, FileAccess.Refusal> {
    func refuse(_ reason: String) -> Result<String, FileAccess.Refusal> {
      .failure(FileAccess.Refusal(.pathRefused, "\(quoted(path)) \(reason)"))
    }
    guard !path.isEmpty else { return refuse("is empty") }
    guard path.utf8.count <= 1_024 else { return refuse("is longer than 1,024 bytes") }
    guard !path.hasPrefix("/") else { return refuse("is absolute") }
    guard !path.contains("://") else { return refuse("is a URL") }
    guard !path.contains("\\"), !path.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
      return refuse("has characters that are not allowed in paths")
    }
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part != ".." {
        parts.append(part)
      } else if parts.popLast() == nil {
        return refuse("leads out of the scenario's folder")
      }
    }
    guard !parts.isEmpty else { return refuse("names no file") }
    let inside = parts.joined(separator: "/")
    return .success(folder == "." ? inside : folder == "/" ? "/\(inside)" : "\(folder)/\(inside)")
  }
}
