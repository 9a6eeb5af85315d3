public import Determinism

/// What an Argo `Rollout` does in one cluster if all goes well, look by look.
///
/// From the look that first sees a new revision: pods are ready as soon as they are asked for,
/// metrics answer what passes if anything does, and whoever is asked agrees at once.
///
/// - Source: the looks of ``ArgoRollout``; nothing is decided here.
public struct ArgoRolloutForecast: Codable, Hashable, Sendable {
  /// How a look leaves the rollout.
  public struct Look: Codable, Hashable, Sendable {
    /// How long after the first look.
    public var at: Microseconds
    /// The step it is at, from 0; the number of steps: past the last.
    public var step: Int
    /// Pods the canary is to have.
    public var canary: Int
    /// Pods the stable copy is to have.
    public var stable: Int
    /// What the router sends to the canary; nil: traffic goes wherever pods are.
    public var weight: Ratio?
    /// Whether it is paused.
    public var isPaused: Bool
    /// Whether the new revision is the stable one.
    public var isPromoted: Bool
  }

  /// What comes of it.
  public enum End: String, Codable, Sendable {
    /// The revision becomes the stable one.
    case promoted
    /// It is given up although all goes well: an analysis of the document cannot succeed.
    case aborted
    /// From some look on nothing changes, for ever.
    case stays
    /// It goes on after the last look that is shown.
    case goesOn
  }

  /// The looks that change something, in their order.
  public private(set) var looks: [Look] = []
  /// What comes of it.
  public private(set) var end = End.goesOn

  /// Looks that are worked out; an analysis may measure thousands of times.
  private static let looksMax = 10_000
  /// How far ahead they are: a thousand years.
  private static let horizon = Microseconds.hours(8_766_000)

  /// Plays a policy.
  ///
  /// - Parameters:
  ///   - policy: what the document says.
  ///   - replicas: pods of the service.
  ///   - minReady: how long pods must have been ready to be available.
  public init(_ policy: ArgoRolloutPolicy, replicas: Int, minReady: Microseconds = .zero) {
    let start = Instant(sinceEpoch: 0)
    var rollout = ArgoRollout(policy: policy, running: 1, at: start)
    var view = DeliveryView(
      now: start, revision: 2, replicas: replicas, stable: PodCounts(wanted: replicas),
      canary: PodCounts(wanted: 0), metrics: policy.goodAnswers,
      hooks: policy.hookBindings.map { _ in true })
    var readyAt = Instant.never
    for _ in 0..<Self.looksMax {
      let wish = rollout.look(policy, view)
      let look = Look(at: view.now - start, rollout, wish)
      if !look.isLike(looks.last) { looks.append(look) }
      guard wish.promotion == .none, rollout.failure == nil else {
        end = rollout.failure == nil ? .promoted : .aborted
        return
      }
      if wish.canary > view.canary.wanted || wish.stable > view.stable.wanted {
        readyAt = view.now + minReady
      }
      view.take(wish)
      view.now = min(wish.looksAt, readyAt)
      guard view.now != .never else {
        end = .stays
        return
      }
      guard view.now - start <= Self.horizon else { return }
      guard readyAt <= view.now else { continue }
      view.stable = PodCounts(wanted: wish.stable, progressedAt: readyAt)
      view.canary = PodCounts(wanted: wish.canary, progressedAt: readyAt)
      readyAt = .never
    }
  }
}

extension ArgoRolloutForecast.Look {
  fileprivate init(at: Microseconds, _ rollout: ArgoRollout, _ wish: DeliveryWish) {
    self.at = at
    step = rollout.step
    canary = wish.canary
    stable = wish.stable
    weight = wish.weight
    isPaused = rollout.pausedAt != nil
    isPromoted = rollout.stable == rollout.current
  }

  /// Whether nothing that is shown has changed since an earlier look.
  fileprivate func isLike(_ other: Self?) -> Bool {
    var other = other
    other?.at = at
    return self == other
  }
}

extension ArgoRolloutPolicy {
  /// Every analysis, in the order in which they come.
  var analyses: [ArgoAnalysis] {
    switch strategy {
    case .blueGreen(let blueGreen): [blueGreen.before, blueGreen.after].compactMap(\.self)
    case .canary(let canary):
      canary.steps.compactMap { step in
        if case .analysis(let analysis) = step { analysis } else { nil }
      } + [canary.background].compactMap(\.self)
    }
  }

  /// Answers by which every metric passes that can; none where none does.
  fileprivate var goodAnswers: [MetricAnswer] {
    metricBindings.indices.map { index in
      let metrics = analyses.flatMap(\.metrics).filter { $0.asks(index) }
      let answers = metrics.flatMap(\.candidates)
      let good = answers.first { answer in
        metrics.allSatisfy { $0.phase(of: answer) == .successful }
      }
      return good ?? .noData
    }
  }
}

extension AnalysisMetric {
  fileprivate func asks(_ index: Int) -> Bool {
    if case .metric(index, _, _) = origin { true } else { false }
  }

  /// Answers around every number that it is compared with.
  fileprivate var candidates: [MetricAnswer] {
    guard case .metric(_, let success, let failure) = origin else { return [] }
    let bounds = [success, failure].compactMap { $0 }.flatMap(\.bounds)
    let near = bounds.flatMap { bound in
      [-1, 0, 1].map { Measure(millionths: bound.millionths + $0) }
    }
    return [.value(Measure(0))] + near.map { .value($0) } + [.noData]
  }
}
