import CertForge
import Foundation

/// Registers a unit with AWS IoT: certificate, Thing, principal, then policy or thing group last, so that a
/// half-registered hub cannot connect. A certificate that AWS issued is known to it and INACTIVE; its activation comes
/// last instead (see `AWSRegistrar+Issued`).
///
/// All may be repeated: the certificate's id is its own SHA-256, and the Thing carries that id as an attribute, so
/// that another certificate for the same name meets a conflict and not a silent success.
struct AWSRegistrar: CloudEffect {
  var client: AWSIoTClient
  var thingType: String?
  /// The IoT policy, or the thing group, by the entry's kind.
  var policyName: String

  func probe(_ intent: OutboxIntent) async throws(Fault) -> EffectEvidence? {
    if let unit = intent.unit { try check(unit) }
    switch intent.effect {
    case .registerCertificate(let unit, _): return try await findCertificate(unit)
    case .createThing(let unit): return try await findThing(unit)
    case .attachPrincipal(let unit): return try await findPrincipal(unit)
    case .replaceThing(let unit, let old): return try await findReplacedThing(unit, old)
    case .replacePrincipal(let unit, let old): return try await findReplacedPrincipal(unit, old)
    // Repeating these two costs one call and changes nothing; asking first would cost a call and a privilege more.
    case .attachPolicy, .joinThingGroup: return nil
    // The call looks before it changes anything.
    case .activateCertificate, .removeCertificate, .revokeCertificate: return nil
    default: throw misdirected(intent)
    }
  }

  func call(_ intent: OutboxIntent) async throws(Fault) -> EffectEvidence {
    if let unit = intent.unit { try check(unit) }
    switch intent.effect {
    case .registerCertificate(let unit, let der): return try await registerCertificate(unit, der)
    case .createThing(let unit): return try await createThing(unit)
    case .attachPrincipal(let unit): return try await attachPrincipal(unit)
    case .replaceThing(let unit, let old): return try await replaceThing(unit, old)
    case .replacePrincipal(let unit, let old): return try await replacePrincipal(unit, old)
    case .attachPolicy(let unit):
      try AWSNames.require(AWSNames.isPolicyName(policyName), "policy", policyName)
      let answer = try await client.attachPolicy(policyName, target: arn(unit))
      return EffectEvidence(
        wasThere: false, httpStatus: answer.status, request: answer.request, values: ["policy": policyName])
    case .joinThingGroup(let unit):
      try AWSNames.require(AWSNames.isThingName(policyName), "group", policyName)
      let answer = try await client.addThingToThingGroup(unit.thing, group: policyName)
      return EffectEvidence(
        wasThere: false, httpStatus: answer.status, request: answer.request, values: ["group": policyName])
    case .activateCertificate(let unit): return try await activate(unit)
    case .removeCertificate(let unit): return try await remove(unit.certificate, thing: unit.thing)
    case .revokeCertificate(let unit, _): return try await revoke(unit)
    default: throw misdirected(intent)
    }
  }

  func compare(_ intent: OutboxIntent, _ answer: EffectEvidence) async throws(Fault) -> EffectEvidence {
    guard answer.wasThere else { return answer }
    let found: EffectEvidence? =
      switch intent.effect {
      case .registerCertificate(let unit, _): try await findCertificate(unit)
      case .createThing(let unit): try await findThing(unit)
      case .replaceThing(let unit, let old): try await findReplacedThing(unit, old)
      default: answer
      }
    // It was there a moment ago and is not there now: somebody else is at work on it, or a read lags.
    guard let found else {
      throw Fault(
        .serverFailed,
        [
          "host": client.origin.authority, "operation": intent.kind.rawValue,
          "target": intent.unit?.thing ?? "",
        ])
    }
    return found
  }

  // MARK: - Certificate

  private func findCertificate(_ unit: UnitIdentity) async throws(Fault) -> EffectEvidence? {
    guard let found = try await client.describeCertificate(unit.certificate) else { return nil }
    guard found.value.status == "ACTIVE" else {
      throw Fault(
        .certificateRefused,
        ["certificate": unit.certificate, "message": "AWS IoT has it with status \(found.value.status)"])
    }
    return EffectEvidence(
      wasThere: true, httpStatus: found.status, request: found.request,
      values: ["certificateId": found.value.certificateId])
  }

  private func registerCertificate(_ unit: UnitIdentity, _ der: Data) async throws(Fault) -> EffectEvidence {
    guard Digest.sha256Hex(der) == unit.certificate else {
      throw Fault(
        .certificateRefused,
        ["certificate": unit.certificate, "message": "the entry holds no certificate of this fingerprint"])
    }
    switch try await client.registerCertificateWithoutCA(pem: PEM.encode(Array(der), label: "CERTIFICATE")) {
    case .done(let answer):
      guard answer.value.certificateId == unit.certificate else {
        throw Fault(
          .certificateRefused,
          [
            "expected": unit.certificate, "actual": answer.value.certificateId,
            "message": "AWS IoT gave it another id than its SHA-256",
          ])
      }
      return EffectEvidence(
        wasThere: false, httpStatus: answer.status, request: answer.request,
        values: ["certificateId": answer.value.certificateId])
    case .exists(let refusal):
      guard refusal.resourceID == nil || refusal.resourceID == unit.certificate else {
        throw Fault(
          .certificateRefused,
          [
            "expected": unit.certificate, "actual": refusal.resourceID ?? "", "message": refusal.message,
          ])
      }
      return EffectEvidence(
        wasThere: true, httpStatus: refusal.status, request: refusal.request,
        values: ["certificateId": unit.certificate])
    case .missing(let refusal):
      throw refusal.fault(
        action: "iot:RegisterCertificateWithoutCA", host: client.origin.authority, retryAfter: nil)
    }
  }

