/// The progressive syncs that an Argo CD ApplicationSet asks for.
///
/// - Source: Argo CD after v3.5.0-rc3, `spec.strategy` of `ApplicationSet`.
public struct RollingSync: Codable, Hashable, Sendable {
  /// A condition on an application's label.
  public struct Expression: Codable, Hashable, Sendable {
    /// The label.
    public var key: String
    /// `In` and `NotIn` are known; any other holds for nobody who has the label.
    public var comparison: String
    /// The values.
    public var values: [String]

    /// States a condition.
    public init(key: String, comparison: String, values: [String]) {
      self.key = key
      self.comparison = comparison
      self.values = values
    }

    /// Whether it is one of those that are known.
    public var isKnown: Bool { comparison == "In" || comparison == "NotIn" }

    /// Whether it holds for a label's value; nil: the application has no such label, and all but
    /// `In` hold.
    func holds(for value: String?) -> Bool {
      guard let value else { return comparison != "In" }
      return isKnown && values.contains(value) == (comparison == "In")
    }
  }

  /// How many applications of a step may be under way at once.
  public enum MaxUpdate: Codable, Hashable, Sendable {
    /// So many; none or fewer block the step.
    case count(Int)
    /// A share of those that have a status, in whole percent, rounded down but at least one.
    case percent(Int)
    /// Exactly the text `0%`: none.
    case nothing
    /// A text that can not be read, which means one.
    case unreadable

    /// The limit for a step of so many applications.
    public func limit(of total: Int) -> Int {
      switch self {
      case .count(let count): count
      case .percent(let percent): max(1, total * percent / 100)
      case .nothing: 0
      case .unreadable: 1
      }
    }

    /// Reads a text, which must be a whole number of percent.
    public init(text: String) {
      guard text != "0%" else {
        self = .nothing
        return
      }
      let digits = text.dropLast()
      let percent = text.last == "%" && digits.first != "+" ? Int32(digits) : nil
      self = percent.map { .percent(Int($0)) } ?? .unreadable
    }
  }

  /// One step.
  public struct Step: Codable, Hashable, Sendable {
    /// What all must hold for an application to be in it; none: every application is.
    public var expressions: [Expression]
    /// How many may be under way at once; nil: any number.
    public var maxUpdate: MaxUpdate?

    /// States a step.
    public init(expressions: [Expression] = [], maxUpdate: MaxUpdate? = nil) {
      self.expressions = expressions
      self.maxUpdate = maxUpdate
    }
  }

  /// The steps, in their order.
  public var steps: [Step]
  /// Whether applications are deleted in the reversed order of the steps.
  public var deletesInReverse: Bool

  /// States progressive syncs.
  ///
  /// - Parameters:
  ///   - steps: the steps, in their order.
  ///   - deletionOrder: what the document says about deletion; only `Reverse`, in letters of any
  ///     case, and with a step at least, reverses it.
  public init(steps: [Step], deletionOrder: String? = nil) {
    self.steps = steps
    deletesInReverse = !steps.isEmpty && deletionOrder?.lowercased() == "reverse"
  }
}

/// Which applications are in which steps.
public struct RollingSyncPlan: Codable, Hashable, Sendable {
  /// Something about the steps that is probably not meant.
  public struct Issues: Codable, Hashable, Sendable {
    /// An application that several steps choose.
    public struct Duplicate: Codable, Hashable, Sendable {
      /// Its name.
      public var application: String
      /// The later step.
      public var step: Int
    }

    /// A condition with an unknown comparison.
    public struct Unknown: Codable, Hashable, Sendable {
      /// The step.
      public var step: Int
      /// The comparison.
      public var comparison: String
    }

    /// Steps that choose nobody.
    public var emptySteps: [Int] = []
    /// Applications that several steps choose.
    public var duplicates: [Duplicate] = []
    /// Unknown comparisons.
    public var unknown: [Unknown] = []
  }

  /// The applications of each step, by name, in the order in which they were generated; one that
  /// several steps choose is in all of them.
  public private(set) var steps: [[String]] = []
  /// The applications of each step, by position in the order in which they were generated.
  public private(set) var members: [[Int]] = []
  /// The first step that chooses each application, from 0; nil: none does, and it is never synced.
  public private(set) var ownSteps: [Int?]
  /// What is probably not meant.
  public private(set) var issues = Issues()

  /// Finds the steps of generated applications.
  ///
  /// - Parameters:
  ///   - sync: what the document says; nil: no progressive syncs, and no steps.
  ///   - applications: names, and the value of a label by its key.
  public init(
    _ sync: RollingSync?, applications: [(name: String, label: (String) -> String?)]
  ) {
    ownSteps = Array(repeating: nil, count: applications.count)
    for (index, step) in (sync?.steps ?? []).enumerated() {
      var chosen: [Int] = []
      for (position, application) in applications.enumerated() {
        let failing = step.expressions.first { !$0.holds(for: application.label($0.key)) }
        if let failing {
          note(failing, in: index, hasLabel: application.label(failing.key) != nil)
        } else {
          if ownSteps[position] == nil {
            ownSteps[position] = index
          } else {
            issues.duplicates.append(.init(application: application.name, step: index))
          }
          chosen.append(position)
        }
      }
      if chosen.isEmpty { issues.emptySteps.append(index) }
      steps.append(chosen.map { applications[$0].name })
      members.append(chosen)
    }
  }

  private mutating func note(_ expression: RollingSync.Expression, in step: Int, hasLabel: Bool) {
    guard hasLabel, !expression.isKnown else { return }
    let found = Issues.Unknown(step: step, comparison: expression.comparison)
    if !issues.unknown.contains(found) { issues.unknown.append(found) }
  }

  /// The first step that chooses an application; nil: none does, and it is never synced.
  public func step(of application: String) -> Int? {
    steps.firstIndex { $0.contains(application) }
  }
}
