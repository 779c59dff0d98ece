import CertForge
import Foundation
import Testing

@Suite("Issuing")
struct IssuingTests {
  @Test func `openssl verifies a leaf strictly, as a client's`() throws {
    let bench = try Bench()
    let leaf = try bench.issue(Bench.request())
    let path = try bench.scratch.write(leaf.pem, to: "leaf.pem")
    func verify(_ purpose: String, at: Date = Bench.now) throws -> Program.Answer {
      try Program.openssl(
        "verify", "-x509_strict", "-purpose", purpose, "-attime", "\(Int(at.timeIntervalSince1970))",
        "-CAfile",
        bench.certificateFile, path)
    }
    let answer = try verify("sslclient")
    #expect(answer.succeeded && answer.text.hasSuffix("leaf.pem: OK\n"), "\(answer)")
    #expect(try !verify("sslserver").succeeded)
    #expect(try verify("sslclient", at: Bench.now.addingTimeInterval(-3600)).succeeded)
    #expect(try !verify("sslclient", at: Bench.now.addingTimeInterval(-3601)).succeeded)
    // openssl counts the last second as over, RFC 5280 does not.
    #expect(try verify("sslclient", at: IssuingAuthority.usualEnd.addingTimeInterval(-1)).succeeded)
    #expect(try !verify("sslclient", at: IssuingAuthority.usualEnd.addingTimeInterval(1)).succeeded)
  }

