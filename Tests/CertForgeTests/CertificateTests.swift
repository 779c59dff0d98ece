import CertForge
import Foundation
import Testing

@Suite("Certificates")
struct CertificateTests {
  @Test func `what is read is what openssl prints`() throws {
    let bench = try Bench()
    let leaf = try bench.issue(Bench.request())
    let path = try bench.scratch.write(leaf.pem, to: "leaf.pem")
    func ask(_ arguments: String...) throws -> String {
      let answer = try Program.run(
        "openssl", ["x509", "-in", path, "-noout", "-nameopt", "RFC2253"] + arguments)
      return answer.text.trimmingCharacters(in: .whitespacesAndNewlines)
    }
    #expect(try ask("-subject") == "subject=\(leaf.subject)")
    #expect(try ask("-issuer") == "issuer=\(leaf.issuer)")
    #expect(leaf.issuer == "CN=Factory Issuing CA,O=Example\\, Ltd. = \\\"quoted\\\"")
    #expect(try ask("-serial").lowercased() == "serial=\(leaf.serialNumber)")
    #expect(
      try ask("-fingerprint", "-sha256").replacingOccurrences(of: ":", with: "").lowercased()
        == "sha256 fingerprint=\(leaf.fingerprint)")
    #expect(try ask("-startdate") == "notBefore=Dec 31 23:00:00 2025 GMT")
    #expect(try ask("-enddate") == "notAfter=Dec 31 23:59:59 2049 GMT")
    #expect(
      leaf.notBefore == Bench.now.addingTimeInterval(-3600) && leaf.notAfter == IssuingAuthority.usualEnd)
    #expect(leaf.commonName == Bench.commonName && leaf.subjectSerialNumber == Bench.serialNumber)
    #expect(leaf.authorityKeyIdentifier == bench.authority.certificate.subjectKeyIdentifier)
    #expect(leaf.authorityKeyIdentifier?.count == 20 && leaf.subjectKeyIdentifier?.count == 20)
    #expect(!leaf.isAuthority && bench.authority.certificate.isAuthority)
    #expect(try Certificate(pem: leaf.pem) == leaf)
  }

  @Test func `no part of a certificate is taken for a whole, and nothing may follow it`() throws {
    let der = try Bench().authority.certificate.der
    for count in 0..<der.count {
      #expect(
        code { _ = try Certificate(der: Array(der.prefix(count))) } == .certificateMalformed, "\(count) bytes"
      )
    }
    #expect(code { _ = try Certificate(der: der + [0]) } == .certificateMalformed)
    #expect(
      code { _ = try Certificate(der: [UInt8](repeating: 0x30, count: 1 << 20)) } == .certificateTooLarge)
    let pem = PEM.encode(der, label: "CERTIFICATE")
    #expect(code { _ = try Certificate(pem: pem + String(repeating: "\n", count: 1 << 20)) } == .pemTooLarge)
    #expect(code { _ = try Certificate(pem: pem + pem) } == .pemMalformed)
  }

  @Test func `a changed byte anywhere makes it nobody's`() throws {
    let bench = try Bench()
    let authority = bench.authority.certificate
    let leaf = try bench.issue(Bench.request())
    #expect(leaf.isIssued(by: authority) && authority.isIssued(by: authority))
    for index in leaf.der.indices {
      var der = leaf.der
      der[index] ^= 1
      let changed = try? Certificate(der: der)
      #expect(changed?.isIssued(by: authority) != true, "byte \(index)")
    }
  }

  @Test func `the same name and another key do not make an issuer`() throws {
    let bench = try Bench()
    let namesake = try Bench()
    let leaf = try bench.issue(Bench.request())
    #expect(namesake.authority.certificate.subject == bench.authority.certificate.subject)
    #expect(!leaf.isIssued(by: namesake.authority.certificate))
    #expect(!leaf.isIssued(by: leaf))
  }

  @Test func `the same key under another name, or without the right to sign, does not make an issuer`() throws
  {
    let bench = try Bench()
    let leaf = try bench.issue(Bench.request())
    func twin(_ subject: String, _ usage: String) throws -> Certificate {
      let made = try Program.openssl(
        "req", "-x509", "-key", bench.keyFile, "-passin", "pass:correct horse battery", "-subj", subject,
        "-addext",
        "keyUsage=critical,\(usage)", "-out", bench.scratch.path("twin.pem"))
      #expect(made.succeeded, "\(made)")
      return try Certificate(pem: bench.scratch.text("twin.pem"))
    }
    let name = "/O=Example, Ltd. = \"quoted\"/CN=Factory Issuing CA"
    #expect(leaf.isIssued(by: try twin(name, "keyCertSign")))
    #expect(!leaf.isIssued(by: try twin("/CN=Another", "keyCertSign")))
    #expect(!leaf.isIssued(by: try twin(name, "digitalSignature")))
  }

  @Test func `a chain is verified against the trusted authorities, at a time, for a client`() throws {
    let bench = try Bench()
    let other = try Bench()
    let authority = bench.authority.certificate
    let leaf = try bench.issue(Bench.request())
    try CertificateChain.verify(
      leaf: leaf, authorities: [other.authority.certificate, authority], at: Bench.now)
    func refusal(_ leaf: Certificate, _ authorities: [Certificate], _ date: Date = Bench.now)
      -> CertForgeError.Code?
    {
      code { try CertificateChain.verify(leaf: leaf, authorities: authorities, at: date) }
    }
    #expect(refusal(leaf, []) == .chainRefused)
    #expect(refusal(leaf, [other.authority.certificate]) == .chainRefused)
    #expect(refusal(leaf, [authority], Bench.start.addingTimeInterval(-1)) == .chainRefused)
    #expect(refusal(leaf, [authority], leaf.notAfter.addingTimeInterval(1)) == .chainRefused)
    #expect(refusal(leaf, [authority], .distantPast) == .chainRefused)
    var der = leaf.der
    der[der.count - 1] ^= 1
    #expect(refusal(try Certificate(der: der), [authority]) == .chainRefused)
  }

  @Test func `a trusted intermediate is enough; an untrusted one only helps; a server's certificate is none`()
    throws
  {
    let scratch = try Scratch()
    let root = try Authority(scratch, "root", under: nil)
    let middle = try Authority(scratch, "middle", under: root)
    let client = try middle.leaf(scratch, "client", usage: "clientAuth")
    let server = try middle.leaf(scratch, "server", usage: "serverAuth")
    let now = client.notBefore.addingTimeInterval(10)
    try CertificateChain.verify(leaf: client, authorities: [middle.certificate], at: now)
    try CertificateChain.verify(
      leaf: client, authorities: [root.certificate], intermediates: [middle.certificate], at: now)
    func refusal(_ leaf: Certificate, _ trusted: [Certificate], _ helping: [Certificate]) -> CertForgeError
      .Code?
    {
      code { try CertificateChain.verify(leaf: leaf, authorities: trusted, intermediates: helping, at: now) }
    }
    #expect(refusal(client, [root.certificate], []) == .chainRefused)
    #expect(refusal(client, [], [root.certificate, middle.certificate]) == .chainRefused)
    #expect(refusal(server, [middle.certificate], []) == .chainRefused)
  }

  @Test func `a bundle is read in its order and refused where it holds none`() throws {
    let first = try Bench().authority.certificate
    let second = try Bench().authority.certificate
    #expect(try Certificate.bundle(pem: "# one\n" + first.pem + "# two\n" + second.pem) == [first, second])
    #expect(code { _ = try Certificate.bundle(pem: "# nothing\n") } == .certificateMalformed)
    #expect(code { _ = try Certificate.bundle(pem: first.pem + second.pem.dropLast(8)) } == .pemMalformed)
  }
}

