public import Determinism

/// What an ApplicationSet's status remembers of one application.
///
/// - Source: Argo CD after v3.5.0-rc3, `updateApplicationSetApplicationStatus`.
public struct ApplicationStatus: Codable, Hashable, Sendable {
  /// How far it is.
  public enum Phase: String, Codable, Sendable, CaseIterable {
    /// It has changes that nobody has synced.
    case waiting = "Waiting"
    /// It may be synced now.
    case pending = "Pending"
    /// It is being synced, or was and is not well.
    case progressing = "Progressing"
    /// It is in sync and well; what becomes of it later is not noticed.
    case healthy = "Healthy"
  }

  /// Why it was sent back to wait.
  public enum Change: String, Codable, Sendable, CaseIterable {
    /// The revisions it is compared with.
    case revision = "revision changed"
    /// Its spec, against the one that was generated.
    case spec = "spec changed"
    /// Both.
    case revisionAndSpec = "revision and spec changed"
  }

  /// The application's name.
  public var application: String
  /// How far it is.
  public var phase: Phase
  /// The step it is in, from 1; -1: in none.
  public var step: Int
  /// The revisions it was last compared with; nil: none are remembered.
  public var revisions: [String]?
  /// When the phase last changed; nil: that is not remembered.
  public var changedAt: Instant?
  /// Why it waits, when it was sent back in this pass.
  public var change: Change?

  /// States what is remembered.
  public init(
    application: String, phase: Phase, step: Int, revisions: [String]? = nil,
    changedAt: Instant? = nil
  ) {
    self.application = application
    self.phase = phase
    self.step = step
    self.revisions = revisions
    self.changedAt = changedAt
  }
}

/// An application as it is seen in a pass.
public struct ObservedApplication: Hashable, Sendable {
  /// Its name.
  public var name: String
  /// Whether it is well.
  public var isHealthy: Bool
  /// Whether the cluster holds what the sources say.
  public var isSynced: Bool
  /// The revisions it is compared with.
  public var revisions: [String]
  /// When its controller last looked; nil: it never did.
  public var reconciledAt: Instant?
  /// When the last sync began; nil: there was none.
  public var syncStartedAt: Instant?
  /// Whether its spec is invalid, or an unknown error holds it.
  public var hasError: Bool
  /// Whether its live spec differs from the one that was generated.
  public var differsFromGenerated: Bool

  /// The conditions of an application for which no sync of it can begin.
  public static let errorConditions = ["InvalidSpecError", "UnknownError"]

  /// States what is seen.
  public init(
    name: String, isHealthy: Bool, isSynced: Bool, revisions: [String],
    reconciledAt: Instant? = nil, syncStartedAt: Instant? = nil, hasError: Bool = false,
    differsFromGenerated: Bool = false
  ) {
    self.name = name
    self.isHealthy = isHealthy
    self.isSynced = isSynced
    self.revisions = revisions
    self.reconciledAt = reconciledAt
    self.syncStartedAt = syncStartedAt
    self.hasError = hasError
    self.differsFromGenerated = differsFromGenerated
  }
}

extension ApplicationStatus {
  /// What is remembered after the first half of a pass.
  ///
  /// - Parameters:
  ///   - known: what was remembered before; nil: nothing.
  ///   - application: what is seen.
  ///   - step: the application's step, from 0; nil: it is in none.
  ///   - now: when the pass takes place.
  /// - Returns: what is remembered.
  public static func observed(
    _ known: ApplicationStatus?, _ application: ObservedApplication, step: Int?, at now: Instant
  ) -> ApplicationStatus {
    var status =
      known
      ?? ApplicationStatus(
        application: application.name, phase: .waiting, step: -1,
        revisions: application.revisions, changedAt: now)
    status.step = step.map { $0 + 1 } ?? -1
    status.change = nil
    status.noteChange(application, at: now)
    switch status.phase {
    case .waiting where application.isSynced:
      status.move(to: application.isHealthy ? .healthy : .progressing, at: now)
    case .pending where status.isUnderWay(application): status.move(to: .progressing, at: now)
    case .progressing where application.isSynced && application.isHealthy:
      status.move(to: .healthy, at: now)
    case .waiting, .pending, .progressing, .healthy: break
    }
    return status
  }

  private mutating func noteChange(_ application: ObservedApplication, at now: Instant) {
    let hasNewRevisions = revisions ?? [] != application.revisions
    guard hasNewRevisions || application.differsFromGenerated else { return }
    change =
      !hasNewRevisions ? .spec : application.differsFromGenerated ? .revisionAndSpec : .revision
    revisions = application.revisions
    move(to: .waiting, at: now)
  }

  /// Whether what is seen of a pending application is from after it became so, and tells of a sync
  /// or of why there can be none.
  private func isUnderWay(_ application: ObservedApplication) -> Bool {
    if let reconciledAt = application.reconciledAt {
      guard let changedAt, reconciledAt > changedAt else { return false }
    }
    let hasStarted = application.syncStartedAt.map { $0 > changedAt ?? .distantPast } ?? false
    return hasStarted || application.hasError
  }

  mutating func move(to phase: Phase, at now: Instant) {
    if self.phase != phase { changedAt = now }
    self.phase = phase
  }
}
