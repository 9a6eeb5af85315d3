import Determinism
import FleetModel
import ResultStore
import RolloutStrategies
import Testing

@testable import Reports

@Suite("TimelineReport")
struct TimelineReportTests {
  static let startAt = Instant(sinceEpoch: 1_772_470_800_000_000)

  /// A rollout over three regions: one fails and is taken back, another has an outage.
  static func run() -> StoredRun {
    var record = RunRecord()
    record.status = .rolledBack
    record.bucketLength = .minutes(15)
    record.eventCount = 12_345
    record.eventDigest = 0x771f_bace_c626_b400
    record.drawDigest = 0x1
    record.outcomeDigest = .max
    record.rollouts = [
      .init(
        planner: "hub", rollout: "pos-v2",
        verdict: .rolledBack(
          Evidence(
            failed: 7, budget: 5, stage: "canary",
            causes: [
              .init(cluster: "store-000012", cause: .unhealthy, since: startAt + .minutes(125)),
              .init(cluster: "store-000017", cause: .updateFailed, since: startAt + .minutes(131)),
            ])), decidedAfter: .minutes(192), clusters: 1_200, updated: 0, stragglers: 1),
      .init(
        planner: "hub", rollout: "menu-v3", verdict: .complete, decidedAfter: .minutes(30),
        clusters: 1, updated: 1, stragglers: 0),
    ]
    record.waves = [
      .init(
        planner: "hub", rollout: "pos-v2", number: 0, name: "canary", startsAfter: .minutes(60),
        endsAfter: .minutes(192), clusters: 40, failed: 7),
      .init(
        planner: "hub", rollout: "pos-v2", number: 1, name: "rest", startsAfter: .minutes(192),
        endsAfter: nil, clusters: 1_160, failed: 0),
    ]
    record.marks = [
      .init(
        after: .minutes(60), kind: .rolloutStarted, planner: "hub", rollout: "pos-v2",
        subject: "pos-v2", clusters: 1_200),
      .init(
        after: .minutes(120), kind: .defectActive, planner: nil, rollout: nil,
        subject: "store-000012", clusters: 1),
      .init(
        after: .minutes(192), kind: .rollingBack, planner: "hub", rollout: "pos-v2",
        subject: "pos-v2", clusters: 40),
      .init(
        after: .minutes(240), kind: .outageBegan, planner: nil, rollout: nil, subject: "fibre-cut",
        clusters: 400),
      .init(
        after: .minutes(330), kind: .outageEnded, planner: nil, rollout: nil,
        subject: "fibre-cut", clusters: 400),
    ]
    record.domains = [
      point("east", 4, updating: 10), point("east", 5, updating: 30, updated: 200),
      point("east", 7, updated: 400), point("east", 8, updated: 400, impaired: 52),
      point("east", 12, updating: 100, updated: 300, impaired: 20), point("east", 14),
      point("north"), point("west", 16, unreachable: 380), point("west", 22),
    ]
    return StoredRun(
      scenario: .of("scenario".utf8),
      identity: RunIdentity(
        key: .of("run".utf8), caseName: "bad", arm: "staged", seed: 7, replication: 3),
      engineSemantics: 1, optionsJSON: "{}", simulated: .hours(8), record: record,
      host: HostFacts(
        toolVersion: "0", platform: "", startedUTC: "", wall: .zero, threads: 1))
  }

  static func point(
    _ domain: String, _ bucket: Int = 0, updating: Int = 0, updated: Int = 0, impaired: Int = 0,
    unreachable: Int = 0
  ) -> RunRecord.DomainPoint {
    .init(
      level: "region", domain: domain, clusters: 400, bucket: bucket, updating: updating,
      updated: updated, impaired: impaired, unreachable: unreachable)
  }

  @Test("a run reads as a chart, its waves, and the reason of its end")
  func golden() {
    let report = TimelineReport(
      run: Self.run(), scenarioName: "two-coasts", startAt: Self.startAt)
    Golden.expect(
      report.text(),
      """
      scenario: two-coasts
      case:     bad
      arm:      staged
      seed:     7, replication 3
      status:   rolled back after 8h simulated, 12,345 events

      pos-v2 (planner hub): rolled back at 3h12m: 7 clusters failed, 5 tolerated in
        stage canary; first store-000012 (unhealthy since 2h05m), store-000017 (update
        failed at 2h11m) and 5 more.
        0 of 1,200 clusters at the target (0 %), 1 asked and not there.
      menu-v3 (planner hub): complete at 30m.
        1 of 1 cluster at the target (100 %).

      region 0s          3h           worst
      east   ....>55+!!!!77.......... 52 of 400
      north  ........................
      west   ................xxxxxx..
                     D   R   O     O

      one column is 15m:  . nothing yet  > updating  , a few updated  1-9 tenths  + all
        ! a tenth or more impaired  x half or more unreachable
        worst: most clusters impaired at one time of the run, for whatever reason
        the chart ends at 6h of 8h, as the rollouts do nothing more
      R: pos-v2 rolls back at 3h12m
      D: defect active in store-000012 at 2h
      O: outage fibre-cut (400 clusters) at 4h, outage fibre-cut ends at 5h30m

      rollout  wave    starts   ends     took  clusters  failed at end
      pos-v2   canary      1h  3h12m    2h12m        40              7
      pos-v2   rest     3h12m      -  goes on     1,160              0

      key:      acba25512100f80b56fc3ccd14c65be55d94800cda77585c5f41a887e398f9be
      digests:  events 771fbacec626b400  draws 0000000000000001
                outcome ffffffffffffffff
      """)
  }

