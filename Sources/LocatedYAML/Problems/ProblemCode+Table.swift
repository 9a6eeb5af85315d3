extension ProblemCode {
  /// Title and help of every code; the documentation is made from it.
  package static let table: [ProblemCode: (title: String, help: String)] = [
    .fileUnreadable: (
      "the file cannot be read", "check the path and the permissions"
    ),
    .notRegularFile: (
      "the path is not a regular file", "give the path of a YAML file"
    ),
    .fileTooLarge: (
      "the file is larger than 16 MiB", "generate clusters with `generate` instead of listing them"
    ),
    .badText: (
      "the text is not clean UTF-8",
      "save the file as UTF-8 without a byte order mark or control characters"
    ),
    .yamlSyntax: (
      "the text is not YAML", "check indentation, quotes and brackets at this place"
    ),
    .duplicateKey: (
      "a key stands twice in one map", "keep one of the two"
    ),
    .aliasRefused: (
      "anchors, aliases and merge keys are refused",
      "write the value out; put text that begins with & or * in quotes"
    ),
    .tagRefused: (
      "YAML tags are refused", "leave the tag away; put text that begins with ! in quotes"
    ),
    .tooDeep: (
      "values are nested deeper than 64 levels", "no document needs more than a dozen levels"
    ),
    .tooManyValues: (
      "a file holds more than a million values",
      "generate clusters with `generate` instead of listing them"
    ),
    .pathRefused: (
      "a path leaves the folder of the scenario",
      "write a path relative to this file, inside the folder of the scenario file"
    ),
    .unknownField: (
      "a field is not known here", "remove the field or correct its name"
    ),
    .missingField: (
      "a required field is missing", "add the field"
    ),
    .missingValue: (
      "a field has no value", "give a value or remove the field"
    ),
    .wrongShape: (
      "a map, list or single value stands where another is expected",
      "write the value in the expected form"
    ),
    .notExactlyOne: (
      "not exactly one of several fields is given", "keep exactly one of them"
    ),
    .emptyList: (
      "a list is empty that must not be", "add an item"
    ),
    .unsupportedVersion: (
      "the apiVersion is not supported", "write apiVersion: rollsim.dev/v1alpha1"
    ),
    .unsupportedKind: (
      "the kind is not supported", "write kind: Scenario, Fleet or Strategy"
    ),
    .wrongDocuments: (
      "a file does not hold the documents it should",
      "a scenario file holds one Scenario; a file named by a path holds one document of its kind"
    ),
    .badName: (
      "a name is not valid",
      "use lower-case letters, digits, - and . (63 at most); letters or digits at both ends"
    ),
    .badLabel: (
      "a label's key or value is not valid",
      "use letters, digits, -, _ and . (63 at most), beginning and ending in a letter or digit"
    ),
    .badInteger: (
      "a whole number is not valid", "write decimal digits only, as in 1500"
    ),
    .badDecimal: (
      "a number is not valid", "write decimal digits with at most one point, as in 0.6"
    ),
    .badDuration: (
      "a duration is not valid", "write whole numbers with d, h, m, s or ms, as in 1h30m or 250ms"
    ),
    .badShare: (
      "a share is not valid", "write a percentage such as 4% or 0.25%, or a fraction such as 1/1000"
    ),
    .badAmount: (
      "an amount is not valid", "write a whole number such as 5 or a percentage such as 10%"
    ),
    .badInstant: (
      "an instant is not valid", "write date, time and offset, as in 2026-03-02T09:00:00-08:00"
    ),
    .badLocalTime: (
      "a local time is not valid",
      "write a time of day as \"01:00\" and a date with time as \"2026-12-20T00:00\""
    ),
    .badBoolean: (
      "a truth value is not valid", "write true or false"
    ),
    .badChoice: (
      "a value is none of those allowed", "write one of the allowed values"
    ),
    .badExpectation: (
      "an expectation cannot be read",
      "write: in case CASE: METRIC of ARM < 50% of ARM (or <=, >, >=, without a percentage)"
    ),
    .outOfRange: (
      "a value is out of range", "write a value inside the range"
    ),
    .sharesDoNotSum: (
      "shares do not have the sum they must have", "change the shares"
    ),
    .reservedLabel: (
      "a label's key is reserved", "choose another key"
    ),
    .duplicateName: (
      "two things of one kind have the same name", "give each its own name"
    ),
    .unknownName: (
      "a name refers to nothing", "correct the name or add what it refers to"
    ),
    .unknownMetric: (
      "there is no such metric", "write the name of a metric as the reports show it"
    ),
    .unknownLabel: (
      "no cluster has such a label", "write a key that the fleet's clusters have"
    ),
    .unknownLabelValue: (
      "no cluster has that value of a label", "write a value that the fleet's clusters have"
    ),
    .unknownTimeZone: (
      "there is no such time zone", "write an IANA name such as America/Chicago or UTC"
    ),
    .selectsNothing: (
      "a selector chooses no cluster", "loosen the selector"
    ),
    .cycle: (
      "things depend on themselves", "remove one of the dependencies"
    ),
    .plannersOverlap: (
      "a cluster may belong to two planners",
      "let the planners select different values of one common label"
    ),
    .serviceRolledOutTwice: (
      "two rollouts change one service", "keep one rollout for each service"
    ),
    .nothingChanges: (
      "a rollout changes nothing", "roll out a version that the service does not run already"
    ),
    .missingStrategy: (
      "an arm lacks a strategy for a rollout", "add a strategy for it under the arm's strategies"
    ),
    .beyondHorizon: (
      "something happens only after the end of the simulation",
      "let it happen earlier or extend the horizon"
    ),
    .podsDoNotFit: (
      "a class of clusters has no room for its pods",
      "raise nodeLimit, podsPerNode or podLimit, or lower replicas or otherPods"
    ),
    .incompleteDomains: (
      "a cluster's domains are not those of the fleet's levels",
      "give one domain for every level of the fleet"
    ),
    .hierarchyMismatch: (
      "a generated hierarchy is not that of the fleet's levels",
      "list exactly the fleet's levels, outermost first, with counts that do not fall"
    ),
    .neverRuns: (
      "no cluster ever runs the version", "write a version that is rolled out or runs initially"
    ),
    .noDirection: (
      "neither direction of the metric is better", "decide by a metric that has a better direction"
    ),
    .nothingStands: (
      "a delivery asks what only a real cluster can answer, and nothing stands for that",
      "say under bindings what the metric or webhook answers in the simulation"
    ),
    .shareNotShown: (
      "a share of demand cannot be shown by the clusters that there are",
      "let routing between clusters or parts of a cluster bring it about"
    ),
    .backupUnfit: (
      "backup clusters cannot take the place of live ones",
      "pair each live cluster with backups that have no users and capacity for those of it"
    ),
    .placementUnfit: (
      "a service cannot be placed over clusters as it is written",
      "place one service, with a rolling update, where enough domains can take it"
    ),
    .cannotGoBack: (
      "a strategy cannot go back because another rollout does",
      "use onRollback: ignore, or another strategy of ours than blueGreen"
    ),
    .cannotHurry: (
      "a strategy cannot have limits of its own in an emergency",
      "use one of ours that goes by clusters, with a stage for all that are left; or no emergency"
    ),
    .nearestShare: (
      "a share of demand comes out as another one",
      "state a share that pods or weights can show"
    ),
    .foreignField: (
      "a field of another system's document is not known here",
      "check its spelling; if it is newer than the version that was read, it changes nothing here"
    ),
    .neverFinishes: (
      "a rollout as it is written can never finish",
      "change the field, or run it to see where it stays"
    ),
    .statedElsewhere: (
      "something that another system's document asks for is stated elsewhere here",
      "state it in the scenario's rollout"
    ),
    .nothingToCompare: (
      "a step of a canary leaves no cluster to compare with, and is not looked at",
      "end with a smaller step, or judge by an analysis that compares with nothing"
    ),
    .unused: (
      "something is defined but not used", "use it or remove it"
    ),
  ]
}
