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
let arguments = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")

func library(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: house)
}

func executable(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .executableTarget(name: name, dependencies: dependencies, swiftSettings: house)
}

func tests(
  _ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []
) -> Target {
  .testTarget(
    name: name, dependencies: dependencies, resources: resources, swiftSettings: house)
}

let package = Package(
  name: "rollsim",
  dependencies: [
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    library("Determinism", []),
    library("RolloutStrategies", ["Determinism"]),
    library("DiscreteEvents", ["Determinism"]),
    library("FleetModel", ["Determinism", "RolloutStrategies", "DiscreteEvents"]),
    library(
      "Experiments", ["Determinism", "RolloutStrategies", "DiscreteEvents", "FleetModel"]),
    library(
      "ScenarioFiles",
      ["Determinism", "RolloutStrategies", "DiscreteEvents", "FleetModel", "Experiments", yams]),
    tests("ScenarioFilesTests", ["ScenarioFiles", "Experiments", "FleetModel", "RolloutStrategies", "Determinism"]),
  ],
  swiftLanguageModes: [.v6]
)
