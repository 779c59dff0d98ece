public import Foundation

/// UUIDs that follow from a name.
public enum NameUUID {
  /// Version 5 (RFC 9562 section 5.5): SHA-1 over the namespace's 16 bytes and the name's UTF-8.
  public static func version5(namespace: UUID, name: String) -> UUID {
    let hash = Digest.sha1(withUnsafeBytes(of: namespace.uuid) { Array($0) } + Array(name.utf8))
    return UUID(
      uuid: (
        hash[0], hash[1], hash[2], hash[3], hash[4], hash[5],
        hash[6] & 0x0f | 0x50, hash[7],  // version 5
        hash[8] & 0x3f | 0x80, hash[9],  // variant 10
        hash[10], hash[11], hash[12], hash[13], hash[14], hash[15]
      ))
  }
}
