import Determinism
import FleetModel
import RolloutStrategies

/// Checks what can only be seen when everything is read: names that refer to nothing, and values that do not fit.
struct ScenarioCheck {
  let scenario: Scenario
  let fields: Fields
  let reading: Reading
  let isFleetSound: Bool

  func run() {}
}
