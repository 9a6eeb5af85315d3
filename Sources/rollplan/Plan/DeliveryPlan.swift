import LocatedYAML
import PlannerDialects

/// What a document for one cluster does there if all goes well, as people and programs read it.
protocol DeliveryPlan: Encodable {
  /// The kind of the document.
  static var kind: String { get }
  /// The whole plan.
  var text: String { get }
}

/// Finds the plans of documents for one cluster.
enum DeliveryPlans {
  /// Reads a file; nil: it holds no such document, or what says which clusters when, too.
  ///
  /// - Returns: the plan, and what of the documents is valid but probably not meant.
  /// - Throws: every problem of its documents.
  static func read(
    _ file: String
  ) throws(DocumentProblems) -> (plan: any DeliveryPlan, warnings: [DocumentProblem])? {
    let reading = Reading()
    guard let opened = DocumentFile.open(file, with: .disk, reading) else { return nil }
    let roots = ForeignDocuments.documents(opened.roots)
    guard let plan = plan(roots) else { return nil }
    ForeignDocuments.reportUnknown(roots)
    guard reading.errorCount == 0 else { throw DocumentProblems(reading.problems) }
    return (plan, DocumentProblems.sorted(reading.problems))
  }

  private static func plan(_ roots: [Cursor]) -> (any DeliveryPlan)? {
    // A fleet planner's documents beside it say which clusters when: that is for a scenario.
    func stands(_ isOwn: (Cursor) -> Bool) -> Bool {
      roots.allSatisfy { isOwn($0) || !ForeignDocuments.isForeign($0) }
    }
    if roots.contains(where: FlaggerDocuments.isCanary), stands(FlaggerDocuments.isOwn) {
      return CanaryPlan(roots)
    }
    if roots.contains(where: ArgoRolloutDocuments.isRollout), stands(ArgoRolloutDocuments.isOwn) {
      return ArgoRolloutPlan(roots)
    }
    if roots.contains(where: DeploymentDocuments.isDeployment),
      stands(DeploymentDocuments.isDeployment)
    {
      return DeploymentPlan(roots)
    }
    return nil
  }
}
