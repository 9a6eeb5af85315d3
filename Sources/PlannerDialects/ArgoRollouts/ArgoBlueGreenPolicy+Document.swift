import Determinism
import LocatedYAML
import RolloutStrategies

extension ArgoBlueGreenPolicy {
  /// Reads a switch.
  init(_ cursor: Cursor, _ analyses: inout ArgoAnalyses) {
    let fields = cursor.fields(ArgoRolloutSpecs.blueGreen)
    self.init(
      autoPromotionDelay: fields.seconds("autoPromotionSeconds") ?? .zero,
      previewReplicas: fields.written("previewReplicaCount")?.integer(
        in: 0...WrittenNumber.countMax),
      scaleDownDelay: fields.seconds("scaleDownDelaySeconds") ?? .seconds(30),
      abortDelay: fields.seconds("abortScaleDownDelaySeconds") ?? .seconds(30))
    if !fields["autoPromotionEnabled"].boolean() {
      gate = analyses.hook("promotion")
      fields.written("autoPromotionSeconds")?.report(
        .unused, "autoPromotionSeconds is not looked at with autoPromotionEnabled: false")
    }
    before = fields.written("prePromotionAnalysis").map {
      analyses.analysis($0, mustEnd: true)
    }
    after = fields.written("postPromotionAnalysis").map {
      analyses.analysis($0, mustEnd: true)
    }
  }
}
