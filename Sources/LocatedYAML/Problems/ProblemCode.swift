/// What can be wrong with a document, one code each; the codes are stable across versions.
public enum ProblemCode: String, CaseIterable, Sendable {
  // Files and text.
  case fileUnreadable = "E001"
  case notRegularFile = "E002"
  case fileTooLarge = "E003"
  case badText = "E004"
  case yamlSyntax = "E005"
  case duplicateKey = "E006"
  case aliasRefused = "E007"
  case tagRefused = "E008"
  case tooDeep = "E009"
  case tooManyValues = "E010"
  case pathRefused = "E011"

  // Shapes.
  case unknownField = "E020"
  case missingField = "E021"
  case missingValue = "E022"
  case wrongShape = "E023"
  case notExactlyOne = "E024"
  case emptyList = "E025"
  case unsupportedVersion = "E026"
  case unsupportedKind = "E027"
  case wrongDocuments = "E028"

  // Values.
  case badName = "E040"
  case badLabel = "E041"
  case badInteger = "E042"
  case badDecimal = "E043"
  case badDuration = "E044"
  case badShare = "E045"
  case badAmount = "E046"
  case badInstant = "E047"
  case badLocalTime = "E048"
  case badBoolean = "E049"
  case badChoice = "E050"
  case badExpectation = "E051"
  case outOfRange = "E052"
  case sharesDoNotSum = "E053"
  case reservedLabel = "E054"

  // Names that refer to something, and values that belong together.
  case duplicateName = "E070"
  case unknownName = "E071"
  case unknownMetric = "E072"
  case unknownLabel = "E073"
  case unknownLabelValue = "E074"
  case unknownTimeZone = "E075"
  case selectsNothing = "E076"
  case cycle = "E077"
  case plannersOverlap = "E078"
  case serviceRolledOutTwice = "E079"
  case nothingChanges = "E080"
  case missingStrategy = "E081"
  case beyondHorizon = "E082"
  case podsDoNotFit = "E083"
  case incompleteDomains = "E084"
  case hierarchyMismatch = "E085"
  case neverRuns = "E086"
  case noDirection = "E087"
  case nothingStands = "E088"
  case shareNotShown = "E089"
  case backupUnfit = "E090"
  case placementUnfit = "E091"
  case cannotGoBack = "E092"
  case cannotHurry = "E093"

  // Warnings: the documents are valid, but probably not what was meant.
  case unused = "W001"
  case foreignField = "W002"
  case neverFinishes = "W003"
  case statedElsewhere = "W004"
  case nearestShare = "W005"
  case nothingToCompare = "W006"

  /// Whether the documents can be used in spite of it.
  public var isWarning: Bool { rawValue.hasPrefix("W") }
}

extension ProblemCode {
  /// The code's rule in a few words, and what to do when it is broken.
  public var explanation: (title: String, help: String) {
    Self.table[self] ?? (rawValue, "see the reference of the documents")
  }

  /// The documentation's table of codes, as Markdown.
  public static var markdownTable: String {
    let rows = allCases.map { code in
      "| \(code.rawValue) | \(code.explanation.title) | \(code.explanation.help) |\n"
    }
    return "| code | what is wrong | what to do |\n| --- | --- | --- |\n" + rows.joined()
  }
}
