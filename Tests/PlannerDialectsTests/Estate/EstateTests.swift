import Determinism
import RolloutStrategies
import Testing

@testable import PlannerDialects

/// What dumps of real hubs amount to, and what each system's own algorithm decides on them.
@Suite("Estates")
struct EstateTests {
  private static let own = StrategyPolicy.progressive(
    ProgressivePolicy(maxConcurrency: .count(5), acceptance: Acceptance(failureBudget: .count(2))))

  @Test("Open Cluster Management: a work counts by its content and its conditions")
  func works() throws {
    let dump = try DumpFile(
      "OpenClusterManagement", ["clusters.json", "works.json", "rollout.json"],
      at: "2026-03-02T09:00:00Z")
    let estate = try #require(dump.estate, "\(dump.problems)")
    #expect(
      estate.table == [
        "tower-001 asked 08:16:40 at target: available 08:21:00",
        "tower-002 asked 08:49:30 at target: progressing 08:50:00",
        "tower-003 asked 08:00:00 at target: available 08:04:00",
        "tower-004 asked 08:16:40 at target: failed 08:17:30",
        "tower-005", "tower-006",
        "tower-007 asked 08:00:00 at target: available 08:06:30",
        "tower-008 silent 07:12:40", "tower-009", "tower-010 left silent earlier",
      ])
    // While anything is under way or has timed out anywhere, the mandatory group is not passed.
    #expect(try estate.startsNow() == [])
    #expect(try estate.startsNow(Self.own) == ["tower-005", "tower-006", "tower-008", "tower-009"])
  }

  @Test("Open Cluster Management: a work of which nobody knows whether it progresses is not done")
  func unknownProgress() throws {
    let names = ["clusters.json", "works.json", "rollout.json"]
    let texts = try names.map { name in
      try DumpFile.text("OpenClusterManagement", name).replacing(
        #/"status": "[A-Za-z]+",(\s+)"type": "Progressing"/#
      ) { match in "\"status\": \"Unknown\",\(match.1)\"type\": \"Progressing\"" }
    }
    let dump = DumpFile(texts: texts)
    let estate = try #require(dump.estate, "\(dump.problems)")
    #expect(estate.table.count { $0.contains("asked") } == 5)
    #expect(!estate.table.contains { $0.contains("at target") })
  }

  @Test("Open Cluster Management: once all that was given the work has it, the next two follow")
  func settledWorks() throws {
    let dump = try DumpFile(
      "OpenClusterManagement", ["clusters.json", "works-settled.json", "rollout.json"],
      at: "2026-03-02T09:00:00Z")
    let estate = try #require(dump.estate, "\(dump.problems)")
    #expect(try estate.startsNow() == ["tower-004", "tower-005"])
  }

  @Test("Open Cluster Management: an add-on counts by the hashes it was given and has applied")
  func addOns() throws {
    let files = ["clusters.json", "add-ons.json"]
    let dump = try DumpFile("OpenClusterManagement", files, at: "2026-03-02T09:00:00Z")
    let estate = try #require(dump.estate, "\(dump.problems)")
    let rows = estate.table.filter { $0.contains("asked") }
    #expect(
      rows == [
        "tower-003 asked 08:05:00 at target: available 08:05:00",
        "tower-007 asked 08:00:10 at target: progressing 08:00:10",
      ])
    // The canaries are the first group, and one of them is not there yet.
    #expect(try estate.startsNow() == [])
    let lonely = try DumpFile.text("OpenClusterManagement", "clusters.json")
    let management = try DumpFile.text("OpenClusterManagement", "add-ons.json").replacing(
      "\"name\": \"agent\",\n        \"namespace\": \"tower",
      with: "\"name\": \"other\",\n        \"namespace\": \"tower")
    let refused = DumpFile(texts: [lonely, management])
    #expect(refused.estate == nil)
    #expect(refused.problems.first?.contains("can not be told") == true, "\(refused.problems)")
  }

  @Test("Open Cluster Management: where the placement's decisions are there, nobody else is chosen")
  func decisions() throws {
    let dump = try DumpFile(
      "OpenClusterManagement",
      ["clusters.json", "works-settled.json", "rollout.json", "decisions.json"],
      at: "2026-03-02T09:00:00Z")
    let estate = try #require(dump.estate, "\(dump.problems)")
    // A quarter of the five that are no canaries, rounded up; the fourth tower was not decided for.
    #expect(try estate.startsNow() == ["tower-005", "tower-006"])
  }

  @Test("Sveltos: a profile passes over who is paused or not ready, and failures keep their slots")
  func profiles() throws {
    let dump = try DumpFile("Sveltos", ["estate.json"])
    let estate = try #require(dump.estate, "\(dump.problems)")
    #expect(
      estate.table == [
        "tower-1 asked 11:10:00 at target: available 11:10:00",
        "tower-2 asked 11:12:00 at target: available 11:12:00",
        "tower-3 asked 11:20:00 at target: failed 11:20:00",
        "tower-4 asked 11:40:00 at target: progressing 11:40:00", "tower-5 silent 11:55:00",
        "tower-6 silent 11:56:00", "tower-7", "tower-8",
      ])
    // 30 % of the seven that match, rounded up, are three; the eighth does not match.
    #expect(try estate.startsNow() == ["tower-7"])
  }

  @Test("a list of the API itself, whose items do not state their kind, is read as well")
  func typedList() throws {
    let text = try DumpFile.text("KubeFleet", "members.json")
    let plain = try #require(DumpFile(texts: [text]).estate)
    let kind =
      "\"apiVersion\": \"cluster.kubernetes-fleet.io/v1beta1\",\n      \"kind\": \"MemberCluster\","
    let untyped = text.replacing(kind, with: "").replacing(
      "\"apiVersion\": \"v1\",\n  \"items\"",
      with: "\"apiVersion\": \"cluster.kubernetes-fleet.io/v1beta1\",\n  \"items\""
    ).replacing("\"kind\": \"List\"", with: "\"kind\": \"MemberClusterList\"")
    try #require(!untyped.contains("\"MemberCluster\""))
    let typed = DumpFile(texts: [untyped])
    #expect(typed.estate?.table == plain.table, "\(typed.problems)")
  }

  @Test("a dump as YAML says the same as one as JSON")
  func yaml() throws {
    for (system, name) in [("KubeFleet", "rolling.json"), ("ArgoCD", "estate.json")] {
      let text = try DumpFile.text(system, name)
      let json = try #require(DumpFile(texts: [text]).estate)
      // In a comment's company it is no JSON any more.
      let yaml = DumpFile(texts: ["# a dump\n" + text])
      #expect(yaml.estate?.table == json.table, "\(yaml.problems)")
      #expect(yaml.estate?.fleet == json.fleet)
    }
  }

  @Test("Open Cluster Management: labels and claims are labels, and what is left over is listed")
  func labels() throws {
    let dump = try DumpFile(
      "OpenClusterManagement", ["clusters.json", "works.json", "rollout.json"])
    let estate = try #require(dump.estate, "\(dump.problems)")
    let fleet = estate.fleet
    #expect(fleet.dimension("ring")?.values == ["main", "canary"])
    #expect(fleet.dimension("platform.open-cluster-management.io")?.values == ["BareMetal"])
    #expect(fleet.dimension("name") == nil, "clusters are chosen by their own names")
    #expect(estate.takenAt == (try Timestamp.parse("2026-03-02T08:50:00Z")))
    #expect(
      estate.unmapped.map { "\($0.path) \($0.count)" } == [
        "ManagedCluster.spec.leaseDurationSeconds 10",
        "ManagedCluster.spec.managedClusterClientConfigs 10",
        "ManagedCluster.status.allocatable 10", "ManagedCluster.status.capacity 10",
        "ManagedCluster.status.version 10", "ManifestWork.status.resourceStatus 9",
      ])
  }

  @Test("TALM: the batch is left when its share of the time is over, and not before")
  func batches() throws {
    let files = ["clusters.json", "upgrade.json"]
    let early = try DumpFile("TALM", files, at: "2026-03-02T11:15:00Z")
    let estate = try #require(early.estate, "\(early.problems)")
    #expect(
      estate.table == [
        "spoke-001 asked 09:40:00 at target: available 09:40:00",
        "spoke-002 asked 09:40:00 at target: progressing 09:40:00",
        "spoke-003 asked 09:00:00 at target: available 09:00:00",
        "spoke-004 at target: available 09:00:00", "spoke-005", "spoke-006",
      ])
    #expect(estate.rollout?.stage == 1)
    #expect(try estate.startsNow() == [])
    // 240 minutes in all, 40 gone when the second of three batches began: it has 100.
    let late = try DumpFile("TALM", files, at: "2026-03-02T11:20:00Z")
    #expect(try late.estate?.startsNow() == ["spoke-005", "spoke-006"])
  }

  @Test("KubeFleet: a rolling update starts as many as availability allows")
  func rolling() throws {
    let dump = try DumpFile("KubeFleet", ["rolling.json"])
    let estate = try #require(dump.estate, "\(dump.problems)")
    #expect(estate.target == "base-7-snapshot")
    #expect(
      estate.table == [
        "m-01 asked 08:00:00 at target: available 08:05:00",
        "m-02 asked 08:00:00 at target: available 08:05:30",
        "m-03 asked 08:00:00 at target: progressing 08:00:00", "m-04", "m-05", "m-06", "m-07",
        "m-08 silent 10:41:10",
      ])
    // 7 of 8 are available, and 2 of 8 may be missing.
    #expect(try estate.startsNow() == ["m-04"])
  }

  @Test("KubeFleet: an update run goes on in its stage, with the approval it was given")
  func staged() throws {
    let dump = try DumpFile("KubeFleet", ["members.json", "staged.json"])
    let estate = try #require(dump.estate, "\(dump.problems)")
    #expect(estate.rollout?.stage == 1 && estate.rollout?.approved == [3])
    #expect(
      estate.table.prefix(5) == [
        "m-01 asked 08:00:00 at target: available 08:05:00",
        "m-02 asked 08:00:00 at target: available 08:05:00",
        "m-03 asked 09:00:00 at target: available 09:05:00",
        "m-04 asked 09:00:00 at target: available 09:05:00", "m-05",
      ])
    #expect(try estate.startsNow() == ["m-05"])
  }

  @Test("Rancher Fleet: a deployment counts by what is released, applied and ready")
  func deployments() throws {
    let dump = try DumpFile("RancherFleet", ["estate.json"])
    let estate = try #require(dump.estate, "\(dump.problems)")
    #expect(estate.target == "s-9f1c2e7b4d")
    #expect(
      estate.table == [
        "store-01 asked 11:30:00 at target: available 11:30:00",
        "store-02 asked 11:31:00 at target: available 11:31:00",
        "store-03 asked 11:55:00 at target: progressing 11:55:00", "store-04 asked earlier",
        "store-05", "store-06 before: idle 04:00:00 bad", "store-07", "store-08 silent earlier",
      ])
    // Three of at most two are unavailable, so that only one that is so already may be released.
    #expect(try estate.startsNow() == ["store-06"])
    #expect(try estate.startsNow(Self.own) == ["store-05", "store-06", "store-07"])
  }

  @Test("Argo CD: an Application counts as its ApplicationSet has written down")
  func applications() throws {
    let dump = try DumpFile("ArgoCD", ["estate.json"])
    let estate = try #require(dump.estate, "\(dump.problems)")
    #expect(
      estate.table == [
        "du-t1 asked 11:10:00 at target: available 11:10:00",
        "du-t2 asked 11:31:00 at target: available 11:31:00",
        "du-t3 asked 11:32:00 at target: progressing 11:32:00 bad", "du-t4 asked 11:58:30",
        "du-t5", "du-t6",
      ])
    #expect(estate.fleet.dimension("destination")?.values.first == "t1")
    #expect(try estate.startsNow(Self.own) == ["du-t5", "du-t6"])
  }
}
