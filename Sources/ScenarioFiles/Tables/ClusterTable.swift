import FleetModel
import LocatedYAML
import RolloutStrategies

/// Clusters that are listed as comma-separated values.
struct ClusterTable {
  /// The clusters, in the order of the lines.
  private(set) var clusters: [ClusterPlan] = []
  /// For each cluster of a file of its own, its name and the values of columns that were set aside.
  private(set) var cells: [(name: Cursor, asides: [Cursor])] = []

  private let cursor: Cursor
  private let levels: [String]
  /// Columns that are no labels but mean something to whoever reads the table.
  private let setAside: [String]
  /// The class of clusters when there is no such column; nil: there must be one.
  private let standardClass: String?
  /// Whether names and classes are noted as those of a scenario's documents.
  private let isDocument: Bool
  private let origin: TextOrigin

  /// Where the table's text begins.
  fileprivate enum TextOrigin {
    /// With the file.
    case file
    /// With a line of the file, indented.
    case block(line: Int, indentation: Int)
    /// Somewhere at a place: where its lines are, nobody knows.
    case somewhere(SourceMark)
  }

  /// The columns that are no labels, and what they hold.
  private enum Column {
    case name, clusterClass, key, timeZone, adminGroup
    case level(String)
    case label(String)
    case aside(Int)
    /// One that cannot be used, which has been reported.
    case none
  }

  /// Reads the table that stands in a field of a document.
  init(_ cursor: Cursor, levels: [String]) {
    self.init(cursor, text: cursor.text ?? "", levels: levels, isDocument: true)
  }

  /// Reads a table.
  ///
  /// - Parameters:
  ///   - cursor: where problems of the table as a whole are reported.
  ///   - text: the table.
  ///   - levels: columns that form the domain hierarchy.
  ///   - setAside: columns that are no labels.
  ///   - standardClass: the class of clusters when there is no such column.
  ///   - isDocument: whether names and classes are noted as those of a scenario's documents.
  init(
    _ cursor: Cursor, text: String, levels: [String], setAside: [String] = [],
    standardClass: String? = nil, isDocument: Bool = false
  ) {
    self.cursor = cursor
    self.levels = levels
    self.setAside = setAside
    self.standardClass = standardClass
    self.isDocument = isDocument
    origin = isDocument ? TextOrigin(cursor) : .file
    do throws(CSVTable.SyntaxError) {
      var table = CSVTable(Array(text.utf8))
      try read(&table)
    } catch {
      let field = CSVTable.Field(text: "", line: error.line, column: error.column)
      value(field, of: "table").report(
        .wrongShape, error.message,
        help: "write values without commas and quotes, or in quotes, with quotes doubled")
    }
  }

  private mutating func read(_ table: inout CSVTable) throws(CSVTable.SyntaxError) {
    guard let first = try table.next() else {
      return cursor.report(
        .missingValue, "the table has no line of columns", help: "begin it with name,class")
    }
    let columns = columns(first)
    guard columns.count == first.count else { return }
    var names: Set<String> = []
    // Of a thousand problems nobody reads on, and names that stand twice are problems.
    var repeats = 0
    while !cursor.reading.isFull, repeats < 1_000, let row = try table.next() {
      guard row.count == first.count else {
        value(row[0], of: "table").report(
          .wrongShape, "the line has \(row.count) values, and there are \(first.count) columns",
          help: "give every line as many values as there are columns; put commas in quotes")
        continue
      }
      add(row, columns, names: first)
      if !names.insert(clusters[clusters.count - 1].name).inserted { repeats += 1 }
    }
    if clusters.isEmpty, !cursor.reading.isFull {
      cursor.report(.emptyList, "the table has no clusters", help: "add a line for each cluster")
    }
  }

  // MARK: Columns

