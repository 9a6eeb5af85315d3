import Determinism
import FleetModel
import ResultStore
import RolloutStrategies

extension TimelineReport {
  /// The report for programs: one line of JSON with sorted keys; version 1 of its form.
  ///
  /// Times are microseconds from the start of the run; digests are hexadecimal.
  public func json() -> String {
    let record = run.record
    return JSONText.object([
      ("schemaVersion", .integer(1)), ("kind", .string("timeline")),
      ("scenario", .string(scenarioName)), ("scenarioHash", .string(run.scenario.hex)),
      ("key", .string(run.identity.key.hex)), ("case", .string(run.identity.caseName)),
      ("arm", .optional(run.identity.arm)), ("seed", .string(String(run.identity.seed))),
      ("replication", .count(run.identity.replication)),
      ("status", .string(record.status.rawValue)), ("events", .count(record.eventCount)),
      ("simulatedUs", .integer(run.simulated.count)),
      ("bucketUs", .integer(record.bucketLength.count)),
      ("digests", digests(record)), ("rollouts", .array(record.rollouts.map(json))),
      ("waves", .array(record.waves.map(json))), ("marks", .array(record.marks.map(json))),
      ("domains", .array(record.domains.map(json))),
    ]).text + "\n"
  }

  private func digests(_ record: RunRecord) -> JSONText {
    .object([
      ("events", .string(hex(record.eventDigest))), ("draws", .string(hex(record.drawDigest))),
      ("outcome", .string(hex(record.outcomeDigest))),
    ])
  }

  private func json(_ outcome: RunRecord.RolloutOutcome) -> JSONText {
    .object([
      ("planner", .string(outcome.planner)), ("rollout", .string(outcome.rollout)),
      ("verdict", .string(outcome.verdict.word)),
      ("decidedAfterUs", outcome.decidedAfter.map { .integer($0.count) } ?? .null),
      ("clusters", .count(outcome.clusters)), ("updated", .count(outcome.updated)),
      ("stragglers", .count(outcome.stragglers)),
      ("evidence", outcome.verdict.evidence.map(json) ?? .null),
    ])
  }

  private func json(_ evidence: Evidence) -> JSONText {
    .object([
      ("failed", .count(evidence.failed)), ("budget", .count(evidence.budget)),
      ("stage", .optional(evidence.stage)), ("frozen", .bool(evidence.isFrozen == true)),
      ("recalled", .bool(evidence.isRecalled == true)),
      ("followed", .optional(evidence.followed)),
      ("unanswered", .optional(evidence.unanswered.map { "\($0.name)/\($0.group)" })),
      ("looks", evidence.looks.map(json) ?? .null),
      (
        "causes",
        .array(
          evidence.causes.map { cause in
            .object([
              ("cluster", .string(cause.cluster)), ("cause", .string(cause.cause.rawValue)),
              ("sinceUs", .integer((cause.since - startAt).count)),
            ])
          })
      ),
    ])
  }

  private func json(_ looks: Evidence.Looks) -> JSONText {
    func counts(_ counts: RequestCounts) -> JSONText {
      .object([("requests", .integer(counts.requests)), ("errors", .integer(counts.errors))])
    }
    return .object([
      ("failed", .count(looks.failed)), ("tolerated", .count(looks.tolerated)),
      ("cohort", looks.last.map { counts($0.cohort) } ?? .null),
      ("control", looks.last?.control.map(counts) ?? .null),
      ("valueMillionths", looks.last.map { .integer($0.value) } ?? .null),
      ("limitMillionths", looks.last.map { .integer($0.limit) } ?? .null),
    ])
  }

  private func json(_ wave: RunRecord.Wave) -> JSONText {
    .object([
      ("planner", .string(wave.planner)), ("rollout", .string(wave.rollout)),
      ("number", .count(wave.number)), ("name", .string(wave.name)),
      ("startsAfterUs", .integer(wave.startsAfter.count)),
      ("endsAfterUs", wave.endsAfter.map { .integer($0.count) } ?? .null),
      ("clusters", .count(wave.clusters)), ("failed", .count(wave.failed)),
    ])
  }

  private func json(_ mark: RunRecord.Mark) -> JSONText {
    .object([
      ("afterUs", .integer(mark.after.count)), ("kind", .string(mark.kind.rawValue)),
      ("planner", .optional(mark.planner)), ("rollout", .optional(mark.rollout)),
      ("subject", .string(mark.subject)), ("clusters", .count(mark.clusters)),
    ])
  }

  private func json(_ point: RunRecord.DomainPoint) -> JSONText {
    .object([
      ("level", .string(point.level)), ("domain", .string(point.domain)),
      ("clusters", .count(point.clusters)), ("bucket", .count(point.bucket)),
      ("updating", .count(point.updating)), ("updated", .count(point.updated)),
      ("impaired", .count(point.impaired)), ("unreachable", .count(point.unreachable)),
    ])
  }
}
