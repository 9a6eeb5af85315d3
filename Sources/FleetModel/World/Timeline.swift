import Determinism
import RolloutStrategies

/// The failures of one domain instance, or one outage: known ahead, the same for all of its
/// clusters.
struct Timeline {
  /// What it is called on a run's chart; empty: it is not shown.
  var name: String
  var effect: EnvironmentPlan.Effect
  /// When it holds: ascending, apart, cut at the end of the run.
  var spans: [(from: Instant, to: Instant)]
}

/// Everything that happens to the fleet by chance or by plan, whatever is rolled out.
struct Weather {
  private(set) var timelines: [Timeline] = []
  /// Where a dimension's domains find their timelines: the timeline of value v is `first + v`.
  private(set) var byDimension: [(rule: Int, dimension: Int, first: Int)] = []
  /// Outages and the clusters they take.
  private(set) var byTest: [(rule: Int, test: ClusterTest, timeline: Int)] = []
  /// Failures that each cluster has on its own.
  private(set) var ofClusters: [(rule: Int, process: Alternation, effect: EnvironmentPlan.Effect)] =
    []

  /// Draws the timelines of all domain instances and lays down the outages.
  init(_ world: World, random: RandomStream, digest: inout SummedDigest) {
    let environment = world.scenario.environment
    for (rule, failures) in environment.failures.enumerated() {
      if failures.level == "cluster" {
        ofClusters.append((rule, Alternation(failures, rule: UInt32(rule)), failures.effect))
      } else if let dimension = world.fleet.dimensions.firstIndex(where: {
        $0.name == failures.level
      }) {
        byDimension.append((rule, dimension, timelines.count))
        for value in world.fleet.dimensions[dimension].values {
          let key = EntityKey.hash(of: failures.level + "/" + value)
          timelines.append(
            Timeline(
              name: value, effect: failures.effect,
              spans: Self.spans(
                Alternation(failures, rule: UInt32(rule)), key: key, world, random: random,
                digest: &digest)))
        }
      }
    }
    for (index, outage) in environment.outages.enumerated() {
      byTest.append(
        (
          environment.failures.count + index, world.fleet.resolve(outage.clusters),
          timelines.count
        ))
      let from = world.startAt + outage.span.after
      timelines.append(
        Timeline(
          name: outage.name, effect: outage.effect,
          spans: from < world.endAt ? [(from, from + outage.span.duration)] : []))
    }
  }

  /// The same with processes of its own, for a lane that draws at the same time as others.
  var unshared: Weather {
    var own = self
    own.ofClusters = ofClusters.map { ($0.rule, $0.process.unshared, $0.effect) }
    return own
  }

  /// The timeline by which a rule concerns a cluster; nil: the cluster has its own.
  ///
  /// Events name the rule, because timelines are numbered in the order in which the fleet lists
  /// domains.
  func timeline(_ rule: Int, of cluster: ClusterID, in fleet: Fleet) -> Int? {
    if let outage = byTest.first(where: { $0.rule == rule }) { return outage.timeline }
    guard let level = byDimension.first(where: { $0.rule == rule }) else { return nil }
    return level.first + Int(fleet.dimensions[level.dimension].valueOf[cluster])
  }

  private static func spans(
    _ process: Alternation, key: UInt64, _ world: World, random: RandomStream,
    digest: inout SummedDigest
  ) -> [(from: Instant, to: Instant)] {
    var spans: [(from: Instant, to: Instant)] = []
    var (isUp, until) = process.begin(
      of: key, at: world.startAt, random: random, digest: &digest)
    var transitions = Alternation.begun
    if !isUp { spans.append((world.startAt, until)) }
    while until < world.endAt {
      let now = until
      isUp.toggle()
      until = process.next(
        &transitions, of: key, isUp: isUp, after: now, random: random, digest: &digest)
      if !isUp { spans.append((now, until)) }
    }
    return spans
  }
}

/// A renewal process that alternates between two states, begun in its stationary state.
///
/// An object, so that a draw counts references to one thing, and not to the parts of both
/// distributions. Lanes that draw at the same time need one each.
final class Alternation: Sendable {
  let up: Distribution
  let down: Distribution
  let purpose: RandomPurpose
  /// Tells several processes of one entity apart.
  let rule: UInt32
  let upMean: UInt64
  let downMean: UInt64

  /// Transitions that a process which has begun has behind it.
  static let begun: UInt32 = 2

  init(up: Distribution, down: Distribution, purpose: RandomPurpose, rule: UInt32 = 0) {
    self.up = up.unshared
    self.down = down.unshared
    self.purpose = purpose
    self.rule = rule
    upMean = UInt64(up.mean.count)
    downMean = UInt64(down.mean.count)
  }

  /// The same process in memory of its own.
  var unshared: Alternation { Alternation(up: up, down: down, purpose: purpose, rule: rule) }

  convenience init(_ failures: EnvironmentPlan.Failures, rule: UInt32) {
    self.init(up: failures.between, down: failures.repair, purpose: .domain, rule: rule)
  }

  /// The state of an entity at the beginning, and until when it holds.
  func begin(
    of key: UInt64, at now: Instant, random: RandomStream, digest: inout SummedDigest
  ) -> (isUp: Bool, until: Instant) {
    let words = digest.draw(random, key, purpose, ordinal(0))
    let isUp = words.below(max(1, upMean + downMean)) < upMean
    let residual = digest.draw(random, key, purpose, ordinal(1))
    let length = isUp ? up.residual(residual) : down.residual(residual)
    return (isUp, now + max(length, Microseconds(1)))
  }

  /// Until when the state that an entity enters now holds.
  ///
  /// `transitions` is how often the entity has changed so far; it is counted on.
  @inline(__always)
  func next(
    _ transitions: inout UInt32, of key: UInt64, isUp: Bool, after now: Instant,
    random: RandomStream, digest: inout SummedDigest
  ) -> Instant {
    let words = digest.draw(random, key, purpose, ordinal(transitions))
    transitions += 1
    let length = isUp ? up.sample(words) : down.sample(words)
    return now + max(length, Microseconds(1))
  }

  private func ordinal(_ transitions: UInt32) -> UInt32 {
    precondition(transitions < 1 << 24, "\(transitions) transitions of one process")
    return rule << 24 | transitions
  }
}

extension SummedDigest {
  /// Draws and takes the draw into the digest.
  @inline(__always)
  mutating func draw(
    _ random: RandomStream, _ key: UInt64, _ purpose: RandomPurpose, _ ordinal: UInt32
  ) -> RandomWords {
    let words = random.words(entity: key, purpose, ordinal)
    add(entity: key, purpose, ordinal, value: words.first)
    return words
  }
}