  /// What each column holds; fewer than there are: the table cannot be read, which was reported.
  private func columns(_ first: [CSVTable.Field]) -> [Column] {
    var columns: [Column] = []
    for (position, field) in first.enumerated() {
      if first[..<position].contains(where: { $0.text == field.text }) {
        value(field, of: "table").report(
          .duplicateName, "the column \(quoted(field.text)) stands twice",
          help: "give every column a name of its own")
        return []
      }
      columns.append(column(field))
    }
    let names = first.map(\.text)
    let needed = ["name"] + (standardClass == nil ? ["class"] : []) + levels
    for missing in needed where !names.contains(missing) {
      let help =
        first.count == 1 && names[0].contains(where: { ";\t".contains($0) })
        ? "separate values with commas"
        : "the columns are: \(names.map { visible($0) }.joined(separator: ", "))"
      value(first[0], of: "table").report(
        .missingField, "there is no column \(missing)", help: help)
      return []
    }
    return columns
  }

  private func column(_ field: CSVTable.Field) -> Column {
    if levels.contains(field.text) { return .level(field.text) }
    if let aside = setAside.firstIndex(of: field.text) { return .aside(aside) }
    switch field.text {
    case "name": return .name
    case "class": return .clusterClass
    case "key": return .key
    case "timeZone": return .timeZone
    case "adminGroup": return .adminGroup
    default:
      let errors = cursor.reading.errorCount
      let key = value(field, of: "table").newLabelKey()
      return cursor.reading.errorCount == errors ? .label(key) : .none
    }
  }

  // MARK: Lines

  private mutating func add(
    _ row: [CSVTable.Field], _ columns: [Column], names: [CSVTable.Field]
  ) {
    var plan = ClusterPlan(name: "", clusterClass: standardClass ?? "", labels: [])
    var name = cursor
    var asides = setAside.map { _ in cursor }
    for (position, field) in row.enumerated() {
      let isEmpty = field.text.isEmpty
      if isEmpty, case .label = columns[position] { continue }
      let cell = value(field, of: names[position].text)
      switch columns[position] {
      case .name:
        plan.name = isDocument ? cell.newName(.cluster) : cell.plainName()
        name = cell
      case .clusterClass where isEmpty && standardClass != nil: break
      case .clusterClass:
        plan.clusterClass = isDocument ? cell.name(of: .class) : cell.plainName()
      case .level(let level):
        if isEmpty {
          cell.report(
            .incompleteDomains, "the cluster has no \(visible(level))",
            help: "give every cluster a domain of every level")
        } else {
          plan.labels.append(Label(key: level, value: cell.labelValue()))
        }
      case .key where !isEmpty: plan.key = cell.identifier()
      case .timeZone where !isEmpty:
        plan.labels.append(Label(key: "timeZone", value: cell.timeZone()))
      case .adminGroup where !isEmpty:
        plan.labels.append(Label(key: "adminGroup", value: cell.labelValue()))
      case .label(let key) where !isEmpty:
        plan.labels.append(Label(key: key, value: cell.labelValue()))
      case .aside(let index): asides[index] = cell
      case .key, .timeZone, .adminGroup, .label, .none: break
      }
    }
    plan.labels.sort { $0.key < $1.key }
    clusters.append(plan)
    if !isDocument { cells.append((name, asides)) }
  }

  /// A value of the table at its place.
  func value(_ field: CSVTable.Field, of column: String) -> Cursor {
    let place =
      switch origin {
      case .file: SourceMark(line: field.line + 1, column: field.column + 1)
      case .block(let line, let indentation):
        SourceMark(line: line + field.line, column: indentation + field.column + 1)
      case .somewhere(let mark): mark
      }
    return Cursor(
      reading: cursor.reading, source: cursor.source,
      path: FieldPath(cursor.path, .field(column)),
      value: SourceValue(content: .scalar(field.text, isPlain: false), mark: place))
  }
}

extension ClusterTable.TextOrigin {
  /// Where the text of a value begins.
  fileprivate init(_ cursor: Cursor) {
    guard let mark = cursor.value?.mark else {
      self = .file
      return
    }
    let line = cursor.source.excerpt(at: mark)?.unicodeScalars.dropFirst(mark.column - 1)
    let first = cursor.source.excerpt(at: SourceMark(line: mark.line + 1, column: 1))
    guard line?.first == "|", let first else {
      self = .somewhere(mark)
      return
    }
    self = .block(line: mark.line + 1, indentation: first.prefix { $0 == " " }.count)
  }
}
