internal import COpenSSL
public import Foundation

extension IssuingAuthority {
  /// The fewest bytes of a passphrase that a new authority's key is locked with.
  public static let shortestPassphrase = 8

  /// Makes a new self-signed EC P-256 authority and opens it from the files that it wrote.
  ///
  /// `keyFile` gets the private key, encrypted (PKCS#8, AES-256), mode 0600; `certificateFile` the certificate as PEM,
  /// mode 0644. Both must not exist yet, and are on the disk when this returns. The subject is `commonName` and, where
  /// given, `organisation` (1 to 64 characters each).
  public static func create(
    subject commonName: String, organisation: String?, notBefore: Date, notAfter: Date,
    keyFile: String, certificateFile: String, passphrase: Passphrase
  ) throws(CertForgeError) -> IssuingAuthority {
    guard passphrase.count >= shortestPassphrase else {
      throw CertForgeError(
        .passphraseRefused, cause: "it has \(passphrase.count) bytes",
        hint: "the key of an authority needs a passphrase of at least \(shortestPassphrase)")
    }
    let key = try PrivateKey.generate()
    let certificate = try selfSigned(key, commonName, organisation, notBefore, notAfter)
    let text = try EncryptedKeyText(key, passphrase: passphrase)
    try NewFile.write(text.bytes, to: keyFile, mode: 0o600)
    do throws(CertForgeError) {
      let pem = Array(certificate.pem.utf8)
      try pem.withUnsafeBufferPointer { bytes throws(CertForgeError) in
        try NewFile.write(UnsafeRawBufferPointer(bytes), to: certificateFile, mode: 0o644)
      }
    } catch {
      // A key without its certificate would only be in the way of the next attempt; nobody has used it yet.
      NewFile.remove(keyFile)
      throw error
    }
    return try IssuingAuthority(keyURI: keyFile, certificate: certificate, passphrase: passphrase)
  }

  private static func selfSigned(
    _ key: borrowing PrivateKey, _ commonName: String, _ organisation: String?, _ notBefore: Date,
    _ notAfter: Date
  ) throws(CertForgeError) -> Certificate {
    try SubjectRule.check(text: commonName, field: "commonName")
    var subject = [(attribute: NID_commonName, text: commonName)]
    if let organisation {
      try SubjectRule.check(text: organisation, field: "organisation")
      subject.insert((attribute: NID_organizationName, text: organisation), at: 0)
    }
    guard let start = ValidityTime.seconds(notBefore), let end = ValidityTime.seconds(notAfter), start < end
    else {
      throw CertForgeError(
        .validityRefused,
        values: [
          "notBefore": "\(notBefore.timeIntervalSince1970)", "notAfter": "\(notAfter.timeIntervalSince1970)",
        ], cause: "the end must follow the start, both from 1970 to 9999")
    }
    let draft = try CertificateDraft()
    try draft.set(serial: CertificateSerial.draw(SecureRandom.bytes))
    try draft.set(subject: subject)
    try draft.set(notBefore: start, notAfter: end)
    try draft.set(publicKey: key.key.pointer)
    try draft.finish(CertificateDraft.authority, issuer: nil)
    return try Certificate(der: draft.signed(by: key.key.pointer))
  }
}