  @Test("a rollout that froze is told apart from one that halted, for readers and programs")
  func frozen() {
    var run = Self.run()
    for (isFrozen, word) in [(nil, "halted at"), (true, "frozen where it stands, decided at")] {
      var evidence = Evidence(failed: 3, budget: 2, stage: nil, causes: [])
      evidence.isFrozen = isFrozen
      run.record.rollouts[0].verdict = .halted(evidence)
      run.record.status = isFrozen == true ? .frozen : .halted
      let kind = isFrozen == true ? RunRecord.Mark.Kind.frozen : .halted
      run.record.marks[2].kind = kind
      let report = TimelineReport(run: run, scenarioName: "x", startAt: Self.startAt)
      let text = report.text().split(whereSeparator: \.isWhitespace).joined(separator: " ")
      #expect(text.contains("pos-v2 (planner hub): \(word) 3h12m: 3 clusters failed"))
      #expect(text.contains("status: \(isFrozen == true ? "frozen" : "halted") after"))
      let letter = isFrozen == true ? "F: pos-v2 freezes at 3h12m" : "H: pos-v2 halts at 3h12m"
      #expect(text.contains(letter), "\(text)")
      #expect(report.json().contains("\"frozen\":\(isFrozen == true)"))
    }
  }

  @Test("of a rollout that froze and went back it is said who took it back")
  func recalled() {
    var run = Self.run()
    var evidence = Evidence(failed: 3, budget: 2, stage: nil, causes: [])
    evidence.isRecalled = true
    run.record.rollouts[0].verdict = .rolledBack(evidence)
    run.record.marks[2].kind = .recalled
    let report = TimelineReport(run: run, scenarioName: "x", startAt: Self.startAt)
    let text = report.text().split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(text.contains("rolled back at 3h12m, by an operator after a freeze: 3 clusters failed"))
    #expect(text.contains("F: an operator takes pos-v2 back at 3h12m"))
    #expect(report.json().contains("\"recalled\":true"))
  }

  @Test("failed looks are said with the counts of the last, for readers and programs")
  func failedLooks() {
    var run = Self.run()
    var evidence = Evidence(failed: 0, budget: 2, stage: "step 1", causes: [])
    evidence.looks = .init(
      failed: 2, tolerated: 1,
      last: AnalysisFinding(
        verdict: .fail, cohort: RequestCounts(requests: 20_000, errors: 212),
        control: RequestCounts(requests: 100_000, errors: 300), value: 9_900_000,
        limit: 2_326_348))
    run.record.rollouts[0].verdict = .halted(evidence)
    let report = TimelineReport(run: run, scenarioName: "x", startAt: Self.startAt)
    let text = report.text().split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(
      text.contains(
        "2 looks failed, 1 tolerated in stage step 1; at the last 212 of 20,000 requests failed"
          + " (1.06 %), 300 of 100,000 requests failed (0.3 %) in the control"), "\(text)")
    #expect(
      report.json().contains(
        "\"looks\":{\"cohort\":{\"errors\":212,\"requests\":20000},"
          + "\"control\":{\"errors\":300,\"requests\":100000},\"failed\":2,"
          + "\"limitMillionths\":2326348,\"tolerated\":1,\"valueMillionths\":9900000}"))
  }

  @Test("names with control characters reach no terminal")
  func hostileNames() {
    var run = Self.run()
    run.record.rollouts[0].rollout = "pos\u{1B}[2J"
    run.record.waves[0].name = "ca\nnary"
    run.record.marks[1].subject = "store\u{202E}"
    run.record.domains[0].domain = "ea\u{7}st"
    let text = TimelineReport(run: run, scenarioName: "\u{1B}]0;x", startAt: Self.startAt).text()
    let bad = text.unicodeScalars.filter {
      $0 != "\n" && ($0.value < 0x20 || $0.value == 0x7F || $0.value == 0x202E)
    }
    #expect(bad.isEmpty)
    #expect(text.contains("pos\\u{1B}[2J"))
  }

  @Test("a chart is at most 80 columns wide and 40 domains high")
  func limits() {
    var run = Self.run()
    run.simulated = .hours(24 * 30)
    run.record.domains = (0..<200).map { Self.point("domain-\($0)", impaired: $0 == 150 ? 40 : 0) }
    let lines = TimelineReport(run: run, scenarioName: "x", startAt: Self.startAt).text()
      .split(separator: "\n")
    let rows = lines.filter { $0.hasPrefix("domain-") }
    #expect(rows.count == 40)
    #expect(rows.contains { $0.hasPrefix("domain-150") && $0.contains("!") })
    #expect(rows.allSatisfy { $0.count <= 80 })
    #expect(lines.contains("(the 40 with most impaired clusters of 200)"))
  }

  @Test("a run without a chart, waves or rollouts is told all the same")
  func empty() {
    var run = Self.run()
    run.record = RunRecord()
    run.identity.arm = nil
    let text = TimelineReport(run: run, scenarioName: "x", startAt: Self.startAt).text()
    #expect(text.contains("none (the run without any rollout)"))
    #expect(text.contains("unfinished after 8h simulated, 0 events"))
  }

  @Test("the JSON form has sorted keys and the version of its form")
  func json() {
    let report = TimelineReport(
      run: Self.run(), scenarioName: "two-coasts", startAt: Self.startAt)
    let json = report.json()
    #expect(json.hasPrefix(#"{"arm":"staged","bucketUs":900000000,"case":"bad","digests":{"#))
    #expect(json.contains(#""schemaVersion":1"#))
    #expect(json.contains(#"{"cause":"unhealthy","cluster":"store-000012","sinceUs":7500000000}"#))
    #expect(json.contains(#""outcome":"ffffffffffffffff""#))
  }
}