  // MARK: - Thing

  /// The attribute by which a Thing names its certificate.
  static let certificateAttribute = "certId"

  func attributes(_ unit: UnitIdentity) -> [String: String] {
    ["serial": unit.serial.text, "model": unit.model, Self.certificateAttribute: unit.certificate]
  }

  func createThing(_ unit: UnitIdentity) async throws(Fault) -> EffectEvidence {
    switch try await client.createThing(unit.thing, type: thingType, attributes: attributes(unit)) {
    case .done(let answer):
      guard answer.value.thingName == unit.thing else {
        throw Fault(
          .answerNotUnderstood,
          [
            "host": client.origin.authority, "operation": "iot:CreateThing", "expected": unit.thing,
            "actual": answer.value.thingName,
          ])
      }
      return EffectEvidence(
        wasThere: false, httpStatus: answer.status, request: answer.request,
        values: ["thingId": answer.value.thingId, "thingArn": answer.value.thingArn].compactMapValues { $0 })
    case .exists(let refusal):
      return EffectEvidence(wasThere: true, httpStatus: refusal.status, request: refusal.request)
    case .missing(let refusal):
      var fault = refusal.fault(action: "iot:CreateThing", host: client.origin.authority, retryAfter: nil)
      fault.values["target"] = thingType ?? unit.thing
      throw fault
    }
  }

  func findThing(_ unit: UnitIdentity) async throws(Fault) -> EffectEvidence? {
    guard let found = try await client.describeThing(unit.thing) else { return nil }
    return try agree(found, unit)
  }

  /// - Throws: `thing-conflict`.
  func agree(_ found: AWSIoTClient.Answered<AWSIoTClient.Thing>, _ unit: UnitIdentity) throws(Fault)
    -> EffectEvidence
  {
    let expected = attributes(unit)
    let actual = found.value.attributes ?? [:]
    // Attributes that others added later do not make it another hub's Thing.
    let same = expected.allSatisfy { actual[$0.key] == $0.value }
    guard same, thingType == nil || found.value.thingTypeName == thingType else {
      throw Fault(
        .thingConflict,
        [
          "thing": unit.thing, "expected": Self.words(expected, type: thingType),
          "actual": Self.words(actual, type: found.value.thingTypeName),
        ])
    }
    return EffectEvidence(
      wasThere: true, httpStatus: found.status, request: found.request,
      values: ["thingId": found.value.thingId, "thingArn": found.value.thingArn].compactMapValues { $0 })
  }

  private static func words(_ attributes: [String: String], type: String?) -> String {
    (attributes.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
      + (type.map { ["type=\($0)"] } ?? []))
      .joined(separator: " ")
  }

  // MARK: - Principal

  func arn(_ unit: UnitIdentity) -> String { client.names.certificate(unit.certificate) }

  private func findPrincipal(_ unit: UnitIdentity) async throws(Fault) -> EffectEvidence? {
    guard let found = try await client.listThingPrincipals(unit.thing) else { return nil }
    let others = found.value.filter { $0 != arn(unit) }
    guard others.isEmpty else {
      throw Fault(
        .principalConflict,
        ["thing": unit.thing, "expected": arn(unit), "actual": others.joined(separator: " ")])
    }
    guard !found.value.isEmpty else { return nil }
    return EffectEvidence(
      wasThere: true, httpStatus: found.status, request: found.request, values: ["principal": arn(unit)])
  }

  /// Looks first: AWS would attach a second certificate without a word.
  private func attachPrincipal(_ unit: UnitIdentity) async throws(Fault) -> EffectEvidence {
    if let found = try await findPrincipal(unit) { return found }
    let answer = try await client.attachThingPrincipal(unit.thing, principal: arn(unit))
    return EffectEvidence(
      wasThere: false, httpStatus: answer.status, request: answer.request, values: ["principal": arn(unit)])
  }

  // MARK: -

  private func check(_ unit: UnitIdentity) throws(Fault) {
    try AWSNames.require(AWSNames.isThingName(unit.thing), "thing", unit.thing)
    try AWSNames.require(AWSNames.isCertificateID(unit.certificate), "certificate", unit.certificate)
    try AWSNames.require(AWSNames.isAttributeValue(unit.serial.text), "serial", unit.serial.text)
    try AWSNames.require(AWSNames.isAttributeValue(unit.model), "model", unit.model)
  }

  private func misdirected(_ intent: OutboxIntent) -> Fault {
    Fault(.requestRefused, ["kind": intent.kind.rawValue, "message": "not an entry for AWS IoT"])
  }
}
