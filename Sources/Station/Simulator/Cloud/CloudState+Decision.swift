/// Which part of the cloud decides which call.
extension CloudState {
  func decide(_ call: CloudCall) throws(CloudRefusal) -> CloudDecision {
    switch call.operation {
    case .describeEndpoint:
      guard let host = call.account.endpoint(call.request.queryValue("endpointType") ?? "") else {
        throw .invalid("Endpoint type is not supported")
      }
      return CloudDecision(SimulatedAnswer(200, ["endpointAddress": .text(host)]))
    case .createThing: return try createThing(call)
    case .describeThing: return try describeThing(call)
    case .updateThing: return try updateThing(call)
    case .attachThingPrincipal: return try attachPrincipal(call)
    case .detachThingPrincipal: return try detachPrincipal(call)
    case .listThingPrincipals: return try listPrincipals(call)
    case .registerCertificate: return try registerCertificate(call)
    case .createCertificate: return try createCertificate(call)
    case .listCertificates: return try listCertificates(call)
    case .deleteCertificate: return try deleteCertificate(call)
    case .listPrincipalThings: return try listPrincipalThings(call)
    case .describeCertificate: return try describeCertificate(call)
    case .updateCertificate: return try updateCertificate(call)
    case .attachPolicy: return try attachPolicy(call)
    case .listAttachedPolicies: return try listAttachedPolicies(call)
    case .addThingToThingGroup: return try joinGroup(call)
    case .describeThingGroup, .describeThingType, .getPolicy:
      return try describe(furniture: call.operation, call)
    case .provisionHub: return try provisionHub(call)
    case .getHubStatus: return try hubStatus(call)
    case .claimHub: return try claimHub(call)
    case .reClaimHub: return try reClaimHub(call)
    case .suspendHub: return try suspendHub(call)
    case .sendHubCommand: return try sendHubCommand(call)
    case .getThingShadow: return try thingShadow(call)
    case .createLock: return try createLock(call)
    case .getLock: return try lockInfo(call)
    case .addPhysicalKey: return try addPhysicalKey(call)
    case .listPhysicalKeys: return try listPhysicalKeys(call)
    case .getPhysicalKey: return try getPhysicalKey(call)
    case .removePhysicalKey: return try removePhysicalKey(call)
    }
  }
}
