internal import COpenSSL
internal import Foundation

/// The private key of an authority, which may lie in a token and is then only a reference to it.
struct AuthorityKey: ~Copyable, @unchecked Sendable {
  private let key: OwnedPointer

  var pointer: OpaquePointer { key.pointer }

  init(uri: String, passphrase: Passphrase?) throws(CertForgeError) {
    try Self.checkPermissions(uri)
    key = try KeyStore.open(uri: uri, passphrase: passphrase)
  }

  /// Refuses a certificate that this key cannot issue under.
  func check(fits certificate: Certificate, named uri: String) throws(CertForgeError) {
    let parsed = try Certificate.parse(certificate.der)
    guard X509_check_private_key(parsed.pointer, key.pointer) == 1 else {
      throw CertForgeError(
        .authorityKeyMismatch,
        values: ["key": KeyLocation(text: uri).shown, "certificate": certificate.subject],
        cause: ErrorQueue.drain(),
        hint: "the key and the certificate in the settings belong to two different authorities")
    }
    let kind = EVP_PKEY_get_base_id(key.pointer)
    guard kind == EVP_PKEY_EC || kind == EVP_PKEY_RSA else {
      throw Self.unfit(
        certificate, "its key is neither EC nor RSA", "AWS IoT takes ECDSA and RSA with SHA-256")
    }
    guard certificate.isAuthority, X509_get_key_usage(parsed.pointer) & UInt32(KU_KEY_CERT_SIGN) != 0 else {
      throw Self.unfit(
        certificate, "it is not the certificate of an authority",
        "basicConstraints CA:TRUE and keyUsage keyCertSign are needed")
    }
    guard certificate.subjectKeyIdentifier != nil else {
      throw Self.unfit(
        certificate, "it has no subject key identifier",
        "RFC 5280 section 4.2.1.2 asks for one in every authority")
    }
  }

  // A FIFO would be waited for without end.
  // Only a plain path or a file: URI names something whose permissions can be looked at. A group may read the key,
  // because that is how a service that is not root is given one; it may not write it.
  private static func checkPermissions(_ uri: String) throws(CertForgeError) {
    let path = uri.hasPrefix("file:") ? URL(string: uri)?.path ?? "" : uri
    var facts = stat()
    guard stat(path, &facts) == 0 else { return }
    guard facts.st_mode & S_IFMT == S_IFREG else {
      throw CertForgeError(
        .authorityKeyUnreadable, values: ["key": uri], cause: "it is not a regular file",
        hint: "name the key's file, or the URI of a store")
    }
    guard facts.st_mode & 0o027 == 0 else {
      throw CertForgeError(
        .authorityKeyUnsafe, values: ["key": uri, "mode": String(facts.st_mode & 0o7777, radix: 8)],
        cause: "everybody may read it, or its group may write it", hint: "chmod 600 \(path)")
    }
  }

  private static func unfit(_ certificate: Certificate, _ cause: String, _ hint: String) -> CertForgeError {
    CertForgeError(.authorityUnfit, values: ["certificate": certificate.subject], cause: cause, hint: hint)
  }
}