  @Test func `openssl prints the extensions of the contract and no others`() throws {
    let bench = try Bench()
    let path = try bench.scratch.write(bench.issue(Bench.request()).pem, to: "leaf.pem")
    let text = try Program.openssl("x509", "-in", path, "-noout", "-text").text
    #expect(
      extensions(text) == [
        "X509v3 Basic Constraints: critical|CA:FALSE", "X509v3 Key Usage: critical|Digital Signature",
        "X509v3 Extended Key Usage:|TLS Web Client Authentication", "X509v3 Subject Key Identifier:",
        "X509v3 Authority Key Identifier:",
      ])
    #expect(text.contains("Version: 3 (0x2)") && text.contains("Signature Algorithm: ecdsa-with-SHA256"))
    let authority = try Program.openssl("x509", "-in", bench.certificateFile, "-noout", "-text").text
    #expect(
      extensions(authority) == [
        "X509v3 Basic Constraints: critical|CA:TRUE, pathlen:0",
        "X509v3 Key Usage: critical|Certificate Sign, CRL Sign",
        "X509v3 Subject Key Identifier:",
      ])
  }

  @Test func `python's cryptography reads what we meant`() throws {
    let bench = try Bench()
    let request = try Bench.request()
    let leaf = try bench.issue(request)
    let judge = try bench.judge(request, leaf)
    let subject = [["CN", Bench.commonName], ["2.5.4.5", Bench.serialNumber]]
    #expect(
      judge.requestSigned && judge.requestSubject == subject && judge.sameKey && judge.curve == "secp256r1")
    #expect(judge.subject == subject && judge.issuerIsCA && judge.signedByCA && judge.keyIdentifiersAgree)
    #expect(judge.digest == "sha256" && judge.version == "v3")
    #expect(judge.serialOctets <= 20 && judge.serialOctets >= 12)
    #expect(leaf.serialNumber.drop { $0 == "0" } == judge.serial.drop { $0 == "0" })
    #expect(judge.notBefore == Bench.now.timeIntervalSince1970 - 3600 && judge.notAfter == 2_524_607_999)
    #expect(judge.fingerprint == leaf.fingerprint)
    #expect(
      judge.extensions == [
        .init(name: "basicConstraints", critical: true, value: "ca=False pathlen=None"),
        .init(name: "keyUsage", critical: true, value: "digital_signature"),
        .init(name: "extendedKeyUsage", critical: false, value: "1.3.6.1.5.5.7.3.2"),
        .init(name: "subjectKeyIdentifier", critical: false, value: ""),
        .init(name: "authorityKeyIdentifier", critical: false, value: ""),
      ])
    #expect(
      judge.authorityExtensions == [
        .init(name: "basicConstraints", critical: true, value: "ca=True pathlen=0"),
        .init(name: "keyUsage", critical: true, value: "key_cert_sign crl_sign"),
        .init(name: "subjectKeyIdentifier", critical: false, value: ""),
      ])
  }

  @Test func `a hub's own key and request, made with openssl, are certified; what it asks for beside is not`()
    throws
  {
    let bench = try Bench()
    let key = bench.scratch.path("hub.key")
    let path = bench.scratch.path("hub.csr")
    #expect(
      try Program.openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", key)
        .succeeded)
    let asked = try Program.openssl(
      "req", "-new", "-key", key, "-subj",
      "/CN=\(Bench.commonName)/O=Evil/serialNumber=\(Bench.serialNumber)",
      "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "subjectAltName=DNS:evil.example", "-out",
      path)
    #expect(asked.succeeded, "\(asked)")
    let request = try SigningRequest(pem: bench.scratch.text("hub.csr"))
    let leaf = try bench.issue(request)
    let judge = try bench.judge(request, leaf)
    #expect(judge.sameKey && judge.signedByCA)
    #expect(judge.subject == [["CN", Bench.commonName], ["2.5.4.5", Bench.serialNumber]])
    #expect(
      judge.extensions.map(\.name) == [
        "basicConstraints", "keyUsage", "extendedKeyUsage", "subjectKeyIdentifier", "authorityKeyIdentifier",
      ])
    #expect(!leaf.isAuthority)
  }

  @Test func `a request that names another hub is refused`() throws {
    let bench = try Bench()
    let requests = [
      try Bench.request(commonName: "another"), try Bench.request(serialNumber: "SPK00000002"),
      try SigningRequest(pem: anonymous(bench.scratch)),
    ]
    for request in requests { #expect(code { _ = try bench.issue(request) } == .subjectMismatch) }
  }

  @Test func `a certificate begins an hour early but never before its authority, and ends with it`() throws {
    let end = Bench.start.addingTimeInterval(365 * 86_400)
    let bench = try Bench(end: end)
    let request = try Bench.request()
    let early = try bench.issue(request, now: Bench.start.addingTimeInterval(60))
    #expect(early.notBefore == Bench.start && early.notAfter == end)
    let chosen = Bench.start.addingTimeInterval(86_400)
    #expect(
      try bench.issue(request, now: Bench.start.addingTimeInterval(7200), notAfter: chosen).notAfter == chosen
    )
    #expect(
      code { _ = try bench.issue(request, now: Bench.start.addingTimeInterval(-1)) } == .clockBeforeAuthority)
    #expect(code { _ = try bench.issue(request, now: end.addingTimeInterval(1)) } == .authorityExpired)
    #expect(code { _ = try bench.issue(request, now: chosen, notAfter: chosen) } == .validityRefused)
    #expect(code { _ = try bench.issue(request, now: chosen, notAfter: .distantPast) } == .validityRefused)
  }

  @Test func `after 2049 the times are still read by others`() throws {
    let end = Date(timeIntervalSince1970: 253_402_300_799)  // 9999-12-31T23:59:59Z: no end (RFC 5280 4.1.2.5)
    let bench = try Bench(end: end)
    let request = try Bench.request()
    let leaf = try bench.issue(request, notAfter: .distantFuture)
    #expect(leaf.notAfter == min(end, .distantFuture))
    #expect(try bench.judge(request, leaf).notAfter == leaf.notAfter.timeIntervalSince1970)
  }

  @Test func `a serial number is drawn positive, not zero, and anew each time`() throws {
    let bench = try Bench()
    let request = try Bench.request()
    for (fill, serial) in [
      (UInt8(0xff), "7f" + String(repeating: "ff", count: 15)), (0x01, String(repeating: "01", count: 16)),
    ] {
      let authority = try IssuingAuthority(
        keyURI: bench.keyFile, certificate: bench.authority.certificate, passphrase: Bench.passphrase(),
        random: { [UInt8](repeating: fill, count: $0) })
      let leaf = try authority.issue(
        request, commonName: Bench.commonName, serialNumber: Bench.serialNumber, now: Bench.now)
      #expect(leaf.serialNumber == serial)
    }
    let broken = try IssuingAuthority(
      keyURI: bench.keyFile, certificate: bench.authority.certificate, passphrase: Bench.passphrase(),
      random: { [UInt8](repeating: 0, count: $0) })
    #expect(
      code {
        _ = try broken.issue(
          request, commonName: Bench.commonName, serialNumber: Bench.serialNumber, now: Bench.now)
      } == .randomUnavailable)
  }

  @Test func `many tasks issue at once and every certificate is its own`() async throws {
    let bench = try Bench()
    let authority = bench.authority
    let issued = try await withThrowingTaskGroup(of: Certificate.self) { group in
      for number in 0..<200 {
        group.addTask {
          try authority.issue(
            Bench.request(commonName: "hub-\(number)", serialNumber: "S\(number)"),
            commonName: "hub-\(number)",
            serialNumber: "S\(number)", now: Bench.now)
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(Set(issued.map(\.serialNumber)).count == 200)
    #expect(Set(issued.compactMap(\.commonName)).count == 200)
    #expect(issued.allSatisfy { $0.isIssued(by: authority.certificate) })
  }

  private func anonymous(_ scratch: Scratch) throws -> String {
    let made = try Program.openssl(
      "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
      scratch.path("anonymous.key"), "-subj", "/O=nobody", "-out", scratch.path("anonymous.csr"))
    #expect(made.succeeded, "\(made)")
    return try scratch.text("anonymous.csr")
  }

  /// Each extension's name with, after a bar, its value where that is the same for every certificate.
  private func extensions(_ text: String) -> [String] {
    let lines = text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
    return lines.indices.filter { lines[$0].hasPrefix("X509v3 ") && lines[$0] != "X509v3 extensions:" }.map {
      index in
      lines[index].contains("Identifier") ? lines[index] : "\(lines[index])|\(lines[index + 1])"
    }
  }
}
