/// Where the private key of a unit is made.
enum KeyOrigin: String, Codable, Sendable, CaseIterable {
  /// In the memory of the slot's task, with OpenSSL; it travels over the line once.
  case station
  /// On the hub; no private key crosses the line.
  case hub
}
