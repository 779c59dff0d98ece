import CertForge
import Foundation

/// The station's own signing key: a file beside the ledger, or where the settings say, mode 0600.
final class SealKey: Sendable {
  let name: String
  private let key: Ed25519Key

  /// The name that the key signs under is the origin of what it signs.
  init(station: String, key: consuming Ed25519Key) {
    name = Checkpoint.origin(of: station)
    self.key = key
  }

  var verifier: VerifierKey { VerifierKey(name: name, key: key.publicKey) }

  func sign(_ checkpoint: Checkpoint) throws(CertForgeError) -> SignedNote {
    try sign(checkpoint.text)
  }

  /// - Parameter text: ends with a line feed and holds no empty line at its end.
  func sign(_ text: String) throws(CertForgeError) -> SignedNote {
    let signature = try key.sign(Array(text.utf8))
    return SignedNote(
      text: text,
      signatures: [SignedNote.Signature(name: name, bytes: verifier.identifier + signature)])
  }

  /// A detached signature over any bytes.
  func signature(over bytes: [UInt8]) throws(CertForgeError) -> [UInt8] { try key.sign(bytes) }

  static func path(besides ledger: String) -> String { LedgerFile.resolved(ledger) + ".seal-key" }

  /// - Throws: when there is none, when others may read it, when it is no such key.
  static func open(_ path: String, station: String) throws(CertForgeError) -> SealKey {
    SealKey(station: station, key: try Ed25519Key(file: path))
  }

  /// Opens the key, and makes it where there is none.
  static func openOrMake(_ path: String, station: String) throws(CertForgeError) -> SealKey {
    if !FileManager.default.fileExists(atPath: path) {
      do throws(CertForgeError) { try Ed25519Key.generate().write(to: path) } catch {
        // Another process may have been quicker; its key is as good.
        guard error.code == .fileExists else { throw error }
      }
    }
    return try open(path, station: station)
  }
}
