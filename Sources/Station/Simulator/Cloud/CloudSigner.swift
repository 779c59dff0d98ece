import CertForge
import Foundation
import Synchronization

/// The simulated AWS as a certification authority: one for all clouds of the process, made when it is first needed and
/// gone with it. Nobody checks its chain, as nobody checks that of AWS IoT's device certificates.
struct CloudSigner: Sendable {
  private static let authority = Mutex<IssuingAuthority?>(nil)

  /// - Returns: nil when the request is none, or its subject is not one that a station writes.
  func sign(_ pem: String, now: Timestamp) -> Certificate? {
    guard let request = try? SigningRequest(pem: pem), let name = request.commonName,
      let serial = request.serialNumber
    else { return nil }
    return Self.authority.withLock { authority in
      if authority == nil { authority = try? Self.make() }
      return try? authority?.issue(request, commonName: name, serialNumber: serial, now: now.date)
    }
  }

  /// Its files are only the way in which CertForge makes an authority.
  private static func make() throws -> IssuingAuthority {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "station-cloud-ca-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    defer { try? FileManager.default.removeItem(at: folder) }
    let word = Array(Hexadecimal.encode(try SecureRandom.bytes(16)).utf8)
    return try IssuingAuthority.create(
      subject: "Amazon Web Services", organisation: "Simulated", notBefore: Date(timeIntervalSince1970: 0),
      notAfter: IssuingAuthority.usualEnd, keyFile: folder.appending(path: "ca.key").path(),
      certificateFile: folder.appending(path: "ca.pem").path(),
      passphrase: try word.withUnsafeBytes { try Passphrase(copying: $0) })
  }
}
