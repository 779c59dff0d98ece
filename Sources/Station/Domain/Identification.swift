/// What `identify` found out and proved about the hub on the line.
struct Identification: Hashable, Sendable, Codable {
  var serial: SerialNumber
  var model: String
  var mac: String?
  var firmware: String?
  /// Fingerprint of the certificate that the hub's live identity holds, if any: lower-case hex SHA-256 of its DER.
  var heldCertificate: String?
  /// The proof that it also holds the private key; nil where it holds no certificate or could not prove it.
  var proof: PossessionProof?
  /// The held certificate was issued for this serial by a CA that this station trusts.
  var heldIsTrusted: Bool
  /// The batch that was open on its slot; nil where the station works without work orders, or where an earlier pass has
  /// settled it.
  var batch: BatchID?
}
