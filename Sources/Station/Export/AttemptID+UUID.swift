import CertForge
import Foundation

extension AttemptID {
  /// As a UUID, which it is but in records that others wrote.
  var uuid: String { UUID(uuidString: text)?.uuidString.lowercased() ?? derivedUUID("attempt") }

  /// The same for ever for one attempt and one word (version 5, in the namespace of URLs).
  func derivedUUID(_ word: String) -> String {
    NameUUID.version5(namespace: Self.namespace, name: "station-export-v1/\(text)/\(word)")
      .uuidString.lowercased()
  }

  /// RFC 9562 section 6.6.
  private static let namespace = UUID(
    uuid: (0x6B, 0xA7, 0xB8, 0x11, 0x9D, 0xAD, 0x11, 0xD1, 0x80, 0xB4, 0x00, 0xC0, 0x4F, 0xD4, 0x30, 0xC8))
}
