import CertForge
import Foundation

/// The public half of a sealing key with its name, as C2SP signed-note writes it: `station/line-1+9c5d2a10+AbC…`.
///
/// Not a secret: it belongs in the hands of everybody who is to check seals, by another way than the ledger itself.
struct VerifierKey: Hashable, Sendable {
  let name: String
  let key: Ed25519PublicKey

  /// Of the signature types, the one of Ed25519.
  private static let ed25519: UInt8 = 0x01

  init(name: String, key: Ed25519PublicKey) {
    self.name = name
    self.key = key
  }

  /// - Returns: nil unless it is a key of this kind and its identifier is its own.
  init?(_ text: String) {
    let words = text.trimmingCharacters(in: .whitespacesAndNewlines)
      .split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false)
    guard words.count == 3, Self.isName(words[0]),
      let identifier = try? Hexadecimal.decode(String(words[1])),
      let bytes = Data(base64Encoded: String(words[2])), bytes.first == Self.ed25519,
      let key = Ed25519PublicKey(bytes: Array(bytes.dropFirst()))
    else { return nil }
    self.init(name: String(words[0]), key: key)
    guard identifier == self.identifier else { return nil }
  }

  var description: String {
    let bytes = Data([Self.ed25519] + key.bytes)
    return "\(name)+\(Hexadecimal.encode(identifier))+\(bytes.base64EncodedString())"
  }

  /// The first four bytes of SHA-256 over the name, a line feed, the type and the key.
  var identifier: [UInt8] {
    Array(Digest.sha256(Array(name.utf8) + [0x0A, Self.ed25519] + key.bytes).prefix(4))
  }

  private static func isName(_ text: some StringProtocol) -> Bool {
    !text.isEmpty && text.utf8.count <= 128 && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
  }
}
