extension RunResult {
  /// The record with what the rollout caused told apart from what happened anyway.
  ///
  /// - Parameters:
  ///   - baseline: the totals of the run without any rollout, of the same case and replication.
  ///   - metrics: the table of the run's scenario.
  /// - Returns: the record with its excess metrics and a new outcome digest.
  public func record(relativeTo baseline: Baseline, metrics: MetricTable) -> RunRecord {
    var record = record
    let harm = self.baseline.harm - baseline.harm
    let down = self.baseline.unplannedDown - baseline.unplannedDown
    set("usersHarmed.excess", Double(harm) / 6e16, in: &record, metrics)
    set("downtime.excess", Double(down) / 6e7, in: &record, metrics)
    record.outcomeDigest = OutcomeDigest.of(record)
    return record
  }

  private func set(
    _ name: String, _ value: Double, in record: inout RunRecord, _ metrics: MetricTable
  ) {
    guard let index = metrics.index(of: name) else {
      preconditionFailure("the table lacks \(name)")
    }
    record.metrics[index] = .finite(value)
  }
}
