// swift-tools-version: 6.2
import PackageDescription

/// One set of rules for every target of ours.
let house: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .strictMemorySafety(),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let sqlite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let arguments = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")

func library(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: house)
}

func executable(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .executableTarget(name: name, dependencies: dependencies, swiftSettings: house)
}

/// `data` are folders that the tests read where they are.
func tests(
  _ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = [],
  data: [String] = []
) -> Target {
  .testTarget(
    name: name, dependencies: dependencies, exclude: data, resources: resources,
    swiftSettings: house)
}

/// What the tests of another planner's documents read: documents, dumps of its hub, and goldens.
let dialectData =
  ["ArgoCD", "KubeFleet", "OpenClusterManagement", "RancherFleet", "Sveltos", "TALM"]
  .flatMap { ["\($0)/Documents", "\($0)/Dumps", "\($0)/Goldens"] }
  + ["ArgoRollouts", "Deployment", "Flagger"].flatMap { ["\($0)/Documents", "\($0)/Goldens"] }

let package = Package(
  name: "rollsim",
  products: [
    .library(name: "RolloutStrategies", targets: ["RolloutStrategies"]),
    .executable(name: "rollsim", targets: ["rollsim"]),
    .executable(name: "rollplan", targets: ["rollplan"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    library("Determinism", []),
    library("RolloutStrategies", ["Determinism"]),
    library("DiscreteEvents", ["Determinism"]),
    library("FleetModel", ["Determinism", "RolloutStrategies", "DiscreteEvents"]),
    library(
      "Experiments", ["Determinism", "RolloutStrategies", "DiscreteEvents", "FleetModel"]),
    library("LocatedYAML", ["Determinism", yams]),
    library("PlannerDialects", ["Determinism", "RolloutStrategies", "LocatedYAML"]),
    library(
      "ScenarioFiles",
      [
        "Determinism", "RolloutStrategies", "DiscreteEvents", "FleetModel", "Experiments",
        "LocatedYAML", "PlannerDialects",
      ]),
    library(
      "ResultStore",
      [
        "Determinism", "RolloutStrategies", "DiscreteEvents", "FleetModel", "Experiments", grdb,
        sqlite,
      ]),
    library(
      "Reports",
      ["ResultStore", "Experiments", "FleetModel", "RolloutStrategies", "Determinism"]),
    executable(
      "rollsim",
      [
        "Determinism", "RolloutStrategies", "FleetModel", "Experiments", "ScenarioFiles",
        "LocatedYAML", "PlannerDialects", "ResultStore", "Reports", "DiscreteEvents", arguments,
      ]),
    executable(
      "rollplan",
      [
        "Determinism", "RolloutStrategies", "LocatedYAML", "PlannerDialects", "ScenarioFiles",
        arguments,
      ]),
    .target(
      name: "FuzzedReaders",
      dependencies: [
        "Determinism", "RolloutStrategies", "FleetModel", "Experiments", "LocatedYAML",
        "PlannerDialects", "ScenarioFiles",
      ],
      path: "Tests/FuzzedReaders", swiftSettings: house),
    tests("DeterminismTests", ["Determinism"]),
    tests("DiscreteEventsTests", ["DiscreteEvents", "Determinism"]),
    tests("RolloutStrategiesTests", ["RolloutStrategies", "Determinism"]),
    tests(
      "FleetModelTests", ["FleetModel", "RolloutStrategies", "DiscreteEvents", "Determinism"],
      resources: [.copy("Goldens")]),
    tests(
      "ExperimentsTests", ["Experiments", "FleetModel", "RolloutStrategies", "Determinism"]),
    tests(
      "ScenarioFilesTests",
      [
        "ScenarioFiles", "LocatedYAML", "Experiments", "FleetModel", "RolloutStrategies",
        "Determinism",
      ]),
    tests(
      "PlannerDialectsTests",
      ["PlannerDialects", "LocatedYAML", "RolloutStrategies", "Determinism"],
      data: dialectData),
    tests(
      "rollplanTests",
      ["rollplan", "PlannerDialects", "LocatedYAML", "RolloutStrategies", "Determinism"],
      data: ["Vectors"]),
    tests(
      "ResultStoreTests",
      ["ResultStore", "Experiments", "FleetModel", "RolloutStrategies", "Determinism", grdb],
      data: ["Databases"]),
    tests(
      "ReportsTests",
      ["Reports", "ResultStore", "Experiments", "FleetModel", "RolloutStrategies", "Determinism"]),
    tests("FuzzedReadersTests", ["FuzzedReaders", "LocatedYAML"], data: ["Corpus"]),
    tests("EndToEndTests", ["rollsim", "rollplan"], data: ["Goldens", "Shims"]),
    tests("HouseRulesTests", []),
  ],
  swiftLanguageModes: [.v6]
)

// Its `main` is libFuzzer's: without that it does not link. `.ci/fuzz` asks for it.
if Context.environment["ROLLSIM_FUZZER"] != nil {
  package.targets.append(
    .executableTarget(
      name: "ReaderFuzzer", dependencies: ["FuzzedReaders"], path: "Tests/ReaderFuzzer",
      swiftSettings: house + [.unsafeFlags(["-parse-as-library"])]))
}
