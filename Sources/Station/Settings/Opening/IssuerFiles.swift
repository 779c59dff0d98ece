import CertForge

/// Opens the issuing CA that the settings name.
enum IssuerFiles {
  /// - Throws: what is wrong with the certificate, the key or the passphrase.
  static func open(_ issuer: AuthoritySettings) throws(CertForgeError) -> IssuingAuthority {
    let certificate = try CertificateFile.read(issuer.certificate)
    var passphrase: Passphrase?
    switch issuer.passphrase {
    case .file(let path): passphrase = try Passphrase(file: path)
    case .credential(let name): passphrase = try Passphrase(credential: name)
    case nil: break
    }
    return try IssuingAuthority(keyURI: issuer.key, certificate: certificate, passphrase: passphrase)
  }
}

extension TrustRoots {
  /// The roots as PEM text, one after the other, each compared with its pin.
  func read() throws(CertForgeError) -> String {
    var text = ""
    for root in certificates {
      let certificate = try CertificateFile.read(root.file)
      if let pin = root.fingerprint, certificate.fingerprint != pin {
        throw CertForgeError(
          .chainRefused, values: ["file": root.file, "expected": pin, "found": certificate.fingerprint],
          cause: "the file is not the root that is pinned", hint: "install Debian's ca-certificates again")
      }
      text += certificate.pem
    }
    return text
  }
}
