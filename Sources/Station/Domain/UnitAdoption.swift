/// A person's permission to take in a hub that was finished elsewhere: the very identity that it has proved to hold, and
/// no other.
struct UnitAdoption: Hashable, Sendable, Codable {
  /// Lower-case hex SHA-256 of the certificate's DER.
  var certificate: String
  var reason: String
}
