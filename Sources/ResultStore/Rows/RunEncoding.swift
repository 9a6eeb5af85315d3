import Determinism
import FleetModel
import RolloutStrategies

/// The canonical bytes of stored things, by natural keys: what the digests of rows are made of.
///
/// Numbers are eight bytes, the low one first; texts and lists begin with their length; something
/// that may be absent begins with 0 or 1. A run read back from its rows gives the bytes of the run
/// that was stored, so a changed value in any row changes the digest.
struct RunEncoding {
  private(set) var bytes: [UInt8] = []

  /// Whether a text holds a NUL, which SQLite would cut it at.
  private(set) var holdsNUL = false

  /// A digest of the bytes so far.
  var digest: Digest256 { .of(bytes) }

  mutating func add(_ bits: UInt64) {
    for shift in stride(from: 0, to: 64, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: bits >> UInt64(shift)))
    }
  }

  mutating func add(_ number: Int) { add(UInt64(bitPattern: Int64(number))) }

  mutating func add(_ length: Microseconds) { add(UInt64(bitPattern: length.count)) }

  mutating func add(_ text: String) {
    add(text.utf8.count)
    let start = bytes.count
    bytes.append(contentsOf: text.utf8)
    if bytes[start...].contains(0) { holdsNUL = true }
  }

  mutating func add(_ digest: Digest256) { bytes.append(contentsOf: digest.bytes) }

  mutating func add<Value>(_ value: Value?, _ encode: (inout RunEncoding, Value) -> Void) {
    bytes.append(value == nil ? 0 : 1)
    if let value { encode(&self, value) }
  }

  mutating func add(_ text: String?) { add(text) { $0.add($1 as String) } }

  mutating func add<Element>(_ list: [Element], _ encode: (inout RunEncoding, Element) -> Void) {
    add(list.count)
    for element in list { encode(&self, element) }
  }
}

/// A metric's value under its name.
struct NamedMetric: Equatable {
  var name: String
  var value: MetricValue
}

extension RunEncoding {
  /// The bytes of a run, without the facts about the host.
  ///
  /// Its metrics are given by name, in any order.
  init(_ run: StoredRun, metrics: [NamedMetric]) {
    let record = run.record
    bytes.reserveCapacity(4_096 + 80 * record.domains.count)
    add("rollsim run 1")
    add(run.scenario)
    add(run.identity.key)
    add(run.identity.caseName)
    add(run.identity.arm)
    add(run.identity.seed)
    add(run.identity.replication)
    add(run.engineSemantics)
    add(run.optionsJSON)
    add(record.status.rawValue)
    add(run.simulated)
    add(record.bucketLength)
    add(record.eventCount)
    add(record.eventDigest)
    add(record.drawDigest)
    add(record.outcomeDigest)
    add(record.eventCheckpoints) { $0.add($1) }
    add(metrics.sorted { $0.name < $1.name }) { $0.add($1) }
    add(record.rollouts) { $0.add($1) }
    add(record.waves) { $0.add($1) }
    add(record.marks) { $0.add($1) }
    add(record.domains) { $0.add($1) }
    add(record.clusters) { $0.add($1) }
    add(record.trace) { $0.add($1) }
  }

  /// The bytes of the facts about the host.
  init(_ host: HostFacts, of run: Digest256) {
    add("rollsim host 1")
    add(run)
    add(host.toolVersion)
    add(host.platform)
    add(host.startedUTC)
    add(host.wall)
    add(host.threads)
  }

  /// The bytes of a scenario, with all that is stored beside its canonical form.
  init(_ scenario: StoredScenario) {
    add("rollsim scenario 1")
    add(scenario.name)
    add(scenario.canonicalJSON)
    add(scenario.questionJSON)
    add(scenario.sourceText)
    add(scenario.arms) { encoding, arm in
      encoding.add(arm.arm)
      encoding.add(arm.rollout)
      encoding.add(strategy: arm)
    }
    add(scenario.metrics) { encoding, metric in
      encoding.add(metric.name)
      encoding.add(metric.unit)
      encoding.add(metric.better.rawValue)
      encoding.add(metric.meaning)
    }
  }

  /// Adds a strategy, whoever uses it.
  mutating func add(strategy: StoredScenario.ArmStrategy) {
    add(strategy.name)
    add(strategy.kind)
    add(strategy.paramsJSON)
  }

  private mutating func add(_ metric: NamedMetric) {
    add(metric.name)
    switch metric.value {
    case .finite(let value):
      bytes.append(0)
      add((value == 0 ? 0 : value).bitPattern)
    case .never: bytes.append(1)
    case .notApplicable: bytes.append(2)
    }
  }

  private mutating func add(_ outcome: RunRecord.RolloutOutcome) {
    add(outcome.planner)
    add(outcome.rollout)
    add(outcome.verdict.word)
    add(outcome.verdict.evidence) { encoding, evidence in
      encoding.add(evidence.failed)
      encoding.add(evidence.budget)
      encoding.add(evidence.stage)
      encoding.add(evidence.causes) { encoding, cause in
        encoding.add(cause.cluster)
        encoding.add(cause.cause.rawValue)
        encoding.add(UInt64(bitPattern: cause.since.sinceEpoch))
      }
    }
    add(outcome.decidedAfter) { $0.add($1) }
    add(outcome.clusters)
    add(outcome.updated)
    add(outcome.stragglers)
  }

  private mutating func add(_ wave: RunRecord.Wave) {
    add(wave.planner)
    add(wave.rollout)
    add(wave.number)
    add(wave.name)
    add(wave.startsAfter)
    add(wave.endsAfter) { $0.add($1) }
    add(wave.clusters)
    add(wave.failed)
  }

  private mutating func add(_ mark: RunRecord.Mark) {
    add(mark.after)
    add(mark.kind.rawValue)
    add(mark.planner)
    add(mark.rollout)
    add(mark.subject)
    add(mark.clusters)
  }

  private mutating func add(_ point: RunRecord.DomainPoint) {
    add(point.level)
    add(point.domain)
    add(point.clusters)
    add(point.bucket)
    add(point.updating)
    add(point.updated)
    add(point.impaired)
    add(point.unreachable)
  }

  private mutating func add(_ cluster: RunRecord.ClusterOutcome) {
    add(cluster.cluster)
    add(cluster.versions) { $0.add($1 as String) }
    add(cluster.updatedAfter) { $0.add($1) }
    add(cluster.impaired)
  }

  private mutating func add(_ event: RunRecord.TracedEvent) {
    add(event.after)
    add(event.kind)
    add(event.entity)
    add(event.detail)
  }
}
