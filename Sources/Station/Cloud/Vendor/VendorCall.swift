/// One call to the vendor's API: what is sent, and the words for what becomes of it.
struct VendorCall: Sendable {
  /// The contract's own names.
  enum Kind: String, Sendable, CaseIterable {
    case provisionHub = "ProvisionHub"
    case getHubStatus = "GetHubStatus"
    case claimHub = "ClaimHub"
    case reClaimHub = "ReClaimHub"
    case suspendHub = "SuspendHub"
    case sendHubCommand = "SendHubCommand"
    case createLock = "CreateLock"
    case getLock = "GetLockBasicInfo"
    case addPhysicalKey = "AddPhysicalKey"
    case listPhysicalKeys = "ListPhysicalKeys"
    case getPhysicalKey = "GetPhysicalKey"
    case removePhysicalKey = "RemovePhysicalKey"

    /// Whether 403 says that the station's key is good for nothing, and not just that this one thing is refused.
    var isEverybodys: Bool { self == .provisionHub || self == .getHubStatus }

    /// Calls whose 502 means by the contract that the hub is not connected, whatever the words.
    var needsTheHub: Bool { self == .claimHub || self == .reClaimHub || self == .suspendHub }
  }

  var operation: Kind
  var method = "GET"
  /// Not yet encoded.
  var path: [String]
  var query: [HTTPCall.Pair] = []
  var body: (any Encodable & Sendable)?
  /// What it is about, for faults: `["hub": "…", "serial": "…"]`.
  var about: [String: String]

  static func hub(_ unit: UnitIdentity, _ operation: Kind, body: (any Encodable & Sendable)? = nil)
    -> VendorCall
  {
    VendorCall(
      operation: operation, method: body == nil ? "GET" : "POST",
      path: ["hubs", unit.hub.text, operation == .getHubStatus ? "status" : operation.rawValue], body: body,
      about: ["hub": unit.hub.text, "serial": unit.serial.text, "target": unit.hub.text])
  }
}
