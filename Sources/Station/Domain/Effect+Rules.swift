extension Effect {
  /// The contract's rules, before anything is written or sent.
  ///
  /// - Throws: `value-invalid` naming the wrong field.
  func check() throws(Fault) {
    switch self {
    case .claimHub(_, let customer): try customer.check()
    case .moveHub(_, let customer, let reason):
      try customer.check()
      try VendorRules.text(reason, "reason")
    case .suspendHub(_, let suspension):
      try VendorRules.text(suspension.reason, "reason")
      try VendorRules.text(suspension.user, "userId")
    case .sendHubCommand(_, let command): try command.check()
    case .createLock(let lock): try lock.check()
    case .addPhysicalKey(let order): try order.check()
    case .removePhysicalKey(let order, let number):
      try order.check()
      try VendorRules.count(number, "number")
    case .registerCertificate, .createThing, .attachPrincipal, .attachPolicy, .joinThingGroup,
      .activateCertificate, .removeCertificate, .revokeCertificate, .replaceThing, .replacePrincipal,
      .provisionHub, .confirmHub,
      .checkHub:
      break
    }
  }
}
