import CertForge
import Foundation
import Testing

@Suite("Private keys")
struct PrivateKeyTests {
  @Test func `a signature verifies with the public half, and with nothing changed`() throws {
    let key = try PrivateKey.generate()
    let message = Array("station-possession-v1".utf8)
    let signature = try key.sign(message)
    #expect(key.publicKey.verify(signature: signature, of: message))
    #expect(!key.publicKey.verify(signature: signature, of: message + [0]))
    #expect(!key.publicKey.verify(signature: Array(signature.dropLast()), of: message))
    #expect(!key.publicKey.verify(signature: [], of: message))
    #expect(!key.publicKey.verify(signature: [UInt8](repeating: 0x30, count: 1 << 20), of: message))
    let other = try PrivateKey.generate()
    #expect(!other.publicKey.verify(signature: signature, of: message))
  }

  @Test func `openssl reads the key, finds it sound and verifies what it signed`() throws {
    let scratch = try Scratch()
    let key = try PrivateKey.generate()
    try key.withPEM { pem in
      #expect(FileManager.default.createFile(atPath: scratch.path("key.pem"), contents: Data(pem)))
    }
    let check = try Program.openssl("pkey", "-in", scratch.path("key.pem"), "-check", "-noout", "-text")
    #expect(
      check.succeeded && check.text.contains("Key is valid") && check.text.contains("NIST CURVE: P-256"),
      "\(check)")
    #expect(
      try Program.openssl(
        "pkey", "-in", scratch.path("key.pem"), "-pubout", "-out", scratch.path("public.pem")
      ).succeeded)
    #expect(
      try PEM.decode(scratch.text("public.pem"), labels: ["PUBLIC KEY"], limit: 1000) == key.publicKey.spki)
    // Byte for byte what openssl itself would have written.
    let again = try Program.openssl("pkey", "-in", scratch.path("key.pem"))
    #expect(try again.text == scratch.text("key.pem"))
    let message = Array("a message".utf8)
    try Data(message).write(to: URL(fileURLWithPath: scratch.path("message")))
    try Data(key.sign(message)).write(to: URL(fileURLWithPath: scratch.path("signature")))
    let verified = try Program.openssl(
      "dgst", "-sha256", "-verify", scratch.path("public.pem"), "-signature", scratch.path("signature"),
      scratch.path("message"))
    #expect(verified.succeeded && verified.text.contains("Verified OK"), "\(verified)")
  }

  @Test func `a key goes out as PEM and comes back the same`() throws {
    for _ in 0..<50 {
      let key = try PrivateKey.generate()
      let back = try key.withPEM { try PrivateKey(pem: $0).publicKey }
      #expect(back == key.publicKey)
    }
  }

  @Test func `keys of openssl are read, SEC 1 and encrypted ones too`() throws {
    let scratch = try Scratch()
    let sec1 = scratch.path("sec1.pem")
    let locked = scratch.path("locked.pem")
    #expect(
      try Program.openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", sec1).succeeded)
    #expect(
      try Program.openssl("pkcs8", "-topk8", "-in", sec1, "-out", locked, "-passout", "pass:open sesame")
        .succeeded)
    let first = try read(sec1)
    let second = try read(locked, "open sesame")
    #expect(first == second)
    #expect(code { _ = try read(locked, "open season") } == .passphraseWrong)
    // Were the question not answered, libcrypto would ask on the terminal and wait.
    #expect(code { _ = try read(locked) } == .passphraseMissing)
  }

  @Test(arguments: ["rsa", "p384", "explicit", "ed25519"])
  func `any other kind of key is refused`(kind: String) throws {
    let scratch = try Scratch()
    let path = scratch.path("key.pem")
    let made =
      switch kind {
      case "rsa": try Program.openssl("genrsa", "-out", path, "2048")
      case "p384": try Program.openssl("ecparam", "-name", "secp384r1", "-genkey", "-noout", "-out", path)
      case "explicit":
        try Program.openssl(
          "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-pkeyopt",
          "ec_param_enc:explicit", "-out", path)
      default: try Program.openssl("genpkey", "-algorithm", "ED25519", "-out", path)
      }
    #expect(made.succeeded, "\(made)")
    #expect(code { _ = try read(path) } == .keyRefused)
  }

  @Test func `what is no key is refused, however large`() throws {
    for text in ["", "hello", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"] {
      let found = code { try Array(text.utf8).withUnsafeBytes { _ = try PrivateKey(pem: $0) } }
      #expect(found == .keyMalformed, "\(text)")
    }
    let large = [UInt8](repeating: UInt8(ascii: "A"), count: 1 << 20)
    #expect(code { try large.withUnsafeBytes { _ = try PrivateKey(pem: $0) } } == .keyMalformed)
  }

  @Test func `a public key is one whole point on its curve`() throws {
    let spki = try PrivateKey.generate().publicKey.spki
    #expect(try PublicKey(spki: spki).isP256)
    for count in 0..<spki.count {
      #expect(code { _ = try PublicKey(spki: Array(spki.prefix(count))) } == .keyMalformed, "\(count) bytes")
    }
    #expect(code { _ = try PublicKey(spki: spki + [0]) } == .keyMalformed)
    var beside = spki
    beside[90] ^= 1
    #expect(code { _ = try PublicKey(spki: beside) } == .keyMalformed)
  }

  private func read(_ path: String, _ passphrase: String? = nil) throws -> PublicKey {
    let pem = try #require(FileManager.default.contents(atPath: path))
    return try pem.withUnsafeBytes { pem in
      guard let passphrase else { return try PrivateKey(pem: pem).publicKey }
      return try Array(passphrase.utf8).withUnsafeBytes { try PrivateKey(pem: pem, passphrase: $0).publicKey }
    }
  }
}
