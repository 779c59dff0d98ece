/// Why and by whom a hub is suspended at the vendor's, and how long that is tried.
struct Suspension: Hashable, Sendable, Codable {
  /// At least one character.
  var reason: String
  /// The vendor's `userId`.
  var user: String
  /// From then on the revocation behind it goes ahead, and a suspension that still waits for its hub is given up.
  var until: Timestamp
}
