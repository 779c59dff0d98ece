import CertForge
import Foundation
import Testing

/// These look through the whole memory of the test's own process, each with a control that finds the secret while it lives.
@Suite("Secrets do not outlive their use", .serialized)
struct WipingTests {
  @Test func `neither the PEM nor the key is in memory once both are gone`() throws {
    SecureHeap.start()
    var line: [UInt8] = []
    var scalar: [UInt8] = []
    try useKey { pem throws in
      // The second line is base64 of bytes 48 to 95, in which the key's last 20 bytes lie.
      let lines = lineRanges(pem)
      line = masked(pem[lines[2]])
      scalar = Array((maskedDecoding(pem[lines[1]]) + maskedDecoding(pem[lines[2]]))[36..<68])
      #expect(try MemorySearch.occurrences(of: line) >= 1, "the control must find the PEM while it is lent")
      #expect(
        try MemorySearch.occurrences(of: scalar.reversed()) >= 1,
        "the control must find the key while it is alive")
      #expect(try MemorySearch.occurrences(of: scalar) == 0, "the encoding is gone before the text is lent")
    }
    #expect(line.count == 64 && scalar.count == 32)
    #expect(try MemorySearch.occurrences(of: line) == 0)
    #expect(try MemorySearch.occurrences(of: scalar) == 0)
    #expect(try MemorySearch.occurrences(of: scalar.reversed()) == 0)
  }

  @Test func `the PEM is wiped also when its user throws`() throws {
    struct Stop: Error {}
    let key = try PrivateKey.generate()
    var line: [UInt8] = []
    #expect(throws: Stop.self) {
      try key.withPEM { pem in
        line = masked(pem[lineRanges(pem)[2]])
        throw Stop()
      }
    }
    #expect(line.count == 64)
    #expect(try MemorySearch.occurrences(of: line) == 0)
  }

  @Test func `a passphrase is gone once its last copy is, after it opened an authority's key`() throws {
    let scratch = try Scratch()
    let secret = scratch.path("secret")
    // Made by another program, so that it was never in this one's memory.
    #expect(try Program.openssl("rand", "-hex", "-out", secret, "24").succeeded)
    #expect(chmod(secret, 0o600) == 0)
    let words = try usePassphrase(file: secret, scratch: scratch)
    #expect(words.count == 48)
    #expect(try MemorySearch.occurrences(of: words) == 0)
  }

  @Test func `a passphrase is never printed`() throws {
    let passphrase = try Bench.passphrase("do not show me")
    var dumped = ""
    dump(passphrase, to: &dumped)
    for text in ["\(passphrase)", String(reflecting: passphrase), dumped, "\([passphrase])"] {
      #expect(!text.contains("show"), "\(text)")
    }
  }

  // Of their own and never inlined, so that what they leave on the stack is left by what they call.
  @inline(never) private func useKey(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
    let key = try PrivateKey.generate()
    _ = try key.signingRequest(commonName: "a", serialNumber: "b")
    try key.withPEM(body)
  }

  @inline(never) private func usePassphrase(file: String, scratch: Scratch) throws -> [UInt8] {
    let passphrase = try Passphrase(file: file)
    let words = passphrase.withBytes { masked($0[...]) }
    _ = try IssuingAuthority.create(
      subject: "CA", organisation: nil, notBefore: Bench.start, notAfter: IssuingAuthority.usualEnd,
      keyFile: scratch.path("k"), certificateFile: scratch.path("c"), passphrase: passphrase)
    #expect(try MemorySearch.occurrences(of: words) >= 1, "the control must find it while it is alive")
    return words
  }

  private func masked(_ bytes: Slice<UnsafeRawBufferPointer>) -> [UInt8] {
    bytes.map { $0 ^ MemorySearch.mask }
  }

  private func lineRanges(_ text: UnsafeRawBufferPointer) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var start = 0
    for index in text.indices where text[index] == UInt8(ascii: "\n") {
      ranges.append(start..<index)
      start = index + 1
    }
    return ranges
  }

  /// Base64 whose result is masked byte by byte, so that it is never in memory as it is.
  private func maskedDecoding(_ line: Slice<UnsafeRawBufferPointer>) -> [UInt8] {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var bits: UInt32 = 0
    var count = 0
    var bytes: [UInt8] = []
    for character in line {
      guard let value = alphabet.firstIndex(of: character) else { break }
      bits = bits << 6 | UInt32(value)
      count += 6
      if count >= 8 {
        count -= 8
        bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)) ^ MemorySearch.mask)
      }
    }
    return bytes
  }
}
