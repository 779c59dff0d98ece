import Foundation

/// The stored form: `kind`, and beside it the fields that this kind has.
extension Effect: Codable {
  private struct Fields: Codable {
    var kind: EffectKind
    var unit: UnitIdentity?
    var certificateDER: Data?

    func need<Value>(_ field: KeyPath<Fields, Value?>) throws -> Value {
      guard let value = self[keyPath: field] else {
        throw DecodingError.valueNotFound(
          Value.self, .init(codingPath: [], debugDescription: "\(kind.rawValue) without \(field)"))
      }
      return value
    }
  }

  func encode(to encoder: any Encoder) throws {
    var fields = Fields(kind: kind, unit: unit)
    switch self {
    case .registerCertificate(_, let der): fields.certificateDER = der
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
    case .provisionHub: self = .provisionHub(try fields.need(\.unit))
    case .confirmHub: self = .confirmHub(try fields.need(\.unit))
    }
  }
}
