import CertForge
import Foundation
import Testing

@Suite("Signing requests")
struct SigningRequestTests {
  @Test func `openssl verifies a request and reads its subject`() throws {
    let scratch = try Scratch()
    let key = try PrivateKey.generate()
    let request = try key.signingRequest(commonName: Bench.commonName, serialNumber: Bench.serialNumber)
    let path = try scratch.write(request.pem, to: "request.pem")
    let answer = try Program.openssl(
      "req", "-in", path, "-verify", "-noout", "-subject", "-text", "-nameopt", "RFC2253")
    #expect(answer.succeeded && answer.text.contains("verify OK"), "\(answer)")
    #expect(
      answer.text.contains("serialNumber=SPK00000001,CN=90799d3e-b623-5a59-b2aa-e7df099f5daa"), "\(answer)")
    #expect(answer.text.contains("Signature Algorithm: ecdsa-with-SHA256"))
    #expect(request.commonName == Bench.commonName && request.serialNumber == Bench.serialNumber)
    #expect(request.publicKey == key.publicKey)
    #expect(try SigningRequest(pem: request.pem) == request)
  }

  @Test func `a request that a hub made with openssl is read`() throws {
    let scratch = try Scratch()
    let request = try SigningRequest(
      pem: hubRequest(scratch, subject: "/CN=\(Bench.commonName)/serialNumber=SPK1"))
    #expect(request.commonName == Bench.commonName && request.serialNumber == "SPK1")
    let bare = try SigningRequest(pem: hubRequest(scratch, subject: "/O=nobody"))
    #expect(bare.commonName == nil && bare.serialNumber == nil)
  }

  @Test func `syntax in a subject stays text`() throws {
    let scratch = try Scratch()
    let name = "hub,CN=evil/O=evil+serialNumber=9;\"x\\y\" <é>#"
    let request = try Bench.request(commonName: name, serialNumber: "A,B=C+D/E")
    #expect(request.commonName == name && request.serialNumber == "A,B=C+D/E")
    let path = try scratch.write(request.pem, to: "request.pem")
    let lines = try Program.openssl(
      "req", "-in", path, "-noout", "-subject", "-nameopt", "multiline,utf8,-esc_msb,-align")
    #expect(lines.succeeded)
    let entries = lines.text.split(separator: "\n").dropFirst().map {
      $0.trimmingCharacters(in: .whitespaces)
    }
    let shown = name.replacingOccurrences(of: "\\", with: "\\\\")
    #expect(entries == ["commonName = \(shown)", "serialNumber = A,B=C+D/E"], "\(lines.text)")
  }

  @Test(arguments: [
    ("", "A"), ("a", ""), ("a\nb", "A"), ("a\u{0}b", "A"), ("a", "A\nB"), ("a", "A_B"), ("a", "é"),
    ("a\u{85}", "A"),
    (String(repeating: "a", count: 65), "A"), ("a", String(repeating: "A", count: 65)),
  ])
  func `a subject that X.520 does not allow is refused before it is signed`(
    commonName: String, serialNumber: String
  ) {
    #expect(
      code { _ = try Bench.request(commonName: commonName, serialNumber: serialNumber) } == .subjectRefused)
  }

  @Test func `sixty-four characters are allowed`() throws {
    let longest = String(repeating: "é", count: 64)
    #expect(try Bench.request(commonName: longest, serialNumber: "A").commonName == longest)
  }

  @Test func `no part of a request is taken for a whole`() throws {
    let der = try Bench.request().der
    for count in 0..<der.count {
      #expect(
        code { _ = try SigningRequest(der: Array(der.prefix(count))) } == .requestMalformed, "\(count) bytes")
    }
    #expect(code { _ = try SigningRequest(der: der + [0]) } == .requestMalformed)
    #expect(code { _ = try SigningRequest(der: der + der) } == .requestMalformed)
  }

  @Test func `every single changed byte is noticed`() throws {
    let der = try Bench.request().der
    for index in der.indices {
      for bit in [UInt8(0x01), 0x80] {
        var changed = der
        changed[index] ^= bit
        #expect(code { _ = try SigningRequest(der: changed) } != nil, "byte \(index)")
      }
    }
  }

  @Test func `a broken signature and another's name are told apart from nonsense`() throws {
    var changed = try Bench.request().der
    changed[changed.count - 1] ^= 1
    #expect(code { _ = try SigningRequest(der: changed) } == .requestSignatureWrong)
    var renamed = try Bench.request().der
    let place = try #require(Data(renamed).range(of: Data(Bench.serialNumber.utf8)))
    renamed[place.upperBound - 1] = UInt8(ascii: "2")
    #expect(code { _ = try SigningRequest(der: renamed) } == .requestSignatureWrong)
  }

  @Test func `the same request in BER is refused`() throws {
    let der = try Bench.request().der
    #expect(der[1] == 0x81 || der[1] == 0x82)
    // A length with one more octet than it needs: BER, not DER.
    let size = der[1] == 0x81 ? 1 : 2
    let ber = [der[0], 0x80 | UInt8(size + 1), 0] + der[2...]
    #expect(code { _ = try SigningRequest(der: ber) } == .requestMalformed)
  }

  @Test(arguments: [
    ["rsa:2048"], ["ec", "-pkeyopt", "ec_paramgen_curve:P-384"],
    ["ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-pkeyopt", "ec_param_enc:explicit"],
  ])
  func `a request with any other key is refused`(kind: [String]) throws {
    let scratch = try Scratch()
    let path = scratch.path("request.pem")
    let made = try Program.run(
      "openssl",
      ["req", "-new", "-newkey"] + kind + ["-nodes", "-keyout", "/dev/null", "-subj", "/CN=a", "-out", path])
    #expect(made.succeeded, "\(made)")
    #expect(code { _ = try SigningRequest(pem: scratch.text("request.pem")) } == .keyRefused)
  }

  @Test func `two common names or two serial numbers are refused`() throws {
    let scratch = try Scratch()
    for subject in ["/CN=a/CN=b", "/CN=a/serialNumber=1/serialNumber=2"] {
      let pem = try hubRequest(scratch, subject: subject)
      #expect(code { _ = try SigningRequest(pem: pem) } == .requestSubjectAmbiguous, "\(subject)")
    }
  }

  @Test func `a request that is too large is not looked at`() throws {
    let pem = try Bench.request().pem
    #expect(pem.utf8.count <= SigningRequest.largestPEM)
    #expect(
      code { _ = try SigningRequest(pem: String(repeating: "x", count: 1 << 20) + pem) } == .pemTooLarge)
    #expect(
      code { _ = try SigningRequest(der: [UInt8](repeating: 0x30, count: 1 << 20)) } == .requestTooLarge)
    let room = SigningRequest.largestPEM - pem.utf8.count
    #expect(try SigningRequest(pem: String(repeating: "\n", count: room) + pem).pem == pem)
    #expect(
      code { _ = try SigningRequest(pem: String(repeating: "\n", count: room + 1) + pem) } == .pemTooLarge)
  }

  @Test func `PEM that is not one whole request is refused`() throws {
    let pem = try Bench.request().pem
    let wrong = [
      "", "garbage", pem + pem, String(pem.dropLast(10)), String(pem.dropFirst(40)),
      pem.replacingOccurrences(of: "CERTIFICATE REQUEST", with: "CERTIFICATE"),
      pem.replacingOccurrences(of: "-----END CERTIFICATE", with: "-----END ANOTHER"),
      pem.replacingOccurrences(of: "REQUEST-----\nM", with: "REQUEST-----\nProc-Type: 4,ENCRYPTED\n\nM"),
      "-----BEGIN CERTIFICATE REQUEST-----\n" + pem,
      pem.replacingOccurrences(of: "REQUEST-----\nM", with: "REQUEST-----\n!M"),
    ]
    for text in wrong { #expect(code { _ = try SigningRequest(pem: text) } == .pemMalformed, "\(text)") }
    let windows = pem.replacingOccurrences(of: "\n", with: "\r\n")
    #expect(try SigningRequest(pem: "a line of the console\n" + windows).pem == pem)
  }

  @Test(arguments: ["a\\nb", "a\\x00b", "\\x1b[2J"])
  func `control characters that another program put into a subject are not passed on`(name: String) throws {
    let scratch = try Scratch()
    let made = try Program.run(PythonJudge.interpreter(), "-c", Self.hostileMaker, name, scratch.path)
    #expect(made.succeeded, "\(made)")
    let request = try scratch.text("hostile.csr")
    #expect(code { _ = try SigningRequest(pem: request) } == .requestSubjectAmbiguous)
    let certificate = try Certificate(pem: scratch.text("hostile.pem"))
    #expect(certificate.commonName == nil)
    #expect(!certificate.subject.isEmpty && certificate.subject.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7f })
  }

  private static let hostileMaker = """
    import sys, datetime
    from cryptography import x509
    from cryptography.x509.oid import NameOID
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding
    text = sys.argv[1].encode().decode("unicode_escape")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])
    request = x509.CertificateSigningRequestBuilder().subject_name(name).sign(key, hashes.SHA256())
    start = datetime.datetime(2025, 1, 1)
    certificate = (x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
      .serial_number(1).not_valid_before(start).not_valid_after(start + datetime.timedelta(days=1))
      .sign(key, hashes.SHA256()))
    open(sys.argv[2] + "/hostile.csr", "wb").write(request.public_bytes(Encoding.PEM))
    open(sys.argv[2] + "/hostile.pem", "wb").write(certificate.public_bytes(Encoding.PEM))
    """

  private func hubRequest(_ scratch: Scratch, subject: String) throws -> String {
    let key = scratch.path("hub.key")
    let path = scratch.path("hub.csr")
    let made = try Program.openssl(
      "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", key)
    #expect(made.succeeded, "\(made)")
    let asked = try Program.openssl("req", "-new", "-key", key, "-subj", subject, "-out", path)
    #expect(asked.succeeded, "\(asked)")
    return try scratch.text("hub.csr")
  }
}
