public import SerialFlasher

/// A hub that a driver is held against: the same hub over several conversations, with a look behind its back.
///
/// Its live identity's private key is at `private.key` and its certificate at `certificate.pem`; it can make a key of
/// its own; it takes wireless networks; it has a check `echo` that answers `all well`, one `broken` that fails, and none named `nothing`.
public protocol ContractHub: Sendable {
  /// Ends the conversation before, if any, as the death of a station does, and gives a driver for a new one.
  func converse() async throws -> any HubDriver

  /// What `identify` must say of this hub, the certificate left out.
  var facts: HubFacts { get }

  /// A file of the live identity as the hub itself sees it; nil if it is not there.
  func live(_ path: String) async throws -> [UInt8]?

  /// The network that the hub's own programs would join: SSID and passphrase, a line each; nil before it was told one.
  func network() async throws -> [UInt8]?
}
