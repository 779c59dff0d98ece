import CertForge
import Foundation
import Testing

@Suite("Digests and codes")
struct DigestTests {
  @Test func `SHA-256 and SHA-1 give the examples of FIPS 180`() {
    #expect(
      Digest.sha256Hex(Array("abc".utf8))
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(
      Digest.sha256Hex([UInt8]()) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(
      Digest.sha256Hex(Data("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq".utf8))
        == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")
    #expect(
      Hexadecimal.encode(Digest.sha1(Array("abc".utf8))) == "a9993e364706816aba3e25717850c26c9cd0d89d")
  }

  @Test func `a stream gives the digest of a million a's in uneven pieces, and goes on after being asked`() {
    let stream = SHA256Stream()
    #expect(stream.digest() == Digest.sha256([UInt8]()))
    var left = 1_000_000
    var piece = 1
    while left > 0 {
      let count = min(piece, left)
      stream.update([UInt8](repeating: UInt8(ascii: "a"), count: count))
      left -= count
      piece = piece * 3 % 7919 + 1
    }
    #expect(
      Hexadecimal.encode(stream.digest())
        == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    stream.update([0])
    #expect(stream.digest() != Digest.sha256([UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000)))
  }

  /// RFC 4231 section 4: cases 1 to 4, 6 and 7 whole, case 5 by its first 16 bytes.
  static let vectors: [(key: [UInt8], message: [UInt8], code: String)] = [
    (
      [UInt8](repeating: 0x0b, count: 20), Array("Hi There".utf8),
      "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
    ),
    (
      Array("Jefe".utf8), Array("what do ya want for nothing?".utf8),
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    ),
    (
      [UInt8](repeating: 0xaa, count: 20), [UInt8](repeating: 0xdd, count: 50),
      "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
    ),
    (
      Array(1...25), [UInt8](repeating: 0xcd, count: 50),
      "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"
    ),
    (
      [UInt8](repeating: 0x0c, count: 20), Array("Test With Truncation".utf8),
      "a3b6167473100ee06e0c796c2955552b"
    ),
    (
      [UInt8](repeating: 0xaa, count: 131),
      Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
    ),
    (
      [UInt8](repeating: 0xaa, count: 131),
      Array(
        ("This is a test using a larger than block-size key and a larger than block-size data. "
          + "The key needs to be hashed before being used by the HMAC algorithm.").utf8),
      "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"
    ),
  ]

  @Test(arguments: vectors.indices) func `HMAC-SHA-256 gives the codes of RFC 4231`(index: Int) {
    let vector = Self.vectors[index]
    let made = MessageAuthentication.hmacSHA256(key: vector.key, message: vector.message)
    #expect(made.count == 32)
    #expect(Hexadecimal.encode(made).hasPrefix(vector.code))
    let lent = vector.key.withUnsafeBytes {
      MessageAuthentication.hmacSHA256(key: $0, message: vector.message)
    }
    #expect(lent == made)
  }

  @Test func `an empty key and an empty message are a key and a message`() {
    _ = MessageAuthentication.hmacSHA256(key: Array("another".utf8), message: [1])
    #expect(
      Hexadecimal.encode(MessageAuthentication.hmacSHA256(key: [UInt8](), message: [UInt8]()))
        == "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad")
    // No address at all is how an empty buffer may come.
    let nothing = UnsafeRawBufferPointer(start: nil, count: 0)
    #expect(
      MessageAuthentication.hmacSHA256(key: nothing, message: nothing)
        == MessageAuthentication.hmacSHA256(key: [UInt8](), message: [UInt8]()))
  }

  @Test func `comparison looks at every byte and at the length`() {
    let code = Array("0123456789abcdef".utf8)
    #expect(MessageAuthentication.equal(code, code))
    #expect(MessageAuthentication.equal([UInt8](), [UInt8]()))
    #expect(!MessageAuthentication.equal(code, Array(code.dropLast())))
    for index in code.indices {
      var other = code
      other[index] ^= 1
      #expect(!MessageAuthentication.equal(code, other))
    }
  }

  @Test func `a name gives the hub id of the contract`() throws {
    let namespace = try #require(UUID(uuidString: "6ba7b810-9dad-11d1-80b4-00c04fd430c8"))
    #expect(
      NameUUID.version5(namespace: namespace, name: "HUB-2/SPK00000001").uuidString.lowercased()
        == "90799d3e-b623-5a59-b2aa-e7df099f5daa")
    // RFC 9562 appendix A.4.
    #expect(
      NameUUID.version5(namespace: namespace, name: "www.example.com").uuidString.lowercased()
        == "2ed6657d-e927-568b-95e1-2665a8aea6a2")
  }

  @Test func `hexadecimal goes there and back and takes nothing else`() throws {
    let bytes = Array(UInt8.min...UInt8.max)
    #expect(try Hexadecimal.decode(Hexadecimal.encode(bytes)) == bytes)
    #expect(try Hexadecimal.decode("00FFab") == [0, 255, 0xab])
    for wrong in ["0", "0g", "0x00", "00 00", "é0"] {
      #expect(code { _ = try Hexadecimal.decode(wrong) } == .hexadecimalMalformed, "\(wrong)")
    }
  }

  @Test func `random bytes are as many as asked and do not repeat`() throws {
    #expect(try SecureRandom.bytes(0).isEmpty)
    let drawn = try (0..<100).map { _ in try SecureRandom.bytes(16) }
    #expect(Set(drawn).count == 100 && drawn.allSatisfy { $0.count == 16 })
    #expect(code { _ = try SecureRandom.bytes(1 << 40) } == .randomUnavailable)
  }
}
