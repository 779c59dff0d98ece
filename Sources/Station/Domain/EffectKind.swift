/// The word for what one outbox entry does in the cloud (`Effect` has the rest).
enum EffectKind: String, Codable, CaseIterable, Sendable {
  case registerCertificate = "register-certificate"
  case createThing = "create-thing"
  case attachPrincipal = "attach-principal"
  case attachPolicy = "attach-policy"
  case joinThingGroup = "join-thing-group"
  case activateCertificate = "activate-certificate"
  case removeCertificate = "remove-certificate"
  case provisionHub = "provision-hub"
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
