/// One thing that happened in the simulated cloud. Its file is a list of these.
enum CloudChange: Hashable, Sendable, Codable {
  case certificateRegistered(CloudState.DeviceCertificate)
  /// Signed by AWS itself.
  case certificateCreated(CloudState.DeviceCertificate)
  case certificateDeleted(id: String)
  case certificateSet(id: String, status: String, time: Timestamp)
  case thingCreated(CloudState.Thing)
  case thingUpdated(name: String, attributes: [String: String])
  case principalAttached(thing: String, certificate: String)
  case principalDetached(thing: String, certificate: String)
  case policyAttached(policy: String, certificate: String)
  case groupPolicyAttached(policy: String, group: String)
  case groupJoined(thing: String, group: String)
  case hubProvisioned(CloudState.ProvisionedHub)
  /// What a claim, a suspension or a decommissioning by others does.
  case hubSet(id: String, status: String)
  /// By ClaimHub or ReClaimHub.
  case hubClaimed(id: String, CloudState.ProvisionedHub.Claim)
  /// The hub was plugged in where it is, or taken off.
  case hubPlugged(id: String, Bool)
  /// SendHubCommand wrote into the Thing's shadow.
  case commandForwarded(thing: String, JSONValue)
  /// The hub wrote its answer there.
  case answerReported(thing: String, JSONValue, Timestamp)
  case lockCreated(CloudState.DoorLock)
  case keyAdded(user: String, CloudState.PhysicalKey)
  case keyRemoved(user: String, number: Int64)
  /// A key was rotated: the old one is dead at once.
  case keysReplaced(SimulatedAccount)

  /// Under which the audit counts it.
  var name: String {
    switch self {
    case .certificateRegistered: "RegisterCertificateWithoutCA"
    case .certificateCreated: "CreateCertificateFromCsr"
    case .certificateDeleted: "DeleteCertificate"
    case .certificateSet: "UpdateCertificate"
    case .thingCreated: "CreateThing"
    case .thingUpdated: "UpdateThing"
    case .principalAttached: "AttachThingPrincipal"
    case .principalDetached: "DetachThingPrincipal"
    case .policyAttached, .groupPolicyAttached: "AttachPolicy"
    case .groupJoined: "AddThingToThingGroup"
    case .hubProvisioned: "ProvisionHub"
    case .hubSet(_, let status): status == "Suspended" ? "SuspendHub" : "SetHubStatus"
    case .hubClaimed: "ClaimHub"
    case .hubPlugged: "PlugHub"
    case .commandForwarded: "SendHubCommand"
    case .answerReported: "ReportShadow"
    case .lockCreated: "CreateLock"
    case .keyAdded: "AddPhysicalKey"
    case .keyRemoved: "RemovePhysicalKey"
    case .keysReplaced: "RotateKeys"
    }
  }
}
