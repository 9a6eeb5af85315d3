import LocatedYAML

/// Checks that names are stated once, and that names referred to are stated.
struct NameCheck {
  let reading: Reading
  private var book: ReferenceBook { reading.book }

  /// Reports names stated twice.
  func checkDuplicates() {
    var first: [String: Origin] = [:]
    for name in book.defined where !name.text.isEmpty && !reading.isFull {
      let key = "\(name.kind.rawValue)\n\(name.scope)\n\(name.text)"
      guard let earlier = first[key] else {
        first[key] = name.origin
        continue
      }
      reading.report(
        .duplicateName, at: name.origin,
        "the \(name.kind.rawValue) \(quoted(name.text)) is stated twice, first on line "
          + "\(earlier.mark.line)")
    }
  }

  /// Reports names that refer to nothing; `unknowable` kinds are those whose statements could not
  /// be read.
  func checkReferences(except unknowable: [ReferenceBook.Kind]) {
    var known: [ReferenceBook.Kind: Set<String>] = [:]
    for name in book.defined where name.scope.isEmpty {
      known[name.kind, default: []].insert(name.text)
    }
    for name in book.used where !unknowable.contains(name.kind) {
      let names = known[name.kind] ?? []
      guard !names.contains(name.text), !name.text.isEmpty else { continue }
      reading.report(
        .unknownName, at: name.origin, "there is no \(name.kind.rawValue) \(quoted(name.text))",
        help: Suggestions.text(for: name.text, among: names.filter { !$0.isEmpty }.sorted()))
    }
  }

  /// Warns of guards that no rollout refers to.
  func warnOfUnusedGuards() {
    let used = Set(book.used.filter { $0.kind == .guard }.map(\.text))
    for name in book.defined where name.kind == .guard && name.scope.isEmpty {
      guard !used.contains(name.text) else { continue }
      reading.report(.unused, at: name.origin, "no rollout uses the guard \(quoted(name.text))")
    }
  }

  /// Reports rollouts that wait for themselves, directly or by others; once for each circle.
  func checkCycles() {
    var next: [String: [(on: String, origin: Origin)]] = [:]
    for (rollout, on, origin) in book.dependencies {
      next[rollout, default: []].append((on, origin))
    }
    var finished: Set<String> = []
    for (rollout, _, _) in book.dependencies where !finished.contains(rollout) {
      search(from: rollout, next: next, finished: &finished)
    }
  }

  /// Searches in depth with a stack of its own, since a chain may be as long as the list of
  /// rollouts.
  private func search(
    from start: String, next: [String: [(on: String, origin: Origin)]],
    finished: inout Set<String>
  ) {
    var path = [start]
    var positions = [0]
    while let rollout = path.last, let position = positions.last {
      let edges = next[rollout] ?? []
      guard position < edges.count else {
        finished.insert(rollout)
        path.removeLast()
        positions.removeLast()
        continue
      }
      positions[positions.count - 1] += 1
      let edge = edges[position]
      if let begin = path.firstIndex(of: edge.on) {
        let circle = (path[begin...] + [edge.on]).map { visible($0) }
        reading.report(
          .cycle, at: edge.origin,
          "rollouts wait for each other: "
            + circle.joined(separator: " waits for "))
      } else if !finished.contains(edge.on) {
        path.append(edge.on)
        positions.append(0)
      }
    }
  }
}
