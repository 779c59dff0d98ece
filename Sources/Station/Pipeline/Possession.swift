import Foundation

/// The words that a hub signs to prove that it holds its private key.
enum Possession {
  static let nonceLength = 32

  /// `station-possession-v1`, NUL, hubId, NUL, the certificate's SHA-256 (32 bytes), NUL, nonce. The first word and the
  /// hub's id keep the signature from meaning anything anywhere else.
  static func message(hub: HubID, certificate: [UInt8], nonce: [UInt8]) -> [UInt8] {
    Array("station-possession-v1".utf8) + [0] + Array(hub.text.utf8) + [0] + certificate + [0] + nonce
  }
}
