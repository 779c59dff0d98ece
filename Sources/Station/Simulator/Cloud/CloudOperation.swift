/// The calls that the simulated cloud answers, under the names that their owners gave them.
enum CloudOperation: String, Hashable, Sendable, Codable, CaseIterable {
  case describeEndpoint = "DescribeEndpoint"
  case createThing = "CreateThing"
  case describeThing = "DescribeThing"
  case updateThing = "UpdateThing"
  case attachThingPrincipal = "AttachThingPrincipal"
  case detachThingPrincipal = "DetachThingPrincipal"
  case listThingPrincipals = "ListThingPrincipals"
  case registerCertificate = "RegisterCertificateWithoutCA"
  case createCertificate = "CreateCertificateFromCsr"
  case describeCertificate = "DescribeCertificate"
  case listCertificates = "ListCertificates"
  case updateCertificate = "UpdateCertificate"
  case deleteCertificate = "DeleteCertificate"
  case listPrincipalThings = "ListPrincipalThings"
  case attachPolicy = "AttachPolicy"
  case listAttachedPolicies = "ListAttachedPolicies"
  case getPolicy = "GetPolicy"
  case addThingToThingGroup = "AddThingToThingGroup"
  case describeThingGroup = "DescribeThingGroup"
  case describeThingType = "DescribeThingType"
  case provisionHub = "ProvisionHub"
  case getHubStatus = "GetHubStatus"
  case claimHub = "ClaimHub"
  case reClaimHub = "ReClaimHub"
  case suspendHub = "SuspendHub"
  case sendHubCommand = "SendHubCommand"
  case getThingShadow = "GetThingShadow"
  case createLock = "CreateLock"
  case getLock = "GetLockBasicInfo"
  case addPhysicalKey = "AddPhysicalKey"
  case listPhysicalKeys = "ListPhysicalKeys"
  case getPhysicalKey = "GetPhysicalKey"
  case removePhysicalKey = "RemovePhysicalKey"

  var isRead: Bool {
    switch self {
    case .describeEndpoint, .describeThing, .listThingPrincipals, .describeCertificate, .listCertificates,
      .listPrincipalThings, .listAttachedPolicies, .getPolicy, .describeThingGroup, .describeThingType,
      .getHubStatus, .getThingShadow, .getLock, .listPhysicalKeys, .getPhysicalKey:
      true
    default: false
    }
  }

  var isVendors: Bool {
    switch self {
    case .provisionHub, .getHubStatus, .claimHub, .reClaimHub, .suspendHub, .sendHubCommand, .createLock,
      .getLock, .addPhysicalKey, .listPhysicalKeys, .getPhysicalKey, .removePhysicalKey:
      true
    default: false
    }
  }

  /// The operation behind a method and a path, and the one parameter that a path carries.
  static func matching(method: String, segments: [String]) -> (operation: CloudOperation, parameter: String)?
  {
    let shape = segments.first ?? ""
    switch (method, shape, segments.count) {
    case ("GET", "endpoint", 1): return (.describeEndpoint, "")
    case ("POST", "things", 2): return (.createThing, segments[1])
    case ("GET", "things", 2): return (.describeThing, segments[1])
    case ("PATCH", "things", 2): return (.updateThing, segments[1])
    case ("GET", "things", 3) where segments[2] == "principals": return (.listThingPrincipals, segments[1])
    case ("PUT", "things", 3) where segments[2] == "principals": return (.attachThingPrincipal, segments[1])
    case ("DELETE", "things", 3) where segments[2] == "principals":
      return (.detachThingPrincipal, segments[1])
    case ("GET", "things", 3) where segments[2] == "shadow": return (.getThingShadow, segments[1])
    case ("POST", "certificate", 2) where segments[1] == "register-no-ca": return (.registerCertificate, "")
    case ("POST", "certificates", 1): return (.createCertificate, "")
    case ("GET", "certificates", 1): return (.listCertificates, "")
    case ("DELETE", "certificates", 2): return (.deleteCertificate, segments[1])
    case ("GET", "principals", 2) where segments[1] == "things": return (.listPrincipalThings, "")
    case ("GET", "certificates", 2): return (.describeCertificate, segments[1])
    case ("PUT", "certificates", 2): return (.updateCertificate, segments[1])
    case ("PUT", "target-policies", 2): return (.attachPolicy, segments[1])
    case ("POST", "attached-policies", 2): return (.listAttachedPolicies, segments[1])
    case ("GET", "policies", 2): return (.getPolicy, segments[1])
    case ("PUT", "thing-groups", 2) where segments[1] == "addThingToThingGroup":
      return (.addThingToThingGroup, "")
    case ("GET", "thing-groups", 2): return (.describeThingGroup, segments[1])
    case ("GET", "thing-types", 2): return (.describeThingType, segments[1])
    default: return vendors(method, segments)
    }
  }

  /// Commands are named in the path.
  private static func vendors(_ method: String, _ segments: [String]) -> (CloudOperation, String)? {
    guard segments.count >= 3 else { return nil }
    let (id, last) = (segments[1], segments[2])
    switch (method, segments[0], segments.count) {
    case ("POST", "hubs", 3):
      let commands: [CloudOperation] = [
        .provisionHub, .claimHub, .reClaimHub, .suspendHub, .sendHubCommand,
      ]
      return commands.first { $0.rawValue == last }.map { ($0, id) }
    case ("GET", "hubs", 3) where last == "status": return (.getHubStatus, id)
    case ("POST", "locks", 3) where last == "CreateLock": return (.createLock, id)
    case ("GET", "locks", 3) where last == "basic-info": return (.getLock, id)
    case ("POST", "users", 3):
      let commands: [CloudOperation] = [.addPhysicalKey, .removePhysicalKey]
      return commands.first { $0.rawValue == last }.map { ($0, id) }
    case ("GET", "users", 3) where last == "PhysicalKeys": return (.listPhysicalKeys, id)
    case ("GET", "users", 4) where last == "PhysicalKeys": return (.getPhysicalKey, id)
    default: return nil
    }
  }
}
