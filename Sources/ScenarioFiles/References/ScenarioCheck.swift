import Determinism
import FleetModel
import LocatedYAML
import RolloutStrategies

/// Checks what can only be seen when everything is read: names that refer to nothing, and values
/// that do not fit.
struct ScenarioCheck {
  let scenario: Scenario
  let fields: Fields
  let reading: Reading
  let isFleetSound: Bool

  func run() {
    let names = NameCheck(reading: reading)
    names.checkDuplicates()
    // Of a list that is missing or no list, every name would be reported again.
    names.checkReferences(except: unreadable)
    names.checkCycles()
    names.warnOfUnusedGuards()
    checkRollouts()
    checkFollowers()
    checkEmergencies()
    checkCarriers()
    checkTimes()
    guard isFleetSound else { return }
    let labels = LabelCheck(fleet: scenario.fleet, reading: reading)
    labels.run()
    if let planners = fields.written("planners") {
      labels.check(scenario.planners, at: planners.items())
    }
    FleetCheck(scenario: scenario, fields: fields, reading: reading).run()
  }

  /// Kinds of names whose list could not be read.
  private var unreadable: [ReferenceBook.Kind] {
    let lists: [(ReferenceBook.Kind, String)] = [
      (.service, "services"), (.rollout, "rollouts"), (.guard, "guards"), (.case, "cases"),
      (.arm, "arms"),
    ]
    let kinds = lists.filter { kind, list in
      let content = fields[list].value?.content
      if case .list(let items) = content { return items.isEmpty && kind != .guard }
      return kind != .case || content != nil
    }.map(\.0)
    let isDefault = fields.written("cases") == nil
    if isDefault { noteDefaultCase() }
    return kinds + (isFleetSound ? [] : [.class])
  }

  private func noteDefaultCase() {
    guard let origin = fields.map.origin else { return }
    reading.book.define(.case, "good", scope: "", at: origin)
  }

  private func checkRollouts() {
    let items = fields["rollouts"].items()
    for (index, rollout) in scenario.rollouts.enumerated() where !rollout.service.isEmpty {
      let rolloutFields = items[index].fields(.rollout)
      let earlier = scenario.rollouts[..<index].first { $0.service == rollout.service }
      if let earlier {
        rolloutFields["service"].report(
          .serviceRolledOutTwice,
          "the rollout \(quoted(earlier.name)) changes \(quoted(rollout.service)) already")
      }
      let service = scenario.services.first { $0.name == rollout.service }
      if let service, service.version == rollout.to, !rollout.to.isEmpty {
        rolloutFields["to"].report(
          .nothingChanges,
          "the service \(quoted(service.name)) runs \(quoted(rollout.to)) already")
      }
    }
  }

  /// Reports strategies that are to go back with another rollout and cannot.
  private func checkFollowers() {
    let followers = scenario.rollouts.filter { rollout in
      rollout.trigger?.sources.contains { $0.onRollback == .rollBack } ?? false
    }.map(\.name)
    guard !followers.isEmpty else { return }
    for (arm, cursor) in zip(scenario.arms, fields["arms"].items()) {
      for assignment in arm.strategies
      where followers.contains(assignment.rollout) && !assignment.policy.canGoBackWithOthers {
        let place = cursor.entry("strategies")?.entry(assignment.rollout) ?? cursor
        place.report(
          .cannotGoBack,
          "\(quoted(assignment.rollout)) is to go back with another rollout, and "
            + "\(assignment.policy.kind) does not")
      }
    }
  }

  /// Reports strategies that know no other limits in an emergency.
  private func checkEmergencies() {
    for (arm, cursor) in zip(scenario.arms, fields["arms"].items()) {
      for assignment in arm.strategies where !assignment.policy.canHurry {
        let rollout = scenario.rollouts.first { $0.name == assignment.rollout }
        guard assignment.emergency != nil || rollout?.emergency != nil else { continue }
        let place = cursor.entry("strategies")?.entry(assignment.rollout) ?? cursor
        place.report(
          .cannotHurry,
          "\(quoted(assignment.rollout)) has limits for an emergency, and this"
            + " \(assignment.policy.kind) knows no others than its own")
      }
    }
  }

  /// Reports defects of versions that no cluster ever runs.
  private func checkCarriers() {
    for (name, version, origin) in reading.book.carriers where !version.isEmpty {
      guard let service = scenario.services.first(where: { $0.name == name }) else { continue }
      // A rollout of a service that is not known may have been meant for this one.
      let known = scenario.services.map(\.name)
      let rollouts = scenario.rollouts.filter {
        $0.service == name || !known.contains($0.service)
      }
      let targets = rollouts.map(\.to)
      let versions = targets + [service.version] + service.initial.map(\.version)
      guard !versions.contains(version) else { continue }
      reading.report(
        .neverRuns, at: origin,
        "no cluster ever runs version \(quoted(version)) of \(quoted(name))",
        help: Suggestions.text(for: version, among: versions))
    }
  }

  /// Reports what happens only after the end, and an end that clocks cannot show.
  private func checkTimes() {
    let horizon = scenario.horizon
    guard horizon > Microseconds(1) else { return }
    for (what, after, origin) in reading.book.moments where after >= horizon {
      reading.report(
        .beyondHorizon, at: origin,
        "\(what) \(quoted(origin.scalar)) after the start, when the simulation has ended",
        help: "write a duration below the horizon \(fields["horizon"].value?.scalar ?? "")")
    }
    let (end, overflows) = scenario.startAt.sinceEpoch.addingReportingOverflow(horizon.count)
    // Event keys hold 52 bits of microseconds.
    if overflows || end >= 1 << 52 {
      fields["startAt"].report(
        .outOfRange, "the simulation ends after the year 2111",
        help: "begin earlier or shorten the horizon")
    }
  }
}

extension Origin {
  /// The line's word at the place, for messages.
  fileprivate var scalar: String {
    let line = source.excerpt(at: mark) ?? ""
    let rest = line.unicodeScalars.dropFirst(mark.column - 1)
    return String(String.UnicodeScalarView(rest.prefix { !" ,}]".unicodeScalars.contains($0) }))
  }
}
