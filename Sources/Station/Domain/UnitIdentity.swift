/// A hub under one of its identities, as the cloud is told of it.
struct UnitIdentity: Hashable, Sendable, Codable {
  var hub: HubID
  var serial: SerialNumber
  var model: String
  var vendorName: String
  var thing: String
  /// Lower-case hex SHA-256 of the leaf's DER: the AWS certificate id.
  var certificate: String
}
