import Foundation
import Testing

@testable import PlannerDialects

/// Dumps that are not whole, not of one planner, or not of a version that is read.
@Suite("Refused dumps")
struct EstateRefusalTests {
  private static let files = [
    ("OpenClusterManagement", "clusters.json"), ("OpenClusterManagement", "works.json"),
    ("OpenClusterManagement", "rollout.json"), ("TALM", "upgrade.json"),
    ("KubeFleet", "members.json"), ("KubeFleet", "rolling.json"), ("KubeFleet", "staged.json"),
    ("RancherFleet", "estate.json"), ("ArgoCD", "estate.json"), ("Sveltos", "estate.json"),
  ]

  @Test("one that was cut off anywhere is refused, with the place where it ends")
  func cutOff() throws {
    for (system, name) in Self.files {
      let whole = try DumpFile.text(system, name).trimmingCharacters(in: .newlines)
      for part in 1..<40 {
        let text = String(whole.prefix(whole.count * part / 40))
        let dump = DumpFile(texts: [text])
        #expect(dump.estate == nil, "\(name) at \(part)/40")
        #expect(
          dump.problems.count == 1 && dump.problems[0].hasPrefix("E005 dump-0.json:")
            && dump.problems[0].contains("cut off"), "\(name) at \(part)/40: \(dump.problems)")
      }
    }
  }

  @Test("another version is refused at its place, with the versions that are read")
  func version() throws {
    for (system, name) in Self.files {
      let text = try DumpFile.text(system, name)
      let changed = text.replacing(
        #/"apiVersion": "([a-z.-]+)\/v1[a-z0-9]*",\n      "kind"/#
      ) { match in "\"apiVersion\": \"\(match.1)/v2\",\n      \"kind\"" }
      try #require(changed != text)
      let dump = DumpFile(texts: [changed])
      #expect(dump.estate == nil, "\(name)")
      #expect(
        dump.problems.contains { $0.hasPrefix("E026 dump-0.json:") && $0.contains("\"v2\"") },
        "\(name): \(dump.problems)")
    }
  }

  @Test("objects of two planners are refused together")
  func mixed() throws {
    let systems = [
      "OpenClusterManagement/clusters", "KubeFleet/members", "RancherFleet/estate",
      "ArgoCD/estate",
    ]
    for (position, first) in systems.enumerated() {
      for second in systems.dropFirst(position + 1) {
        let texts = try [first, second].map { path in
          let parts = path.split(separator: "/").map(String.init)
          return try DumpFile.text(parts[0], "\(parts[1]).json")
        }
        let dump = DumpFile(texts: texts)
        #expect(dump.estate == nil, "\(first) \(second)")
        #expect(
          dump.problems.first?.contains("different planners") == true,
          "\(first) \(second): \(dump.problems)")
      }
    }
  }

  @Test(
    "what is no dump, or only a part of one, is refused with the reason",
    arguments: [
      (#"{"apiVersion":"v1","kind":"List","items":[]}"#, "no objects"),
      (
        #"{"apiVersion":"v1","kind":"List","metadata":{"continue":"eyJ2"},"items":[]}"#,
        "one page of several"
      ),
      (
        #"{"apiVersion":"v1","kind":"List","metadata":{"remainingItemCount":7},"items":[]}"#,
        "one page of several"
      ),
      (#"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"}}"#, "are not read"),
      (#"{"apiVersion":"v1","kind":"List","items":[null,3,"a",[]]}"#, "are not read"),
      (#"{"apiVersion":"v1","kind":"List","items":{"a":1}}"#, "expected a list"),
      (#"["a"]"#, "expected an object"), (#"{"a":1,"a":2}"#, "twice"), ("{}{}", "more after"),
      (#"{"a":01x}"#, "not read"), ("[1,]", "no value"), ("", "no objects"),
      (
        #"{"apiVersion":"cluster.open-cluster-management.io/v1","kind":"ManagedCluster"}"#,
        "no name"
      ),
    ])
  func noDump(_ text: String, _ part: String) {
    let dump = DumpFile(texts: [text])
    #expect(dump.estate == nil)
    #expect(dump.problems.contains { $0.contains(part) }, "\(dump.problems)")
  }

  @Test("an object that stands twice, and one of an unknown cluster, are refused at their places")
  func twice() throws {
    let text = try DumpFile.text("OpenClusterManagement", "clusters.json")
    let doubled = DumpFile(texts: [text, text])
    #expect(doubled.estate == nil)
    #expect(doubled.problems.count == 10)
    #expect(doubled.problems.allSatisfy { $0.hasPrefix("E070 dump-1.json:") })
    let works = try ["works.json", "rollout.json"].map {
      try DumpFile.text("OpenClusterManagement", $0)
    }
    let lonely = DumpFile(texts: works)
    #expect(lonely.estate == nil)
    #expect(lonely.problems.contains { $0.contains("\"tower-001\" is not in the dumps") })
  }

  @Test("works without their replica set, and bindings without snapshots, ask for them")
  func incomplete() throws {
    let clusters = try DumpFile.text("OpenClusterManagement", "clusters.json")
    let works = try DumpFile.text("OpenClusterManagement", "works.json")
    #expect(
      DumpFile(texts: [clusters, works]).problems.first?.contains("can not be told") == true)
    let rolling = try DumpFile.text("KubeFleet", "rolling.json")
    let unmarked = rolling.replacing(
      "\"kubernetes-fleet.io/is-latest-snapshot\": \"true\"",
      with: "\"kubernetes-fleet.io/is-latest-snapshot\": \"false\"")
    #expect(DumpFile(texts: [unmarked]).problems.first?.contains("can not be told") == true)
  }

  @Test("any byte may be anything: the dump is read or refused, and nothing else happens")
  func damaged() throws {
    var state: UInt64 = 0x1234_5678
    func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    let interesting = Array("{}[]\",:\\0-nulltrue \n".utf8) + [0, 0x7F, 0xFF, 0xC0]
    for (system, name) in Self.files {
      let bytes = Array(try DumpFile.text(system, name).utf8)
      for _ in 0..<60 {
        var damaged = bytes
        for _ in 0...next(4) { damaged[next(damaged.count)] = interesting[next(interesting.count)] }
        let dump = DumpFile(texts: [String(decoding: damaged, as: UTF8.self)])
        #expect((dump.estate == nil) == !dump.problems.allSatisfy { $0.hasPrefix("W") })
      }
    }
  }
}
