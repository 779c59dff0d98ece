/// A wireless network and what lets a hub into it.
public struct HubNetwork: Sendable {
  public var ssid: String
  public var passphrase: SecretBytes

  public init(ssid: String, passphrase: SecretBytes) {
    self.ssid = ssid
    self.passphrase = passphrase
  }

  /// What the driver would not send; nil when it can be. Says nothing of the passphrase but its length.
  public var refusal: String? {
    // 1 to 32 bytes (IEEE 802.11, 9.4.2.2); each travels as a line of its own.
    if !(1...32).contains(ssid.utf8.count) || ssid.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
      return "an SSID of \(ssid.utf8.count) bytes, or with control characters"
    }
    // A passphrase has 8 to 63 printable characters, a key 64 hexadecimal ones (IEEE 802.11, J.4).
    let isPlain = passphrase.withBytes { $0.allSatisfy { (0x20...0x7E).contains($0) } }
    return isPlain && (8...64).contains(passphrase.count)
      ? nil : "a passphrase that is not 8 to 64 printable characters"
  }
}
