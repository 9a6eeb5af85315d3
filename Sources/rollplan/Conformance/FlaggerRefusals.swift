import LocatedYAML
import RolloutStrategies

/// Runs the vectors about documents that Flagger refuses, each of which its source describes in
/// words.
enum FlaggerRefusals {
  private static let cases:
    [(words: [String], edit: @Sendable (inout FlaggerRefusal.References) -> Void)] = [
      (["upstream", "different namespace"], { $0.upstream = "other" }),
      (["metric", "template", "different namespace"], { $0.templates = ["default", "other"] }),
      (["alert", "different namespace"], { $0.alertProviders = ["other"] }),
      (["knative provider", "non-knative service"], { $0.isKnativeProvider = true }),
      (["knative service", "non-knative provider"], { $0.isKnativeTarget = true }),
      (
        ["session affinity", "same cookie"],
        {
          $0.canaryCookie = "cookie"
          $0.primaryCookie = "cookie"
        }
      ),
    ]

  static func got(_ input: Cursor) throws(VectorProblem) -> Got {
    let text = input.text("case") ?? ""
    let found = cases.first { $0.words.allSatisfy(text.lowercased().contains) }
    guard let found else {
      throw VectorProblem(message: "what \(quoted(text)) means is not known")
    }
    var references = FlaggerRefusal.References(namespace: "default")
    found.edit(&references)
    let refusal = FlaggerRefusal.first(
      for: references, staysInNamespace: input.boolean("noCrossNamespaceRefs"))
    return ["rejected": .boolean(refusal != nil)]
  }
}
