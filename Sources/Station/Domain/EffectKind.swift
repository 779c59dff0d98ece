/// The word for what one outbox entry does in the cloud (`Effect` has the rest).
enum EffectKind: String, Codable, CaseIterable, Sendable {
  case registerCertificate = "register-certificate"
  case createThing = "create-thing"
  case attachPrincipal = "attach-principal"
  case attachPolicy = "attach-policy"
  case joinThingGroup = "join-thing-group"
  case activateCertificate = "activate-certificate"
  case removeCertificate = "remove-certificate"
  case revokeCertificate = "revoke-certificate"
  case replaceThing = "replace-thing"
  case replacePrincipal = "replace-principal"
  case provisionHub = "provision-hub"
  case confirmHub = "confirm-hub"
  case claimHub = "claim-hub"
  case moveHub = "move-hub"
  case suspendHub = "suspend-hub"
  case checkHub = "check-hub"
  case sendHubCommand = "send-hub-command"
  case createLock = "create-lock"
  case addPhysicalKey = "add-physical-key"
  case removePhysicalKey = "remove-physical-key"

  /// Entries of one lane share credentials, and stop together when these are refused.
  var lane: Lane {
    switch self {
    case .registerCertificate, .createThing, .attachPrincipal, .attachPolicy, .joinThingGroup,
      .activateCertificate, .removeCertificate:
      .aws
    case .revokeCertificate, .replaceThing, .replacePrincipal: .awsRework
    case .provisionHub, .confirmHub, .claimHub, .moveHub, .suspendHub, .createLock, .addPhysicalKey,
      .removePhysicalKey:
      .vendor
    case .checkHub, .sendHubCommand: .hubs
    }
  }

  /// Part of making one identity known, or of asking whether it works: void when the unit gets another.
  var isRegistration: Bool {
    switch self {
    case .registerCertificate, .createThing, .attachPrincipal, .attachPolicy, .joinThingGroup,
      .activateCertificate, .replaceThing, .replacePrincipal, .provisionHub, .confirmHub, .checkHub:
      true
    case .removeCertificate, .revokeCertificate, .claimHub, .moveHub, .suspendHub,
      .sendHubCommand, .createLock, .addPhysicalKey, .removePhysicalKey:
      false
    }
  }

  /// What to do when it is not known what became of a call, and a probe finds nothing of it.
  enum AfterLostCall: Hashable, Sendable {
    /// The cloud itself takes a repeat for what it is.
    case callAgain
    /// A repeat would take effect once more, to no harm: it is made when nothing can be on its way any more.
    case searchFirst
    /// A repeat would do harm.
    case askAPerson
  }

  var afterLostCall: AfterLostCall {
    switch self {
    // Moved twice to one place, it is there, with a second event in its history.
    case .moveHub: .searchFirst
    case .addPhysicalKey: .askAPerson
    default: .callAgain
    }
  }

  /// What a person may give up. Not the registration: a unit that lacks a part of it would count as registered. Not the
  /// end of a certificate: it would work for ever.
  var mayBeGivenUp: Bool {
    switch self {
    case .claimHub, .moveHub, .suspendHub, .checkHub, .sendHubCommand, .createLock, .addPhysicalKey,
      .removePhysicalKey:
      true
    default: false
    }
  }
}

/// One way to the cloud with credentials or rights of its own.
enum Lane: String, Codable, CaseIterable, Sendable {
  case aws
  /// What the second of the shipped policies allows: a station without it goes on registering hubs.
  case awsRework = "aws-rework"
  case vendor
  /// Questions to hubs, which need both clouds and a right of their own: what stops them stops nothing else.
  case hubs
}
