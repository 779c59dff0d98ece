extension IssuerSettings {
  private static let remedy =
    "write `issuer: aws`, or certificate and key of the issuing CA below it (`station ca init` makes one)."

  /// `issuer: aws`, or a section about the issuing CA.
  static func read(_ root: SettingsSection) -> IssuerSettings? {
    guard root.holdsText("issuer") else {
      return root.requiredSection("issuer", remedy: remedy).flatMap(AuthoritySettings.read).map {
        .authority($0)
      }
    }
    return root.value("issuer", remedy: remedy) { $0 == IssuerName.aws ? .aws : nil }
  }
}

extension AuthoritySettings {
  fileprivate static func read(_ section: SettingsSection) -> AuthoritySettings? {
    defer { section.finish() }
    let certificate = section.required(
      "certificate", remedy: SettingsWord.absolutePathRemedy, SettingsWord.absolutePath)
    let key = section.required(
      "key",
      remedy: "write an OSSL_STORE URI: file:/etc/station/issuing-ca.key, handle:0x81000001, pkcs11:token=…",
      mayHoldSecret: true
    ) { SettingsWord.matching($0, #/[a-z][a-z0-9+.\-]*:[!-~]{1,1000}/#) }
    let passphrase = section.section("passphrase").flatMap { PassphraseSource.read($0) }
    let end =
      section.has("not-after")
      ? section.value("not-after", remedy: "write a UTC time such as \(usualEnd).", Self.time)
      : Self.time(usualEnd)
    guard let certificate, let key, let end else { return nil }
    return AuthoritySettings(certificate: certificate, key: key, passphrase: passphrase, notAfter: end)
  }

  /// `2049-12-31T23:59:59Z`: seconds are enough for a certificate.
  private static func time(_ text: String) -> Timestamp? {
    text.hasSuffix("Z") && text.utf8.count == 20 ? Timestamp(text.dropLast() + ".000Z") : nil
  }
}

extension PassphraseSource {
  /// The value is never repeated in a finding: it may be the passphrase itself.
  fileprivate static func read(_ section: SettingsSection) -> PassphraseSource? {
    defer { section.finish() }
    if section.has("file"), section.has("credential") {
      section.report("credential", remedy: "stands beside `file`: keep one.")
    }
    if section.has("credential") {
      guard let name = section.text("credential") else { return nil }
      if let name = SettingsWord.matching(name, #/[A-Za-z0-9._\-]{1,128}/#), name != ".", name != ".." {
        return .credential(name)
      }
      section.report("credential", remedy: "write the name of a systemd credential, such as ca-passphrase.")
      return nil
    }
    guard section.has("file") else {
      section.missing("file", remedy: "write `file: /path` or `credential: NAME`.")
      return nil
    }
    guard let path = section.text("file") else { return nil }
    if let path = SettingsWord.absolutePath(path) { return .file(path) }
    section.report("file", remedy: "write the path of a file that holds the passphrase, beginning with /.")
    return nil
  }
}
