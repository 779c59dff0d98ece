import Foundation

/// The hub's signature over a fresh nonce: evidence that it holds the private key of `certificate`.
///
/// The signed bytes are `station-possession-v1`, NUL, hubId, NUL, the 32 bytes of the certificate's SHA-256, NUL, the
/// nonce.
struct PossessionProof: Hashable, Sendable, Codable {
  /// Lower-case hex SHA-256 of the certificate's DER.
  var certificate: String
  /// 32 bytes, made by the station for this one proof.
  var nonce: Data
  /// ECDSA over SHA-256, DER.
  var signature: Data
}
