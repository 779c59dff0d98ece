/// One file that a model wants in a hub's identity folder.
struct DeliveredFile: Hashable, Sendable {
  enum Content: Hashable, Sendable {
    /// The private key, PKCS#8 PEM. Absent from the transfer when the hub made its own.
    case privateKey
    /// The leaf certificate, PEM.
    case certificate
    /// The leaf, then the issuing CA, PEM.
    case certificateChain
    /// The roots that the hub trusts when it connects to AWS IoT, PEM.
    case trustRoots
    /// Text with `{{thingName}}`, `{{dataEndpoint}}`, `{{credentialEndpoint}}`, `{{roleAlias}}`, `{{region}}`,
    /// `{{serial}}`, `{{model}}`, `{{hubId}}`.
    case template(String)
  }

  /// Relative to the identity folder.
  var path: String
  var mode: UInt16
  var owner: String?
  var content: Content
}
