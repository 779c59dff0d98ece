import Foundation

/// What a finished step leaves behind: enough for QA to check it and for the station to go on after a crash.
enum Evidence: Hashable, Sendable {
  case identified(Identification)
  /// The firmware version that the hub reports after flashing.
  case flashed(version: String)
  case forged(Forged)
  case certified(Certified)
  case delivered(Delivered)
  case verified(PossessionProof)
  /// The name by which the settings know the network that the hub was told; nothing else of it is recorded.
  case networkSet(String)
  case checked([CheckResult])
  case labelled(raster: String)
  case finished
  case passed(Passed)

  /// A certificate signing request, and where its key is.
  struct Forged: Hashable, Sendable, Codable {
    var request: Data
    var key: KeyOrigin
  }

  /// The full certificate, durable before anything of it is delivered.
  struct Certified: Hashable, Sendable, Codable {
    /// DER.
    var certificate: Data
    /// Lower-case hex SHA-256 of the DER; with AWS IoT the certificate id.
    var fingerprint: String
    /// One of `IssuerName`.
    var issuer: String
    var notAfter: Timestamp
    /// Its authority key identifier in lower-case hexadecimal: which issuing CA it is of.
    var authority: String?
    /// It was finished by another station, and taken in.
    var adopted: Bool?
  }

  /// The digests as the hub read them back from its storage: path -> lower-case hex SHA-256.
  struct Delivered: Hashable, Sendable, Codable {
    var digests: [String: String]
    /// Whether a recovery found them there, rather than this attempt having written them.
    var found: Bool
  }

  struct Passed: Hashable, Sendable, Codable {
    var certificate: String
    var thing: String
    /// Milliseconds from the attempt's opening.
    var milliseconds: Int64
  }

  var step: Step {
    switch self {
    case .identified: .identify
    case .flashed: .flash
    case .forged: .forge
    case .certified: .certify
    case .delivered: .deliver
    case .verified: .verify
    case .networkSet: .network
    case .checked: .check
    case .labelled: .label
    case .finished: .finish
    case .passed: .pass
    }
  }
}

extension Evidence: Codable {
  private enum CodingKeys: String, CodingKey { case step, evidence }
  private struct Flashed: Codable { var version: String }
  private struct Labelled: Codable { var raster: String }
  private struct NetworkSet: Codable { var network: String }
  private struct Nothing: Codable {}

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    func payload<Value: Decodable>(_ type: Value.Type) throws -> Value {
      try container.decode(type, forKey: .evidence)
    }
    switch try container.decode(Step.self, forKey: .step) {
    case .identify: self = .identified(try payload(Identification.self))
    case .flash: self = .flashed(version: try payload(Flashed.self).version)
    case .forge: self = .forged(try payload(Forged.self))
    case .certify: self = .certified(try payload(Certified.self))
    case .deliver: self = .delivered(try payload(Delivered.self))
    case .verify: self = .verified(try payload(PossessionProof.self))
    case .network: self = .networkSet(try payload(NetworkSet.self).network)
    case .check: self = .checked(try payload([CheckResult].self))
    case .label: self = .labelled(raster: try payload(Labelled.self).raster)
    case .finish: self = .finished
    case .pass: self = .passed(try payload(Passed.self))
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(step, forKey: .step)
    switch self {
    case .identified(let value): try container.encode(value, forKey: .evidence)
    case .flashed(let version): try container.encode(Flashed(version: version), forKey: .evidence)
    case .forged(let value): try container.encode(value, forKey: .evidence)
    case .certified(let value): try container.encode(value, forKey: .evidence)
    case .delivered(let value): try container.encode(value, forKey: .evidence)
    case .verified(let value): try container.encode(value, forKey: .evidence)
    case .networkSet(let name): try container.encode(NetworkSet(network: name), forKey: .evidence)
    case .checked(let value): try container.encode(value, forKey: .evidence)
    case .labelled(let raster): try container.encode(Labelled(raster: raster), forKey: .evidence)
    case .finished: try container.encode(Nothing(), forKey: .evidence)
    case .passed(let value): try container.encode(value, forKey: .evidence)
    }
  }
}
