import CertForge
import Foundation
import Testing

@Suite("The issuing authority's files")
struct AuthorityTests {
  @Test func `the key is written encrypted, for its owner only, and openssl opens it`() throws {
    let bench = try Bench()
    let mode = try FileManager.default.attributesOfItem(atPath: bench.keyFile)[.posixPermissions] as? Int
    #expect(mode == 0o600)
    #expect(try bench.scratch.text("ca.key").hasPrefix("-----BEGIN ENCRYPTED PRIVATE KEY-----"))
    let structure = try Program.openssl("asn1parse", "-in", bench.keyFile).text
    #expect(
      structure.contains("PBKDF2") && structure.contains("hmacWithSHA256")
        && structure.contains("aes-256-cbc"))
    let opened = try Program.openssl(
      "pkey", "-in", bench.keyFile, "-passin", "pass:correct horse battery", "-check", "-noout", "-text")
    #expect(opened.succeeded && opened.text.contains("NIST CURVE: P-256"), "\(opened)")
    #expect(try !Program.openssl("pkey", "-in", bench.keyFile, "-passin", "pass:wrong", "-noout").succeeded)
    #expect(try Certificate(pem: bench.scratch.text("ca.pem")) == bench.authority.certificate)
  }

  @Test func `it is opened by path and by URI`() throws {
    let bench = try Bench()
    for uri in [bench.keyFile, "file:\(bench.keyFile)", "file://\(bench.keyFile)"] {
      let authority = try open(bench, uri)
      let leaf = try authority.issue(
        Bench.request(), commonName: Bench.commonName, serialNumber: Bench.serialNumber, now: Bench.now)
      #expect(leaf.isIssued(by: bench.authority.certificate), "\(uri)")
    }
  }

  @Test func `each way not to open it has its own name`() throws {
    let bench = try Bench()
    let certificate = bench.authority.certificate
    #expect(
      code { _ = try open(bench, bench.keyFile, passphrase: Bench.passphrase("wrong")) } == .passphraseWrong)
    #expect(
      code { _ = try IssuingAuthority(keyURI: bench.keyFile, certificate: certificate, passphrase: nil) }
        == .passphraseMissing)
    #expect(code { _ = try open(bench, bench.scratch.path("absent")) } == .authorityKeyUnreadable)
    #expect(code { _ = try open(bench, "") } == .authorityKeyUnreadable)
    #expect(code { _ = try open(bench, bench.scratch.path) } == .authorityKeyUnreadable)
    #expect(mkfifo(bench.scratch.path("fifo"), 0o600) == 0)
    #expect(code { _ = try open(bench, bench.scratch.path("fifo")) } == .authorityKeyUnreadable)
    #expect(code { _ = try open(bench, "nosuchscheme:object=1") } == .authorityKeyUnreadable)
    #expect(code { _ = try open(bench, bench.certificateFile) } != nil)
    let garbage = try bench.scratch.write("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n", to: "garbage")
    #expect(code { _ = try open(bench, garbage) } == .authorityKeyUnreadable)
    #expect(chmod(bench.keyFile, 0o644) == 0)
    #expect(code { _ = try open(bench, bench.keyFile) } == .authorityKeyUnsafe)
    #expect(code { _ = try open(bench, "file:\(bench.keyFile)") } == .authorityKeyUnsafe)
    #expect(chmod(bench.keyFile, 0o640) == 0)
    #expect(code { _ = try open(bench, bench.keyFile) } == nil)
  }

  @Test func `a token's PIN that stands in the URI is not repeated in the error`() throws {
    let bench = try Bench()
    let uri = "pkcs11:token=CA;object=issuing?pin-value=135790&module-name=x"
    let error = #expect(throws: CertForgeError.self) { _ = try open(bench, uri) }
    #expect(error?.code == .authorityKeyUnreadable)
    #expect(error?.values["key"] == "pkcs11:token=CA;object=issuing?pin-value=...&module-name=x")
    #expect(error?.description.contains("135790") == false)
  }

  @Test func `another authority's key, and a certificate of no authority, are refused`() throws {
    let bench = try Bench()
    let other = try Bench()
    #expect(code { _ = try open(bench, other.keyFile) } == .authorityKeyMismatch)
    let key = bench.scratch.path("leaf.key")
    let path = bench.scratch.path("leaf.pem")
    let made = try Program.openssl(
      "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key,
      "-subj",
      "/CN=leaf", "-addext", "basicConstraints=critical,CA:FALSE", "-out", path)
    #expect(made.succeeded, "\(made)")
    #expect(chmod(key, 0o600) == 0)
    let leaf = try Certificate(pem: bench.scratch.text("leaf.pem"))
    #expect(
      code { _ = try IssuingAuthority(keyURI: key, certificate: leaf, passphrase: nil) } == .authorityUnfit)
  }

  @Test(arguments: [["rsa:2048"], ["ec", "-pkeyopt", "ec_paramgen_curve:P-384"]])
  func `an authority that openssl made issues too`(kind: [String]) throws {
    let scratch = try Scratch()
    let key = scratch.path("ca.key")
    let made = try Program.run(
      "openssl",
      ["req", "-x509", "-newkey"] + kind + [
        "-nodes", "-keyout", key, "-subj", "/CN=Old CA", "-days", "1", "-addext",
        "keyUsage=critical,keyCertSign",
        "-out", scratch.path("ca.pem"),
      ])
    #expect(made.succeeded, "\(made)")
    #expect(chmod(key, 0o600) == 0)
    let certificate = try Certificate(pem: scratch.text("ca.pem"))
    let authority = try IssuingAuthority(keyURI: key, certificate: certificate, passphrase: nil)
    let leaf = try authority.issue(
      Bench.request(), commonName: Bench.commonName, serialNumber: Bench.serialNumber,
      now: certificate.notBefore.addingTimeInterval(10))
    let path = try scratch.write(leaf.pem, to: "leaf.pem")
    let answer = try Program.openssl(
      "verify", "-x509_strict", "-purpose", "sslclient", "-CAfile", scratch.path("ca.pem"), path)
    #expect(answer.succeeded, "\(answer)")
  }

  @Test func `nothing is ever overwritten, and a failure leaves no key behind`() throws {
    let scratch = try Scratch()
    func create(_ key: String, _ certificate: String, passphrase: String = "correct horse") throws {
      _ = try IssuingAuthority.create(
        subject: "CA", organisation: nil, notBefore: Bench.start, notAfter: Bench.now,
        keyFile: scratch.path(key),
        certificateFile: scratch.path(certificate), passphrase: Bench.passphrase(passphrase))
    }
    try scratch.write("mine", to: "taken")
    #expect(code { try create("taken", "c1") } == .fileExists)
    #expect(code { try create("k2", "taken") } == .fileExists)
    #expect(code { try create("k3", "absent/c3") } == .fileFailed)
    #expect(code { try create("k4", "c4", passphrase: "short") } == .passphraseRefused)
    // A dangling link would otherwise choose where the key goes.
    #expect(symlink(scratch.path("elsewhere"), scratch.path("link")) == 0)
    #expect(code { try create("link", "c5") } == .fileExists)
    #expect(try scratch.text("taken") == "mine")
    #expect(try Set(FileManager.default.contentsOfDirectory(atPath: scratch.path)) == ["taken", "link"])
  }

  @Test func `a validity that is none and a name that is none are refused`() throws {
    let scratch = try Scratch()
    func create(_ name: String, _ organisation: String?, _ start: Date, _ end: Date) throws {
      _ = try IssuingAuthority.create(
        subject: name, organisation: organisation, notBefore: start, notAfter: end,
        keyFile: scratch.path("k"),
        certificateFile: scratch.path("c"), passphrase: Bench.passphrase())
    }
    #expect(code { try create("CA", nil, Bench.now, Bench.now) } == .validityRefused)
    #expect(code { try create("CA", nil, .distantPast, Bench.now) } == .validityRefused)
    #expect(
      code { try create("CA", nil, Bench.now, Date(timeIntervalSince1970: .infinity)) } == .validityRefused)
    #expect(code { try create("CA\nX", nil, Bench.start, Bench.now) } == .subjectRefused)
    #expect(code { try create("CA", "", Bench.start, Bench.now) } == .subjectRefused)
  }

  private func open(_ bench: Bench, _ uri: String, passphrase: Passphrase? = nil) throws -> IssuingAuthority {
    try IssuingAuthority(
      keyURI: uri, certificate: bench.authority.certificate, passphrase: passphrase ?? Bench.passphrase())
  }
}
