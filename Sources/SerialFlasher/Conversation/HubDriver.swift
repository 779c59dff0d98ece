/// The conversation with one hub over one line, whatever language that hub speaks.
///
/// A driver is used by one task at a time, from `begin` to `finish` or to the first error. Every call that changes the
/// hub can be repeated: after a crash the station begins anew and asks.
public protocol HubDriver: AnyObject, Sendable {
  /// Breaks out of whatever the hub's console was left in, waits for a hub that is still booting, logs in.
  func begin() async throws(HubError)

  /// Who the hub is and which identity it holds.
  func identify() async throws(HubError) -> HubFacts

  /// Has the hub make a *staged* private key that never leaves it, or finds the one staged before.
  ///
  /// - Returns: the certificate signing request for it, PEM.
  func stagedKeyRequest(commonName: String, serialNumber: String) async throws(HubError) -> String

  /// Removes what an earlier, unfinished delivery left staged, but a staged key only when `includingKey`.
  func discardStaged(includingKey: Bool) async throws(HubError)

  /// Puts files into the staging folder, closed to others before the first byte, and syncs them.
  ///
  /// - Parameter progress: called with bytes sent and bytes in all.
  func stage(_ files: [HubFile], progress: @Sendable (Int, Int) -> Void) async throws(HubError)

  /// Makes the staged folder the live one by a single rename, and syncs.
  func activateStaged() async throws(HubError)

  /// SHA-256 (lower-case hex) of files of the live identity, read from storage and not from a cache where the hub
  /// allows it; a file that is not there is absent from the answer.
  func digests(of paths: [String]) async throws(HubError) -> [String: String]

  /// The hub signs `message` with the private key of its live identity: ECDSA over SHA-256, DER.
  func prove(_ message: [UInt8]) async throws(HubError) -> [UInt8]

  /// One functional check by the command that the profile names; the hub's answer as text, at most 4 KiB.
  func check(_ name: String) async throws(HubError) -> String

  /// Tells the hub which wireless network to join, and returns when that is in storage. Not whether it has joined: that
  /// is a check's to say.
  func setNetwork(_ network: HubNetwork) async throws(HubError)

  /// The last commands of the profile: remove traces, log out, power off.
  func finish() async throws(HubError)
}
