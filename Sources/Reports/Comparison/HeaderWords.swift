import Determinism
import ResultStore

/// Says what was run and where its results are.
struct HeaderWords {
  let study: ComparisonStudy

  func lines() -> [String] {
    let hash = String(study.scenarioHash.hex.prefix(12))
    let fleet = study.origin?.clusters.map { ", \(Quantities.count($0, "cluster"))" } ?? ""
    let seed = study.origin.map { ", seed \($0.seed)" } ?? ""
    var lines = ["\(study.scenarioName) (scenario \(hash))\(fleet): \(size)\(seed)"]
    if let origin = study.origin { lines.append(stored(origin)) }
    if study.otherRuns > 0 {
      lines.append(
        "not compared: \(Quantities.count(study.otherRuns, "run")) of earlier versions of it")
    }
    return lines.map(Escaping.terminal)
  }

  /// Cases, arms and runs.
  private var size: String {
    let runs = study.cases.flatMap { studied in
      study.arms.map { study.table(studied.name, $0)?.replications.count ?? 0 }
    }
    let (least, most) = (runs.min() ?? 0, runs.max() ?? 0)
    let each =
      least == most
      ? Quantities.count(most, "run")
      : "\(Quantities.count(least)) to \(Quantities.count(most, "run"))"
    let cases = Quantities.count(study.cases.count, "case")
    return "\(cases) x \(Quantities.count(study.arms.count, "arm")) x \(each)"
  }

  private func stored(_ origin: ComparisonStudy.Origin) -> String {
    let runs = study.samples.reduce(0) { $0 + $1.replications.count }
    let without = study.samples.filter { $0.arm == nil }
      .reduce(0) { $0 + $1.replications.count }
    let new = origin.newRuns.map {
      ": \(Quantities.count($0)) new, \(Quantities.count(runs - $0)) from before"
    }
    return "\(Quantities.count(runs, "run")) in \(origin.database)\(new ?? "")"
      + (without > 0 ? "; \(Quantities.count(without)) of them without a rollout" : "")
  }
}
