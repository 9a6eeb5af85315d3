import LocatedYAML

/// The reading of a scenario: beside problems, it collects the names stated and used.
final class ScenarioReading: Reading {
  /// Names and other things that are checked once every document is read.
  var collected = ReferenceBook()
}

extension Reading {
  /// The book of the scenario that is being read; traps in the reading of anything else.
  var book: ReferenceBook {
    _read { yield scenario.collected }
    // In place: a book of a large fleet must not be copied for every name.
    _modify { yield &scenario.collected }
  }

  private var scenario: ScenarioReading {
    guard let scenario = self as? ScenarioReading else {
      preconditionFailure("names are collected for scenarios only")
    }
    return scenario
  }
}
