import CertForge
import Foundation
import Testing

@Suite("Ed25519")
struct Ed25519Tests {
  @Test func `openssl verifies what a key from our file signs, and reads the file`() throws {
    let scratch = try Scratch()
    let path = scratch.path("seal.key")
    let key = try Ed25519Key.generate()
    try key.write(to: path)
    let facts = try FileManager.default.attributesOfItem(atPath: path)
    #expect(facts[.posixPermissions] as? Int == 0o600)
    let again = try Ed25519Key(file: path)
    #expect(again.publicKey == key.publicKey)
    let message = Array("station/line-1\n5\nroot\n".utf8)
    let signature = try again.sign(message)
    #expect(key.publicKey.verify(signature: signature, of: message))
    try Data(message).write(to: URL(filePath: scratch.path("message")))
    try Data(signature).write(to: URL(filePath: scratch.path("signature")))
    #expect(try Program.openssl("pkey", "-in", path, "-pubout", "-out", scratch.path("public")).succeeded)
    let answer = try Program.openssl(
      "pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", scratch.path("public"), "-in",
      scratch.path("message"), "-sigfile", scratch.path("signature"))
    #expect(answer.succeeded, "\(answer.text)")
    // And the other way round: a key and a signature that openssl made.
    let theirs = scratch.path("theirs.key")
    #expect(try Program.openssl("genpkey", "-algorithm", "ED25519", "-out", theirs).succeeded)
    let made = try Program.openssl(
      "pkeyutl", "-sign", "-rawin", "-inkey", theirs, "-in", scratch.path("message"), "-out",
      scratch.path("signature"))
    #expect(made.succeeded, "\(made.text)")
    let their = try Array(Data(contentsOf: URL(filePath: scratch.path("signature"))))
    #expect(try Ed25519Key(file: theirs).publicKey.verify(signature: their, of: message))
    #expect(!key.publicKey.verify(signature: their, of: message))
  }

  @Test func `every flipped bit of message and signature is found`() throws {
    let key = try Ed25519Key.generate()
    let message = Array("what was signed".utf8)
    let signature = try key.sign(message)
    for bit in 0..<(message.count * 8) {
      var other = message
      other[bit / 8] ^= 1 << (bit % 8)
      #expect(!key.publicKey.verify(signature: signature, of: other))
    }
    for bit in 0..<(signature.count * 8) {
      var other = signature
      other[bit / 8] ^= 1 << (bit % 8)
      #expect(!key.publicKey.verify(signature: other, of: message))
    }
    #expect(!key.publicKey.verify(signature: [], of: message))
    #expect(Ed25519PublicKey(bytes: [1, 2, 3]) == nil)
  }

  @Test func `a key that others may read, another kind of key, and a file that is there are refused`() throws
  {
    let scratch = try Scratch()
    let path = scratch.path("seal.key")
    try Ed25519Key.generate().write(to: path)
    func code(_ work: () throws -> Void) -> CertForgeError.Code? {
      do { try work() } catch { return (error as? CertForgeError)?.code }
      return nil
    }
    #expect(code { try Ed25519Key.generate().write(to: path) } == .fileExists)
    try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
    #expect(code { _ = try Ed25519Key(file: path) } == .passphraseFileUnsafe)
    let other = scratch.path("p256.key")
    #expect(
      try Program.openssl(
        "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", other
      ).succeeded)
    #expect(code { _ = try Ed25519Key(file: other) } == .keyRefused)
    #expect(code { _ = try Ed25519Key(file: scratch.path("none")) } == .passphraseFileUnreadable)
  }
}
