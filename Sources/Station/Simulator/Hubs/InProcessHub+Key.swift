import CertForge
import SerialFlasher

/// The hub's own use of its keys. They are files of its storage, as on a real hub.
extension InProcessHub {
  static func newKey() throws(HubError) -> [UInt8] {
    do { return try PrivateKey.generate().withPEM { Array($0) } } catch { throw failed("key", error) }
  }

  static func request(
    _ key: [UInt8], _ commonName: String, _ serialNumber: String
  ) throws(HubError) -> String {
    do {
      return try key.withUnsafeBytes { bytes in
        try PrivateKey(pem: bytes).signingRequest(commonName: commonName, serialNumber: serialNumber).pem
      }
    } catch { throw failed("certificate request", error) }
  }

  /// ECDSA over SHA-256, DER.
  static func sign(_ message: [UInt8], _ key: [UInt8]) throws(HubError) -> [UInt8] {
    do { return try key.withUnsafeBytes { try PrivateKey(pem: $0).sign(message) } } catch {
      throw failed("proof of possession", error)
    }
  }

  /// What a console hub's openssl accepts by the shipped profile: nothing that means something to a shell or a subject.
  static func isAllowed(name: String) -> Bool {
    (1...64).contains(name.utf8.count)
      && name.utf8.allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2E, 0x3A, 0x2D: true
        default: false
        }
      }
  }

  /// As a command on a hub would fail, for example on a torn key file.
  private static func failed(_ name: String, _ error: any Error) -> HubError {
    .commandFailed(name: name, status: 1, excerpt: String("\(error)".filter(\.isASCII).prefix(80)))
  }
}
