/// What one outbox entry does in the cloud.
enum EffectKind: String, Codable, CaseIterable, Sendable {
  case registerCertificate = "register-certificate"
  case createThing = "create-thing"
  case attachPrincipal = "attach-principal"
  case attachPolicy = "attach-policy"
  case joinThingGroup = "join-thing-group"
  /// Of a certificate that AWS issued: it was made INACTIVE, and works from here on.
  case activateCertificate = "activate-certificate"
  /// Takes a certificate away that AWS issued and that no hub may use any more.
  case removeCertificate = "remove-certificate"
  case provisionHub = "provision-hub"
  /// GET status compared: serial, model, Thing name and status.
  case confirmHub = "confirm-hub"

  /// Entries of one lane share credentials, and stop together when these are refused.
  var lane: Lane {
    switch self {
    case .registerCertificate, .createThing, .attachPrincipal, .attachPolicy, .joinThingGroup,
      .activateCertificate, .removeCertificate:
      .aws
    case .provisionHub, .confirmHub: .vendor
    }
  }
}

/// One way to the cloud with credentials of its own.
enum Lane: String, Codable, CaseIterable, Sendable {
  case aws
  case vendor
}
