import Foundation

/// The stored form: `kind`, and beside it the fields that this kind has.
extension Effect: Codable {
  private struct Fields: Codable {
    var kind: EffectKind
    var unit: UnitIdentity?
    var certificateDER: Data?
    var by: Timestamp?
    var replacing: [String]?
    var customer: Customer?
    var reason: String?
    var suspension: Suspension?
    var check: CloudCheck?
    var command: HubCommand?
    var lock: Lock?
    var key: PhysicalKeyOrder?
    var number: Int64?

    func need<Value>(_ field: KeyPath<Fields, Value?>) throws -> Value {
      guard let value = self[keyPath: field] else {
        throw DecodingError.valueNotFound(
          Value.self, .init(codingPath: [], debugDescription: "\(kind.rawValue) without \(field)"))
      }
      return value
    }
  }

  func encode(to encoder: any Encoder) throws {
    var fields = Fields(kind: kind, unit: subject.unit)
    switch self {
    case .registerCertificate(_, let der): fields.certificateDER = der
    case .revokeCertificate(_, let by): fields.by = by
    case .replaceThing(_, let old), .replacePrincipal(_, let old): fields.replacing = old
    case .claimHub(_, let customer): fields.customer = customer
    case .moveHub(_, let customer, let reason): (fields.customer, fields.reason) = (customer, reason)
    case .suspendHub(_, let suspension): fields.suspension = suspension
    case .checkHub(_, let check): fields.check = check
    case .sendHubCommand(_, let command): fields.command = command
    case .createLock(let lock): fields.lock = lock
    case .addPhysicalKey(let order): fields.key = order
    case .removePhysicalKey(let order, let number): (fields.key, fields.number) = (order, number)
    case .createThing, .attachPrincipal, .attachPolicy, .joinThingGroup, .activateCertificate,
      .removeCertificate, .provisionHub, .confirmHub:
      break
    }
    try fields.encode(to: encoder)
  }

  init(from decoder: any Decoder) throws {
    let fields = try Fields(from: decoder)
    switch fields.kind {
    case .registerCertificate:
      self = .registerCertificate(try fields.need(\.unit), der: try fields.need(\.certificateDER))
    case .createThing: self = .createThing(try fields.need(\.unit))
    case .attachPrincipal: self = .attachPrincipal(try fields.need(\.unit))
    case .attachPolicy: self = .attachPolicy(try fields.need(\.unit))
    case .joinThingGroup: self = .joinThingGroup(try fields.need(\.unit))
    case .activateCertificate: self = .activateCertificate(try fields.need(\.unit))
    case .removeCertificate: self = .removeCertificate(try fields.need(\.unit))
    case .revokeCertificate:
      self = .revokeCertificate(try fields.need(\.unit), by: try fields.need(\.by))
    case .replaceThing:
      self = .replaceThing(try fields.need(\.unit), replacing: try fields.need(\.replacing))
    case .replacePrincipal:
      self = .replacePrincipal(try fields.need(\.unit), replacing: try fields.need(\.replacing))
    case .provisionHub: self = .provisionHub(try fields.need(\.unit))
    case .confirmHub: self = .confirmHub(try fields.need(\.unit))
    case .claimHub: self = .claimHub(try fields.need(\.unit), try fields.need(\.customer))
    case .moveHub:
      self = .moveHub(
        try fields.need(\.unit), try fields.need(\.customer), reason: try fields.need(\.reason))
    case .suspendHub: self = .suspendHub(try fields.need(\.unit), try fields.need(\.suspension))
    case .checkHub: self = .checkHub(try fields.need(\.unit), try fields.need(\.check))
    case .sendHubCommand: self = .sendHubCommand(try fields.need(\.unit), try fields.need(\.command))
    case .createLock: self = .createLock(try fields.need(\.lock))
    case .addPhysicalKey: self = .addPhysicalKey(try fields.need(\.key))
    case .removePhysicalKey:
      self = .removePhysicalKey(try fields.need(\.key), number: try fields.need(\.number))
    }
  }
}