/// An authority and leaves that openssl makes, for the paths that ours never makes.
private struct Authority {
  let name: String
  let certificate: Certificate

  init(_ scratch: Scratch, _ name: String, under parent: Authority?) throws {
    self.name = name
    certificate = try Self.make(
      scratch, name, under: parent,
      "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\nsubjectKeyIdentifier=hash\n")
  }

  func leaf(_ scratch: Scratch, _ name: String, usage: String) throws -> Certificate {
    try Self.make(
      scratch, name, under: self,
      "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=\(usage)\n"
        + "subjectKeyIdentifier=hash\n")
  }

  private static func make(
    _ scratch: Scratch, _ name: String, under parent: Authority?, _ extensions: String
  ) throws -> Certificate {
    let key = scratch.path("\(name).key")
    let made = try Program.openssl(
      "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key,
      "-subj",
      "/CN=\(name)", "-out", scratch.path("\(name).csr"))
    let settings = try scratch.write(extensions + "authorityKeyIdentifier=keyid\n", to: "\(name).ext")
    let issuer =
      if let parent {
        [
          "-CA", scratch.path("\(parent.name).pem"), "-CAkey", scratch.path("\(parent.name).key"),
          "-CAcreateserial",
        ]
      } else {
        ["-signkey", key]
      }
    let signed = try Program.run(
      "openssl",
      ["x509", "-req", "-in", scratch.path("\(name).csr"), "-days", "2", "-extfile", settings]
        + ["-out", scratch.path("\(name).pem")] + issuer)
    guard made.succeeded, signed.succeeded else {
      throw PythonJudge.Refused(description: made.text + signed.text)
    }
    return try Certificate(pem: scratch.text("\(name).pem"))
  }
}
