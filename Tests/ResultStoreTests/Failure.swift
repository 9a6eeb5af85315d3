import ResultStore
import Testing

/// Failures that a test asks for.
enum Failure {
  /// Expects a failure of a kind, and that it says what to do.
  static func expect(
    _ kind: StoreError.Kind, _ location: SourceLocation = #_sourceLocation,
    _ body: () throws -> Void
  ) {
    do {
      try body()
      Issue.record("no failure, expected \(kind)", sourceLocation: location)
    } catch let error as StoreError {
      #expect(error.kind == kind, "\(error)", sourceLocation: location)
      #expect(!error.nextStep.isEmpty, sourceLocation: location)
    } catch {
      Issue.record("another failure: \(error)", sourceLocation: location)
    }
  }
}
