import Determinism
import Experiments
import FleetModel
import ResultStore

/// The commands that show more of what was compared.
struct NextSteps {
  let report: ComparisonReport

  private var study: ComparisonStudy { report.study }

  func lines() -> [String] {
    guard let origin = study.origin else { return [] }
    let database = Escaping.shell(origin.database)
    var lines: [String] = []
    if let run = typicalRun() {
      let name = "\(Escaping.shell("\(run.arm)/\(run.replication)")) --case "
      lines.append(
        "One run in detail: rollsim show \(database) --run \(name)\(Escaping.shell(run.place))")
    }
    if report.detail == .essential {
      lines.append("All metrics:       rollsim compare \(database) --all")
    }
    return lines.map(Escaping.terminal)
  }

  /// A run in the middle of those of the winner, or the last arm, where the primary metric differs.
  private func typicalRun() -> (arm: String, place: String, replication: Int)? {
    guard let primary = report.shown.first, let last = study.arms.last else { return nil }
    let arm = report.decision?.winner?.arm.name ?? last
    let number = (study.arms.firstIndex(of: arm) ?? 1) - 1
    let differing = study.cases.indices.first { index in
      guard number >= 0 else { return false }
      let verdict = primary.candidates[number].cases[index].verdict
      return verdict != .identical && verdict != .notEstimable(.noPairs)
    }
    guard let place = differing.map({ study.cases[$0].name }) ?? study.cases.first?.name,
      let table = study.table(place, arm)
    else { return nil }
    let values = table.values[primary.position].map(\.extended)
    let told = values.compactMap { $0 }.sorted()
    guard !told.isEmpty else { return nil }
    let median = told[(told.count - 1) / 2]
    return values.firstIndex(of: median).map { (arm, place, table.replications[$0]) }
  }
}
