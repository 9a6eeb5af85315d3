/// Why the controller refuses a `Canary` before it looks at anything else.
///
/// - Source: Flagger v1.44, `verifyCanary`.
public enum FlaggerRefusal: String, Codable, Sendable, CaseIterable {
  /// The Gloo upstream lies in another namespace.
  case foreignUpstream
  /// A metric template lies in another namespace.
  case foreignTemplate
  /// An alert provider lies in another namespace.
  case foreignAlertProvider
  /// The target is a Knative service, and the provider is another.
  case knativeTargetOnly
  /// The provider is Knative, and the target is no Knative service.
  case knativeProviderOnly
  /// Both cookies of the session affinity have one name.
  case equalCookies

  /// What a document refers to, as far as a refusal depends on it.
  public struct References: Hashable, Sendable {
    /// The document's own namespace.
    public var namespace: String
    /// The namespace of the Gloo upstream; nil: there is none, or it is in the document's.
    public var upstream: String?
    /// The namespaces of metric templates.
    public var templates: [String]
    /// The namespaces of alert providers.
    public var alertProviders: [String]
    /// Whether the target is a Knative service.
    public var isKnativeTarget: Bool
    /// Whether the provider is Knative.
    public var isKnativeProvider: Bool
    /// The name of the cookie that keeps a session on the canary; nil: none is asked for.
    public var canaryCookie: String?
    /// The same for the primary.
    public var primaryCookie: String?

    /// Refers to nothing outside the document's namespace.
    public init(namespace: String) {
      self.namespace = namespace
      templates = []
      alertProviders = []
      isKnativeTarget = false
      isKnativeProvider = false
    }
  }

  /// The first reason to refuse a document; nil: there is none.
  ///
  /// - Parameters:
  ///   - references: what the document refers to.
  ///   - staysInNamespace: whether the controller lets nothing be referred to across namespaces.
  /// - Returns: the reason.
  public static func first(
    for references: References, staysInNamespace: Bool
  ) -> FlaggerRefusal? {
    let own = references.namespace
    if staysInNamespace {
      if references.upstream.map({ $0 != own }) ?? false { return .foreignUpstream }
      if references.templates.contains(where: { $0 != own }) { return .foreignTemplate }
      if references.alertProviders.contains(where: { $0 != own }) { return .foreignAlertProvider }
    }
    if references.isKnativeTarget, !references.isKnativeProvider { return .knativeTargetOnly }
    if references.isKnativeProvider, !references.isKnativeTarget { return .knativeProviderOnly }
    let hasEqualCookies =
      references.canaryCookie != nil && references.canaryCookie == references.primaryCookie
    return hasEqualCookies ? .equalCookies : nil
  }
}
