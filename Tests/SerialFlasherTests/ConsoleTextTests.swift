import Foundation
import Testing

@testable import SerialFlasher

@Suite("Console text")
struct ConsoleTextTests {
  private func clean(_ pieces: [[UInt8]]) -> String {
    var text = ConsoleText()
    return String(decoding: pieces.flatMap { text.clean($0) }, as: UTF8.self)
  }

  static let sample =
    "\u{1B}[1;32mhub\u{1B}[0m:~# \u{1B}[?2004h\u{1B}[6n\u{1B}]0;title\u{7}ls\r\n"
    + "[   12.345678] usb 1-1: new high-speed USB device\r\n\u{1B}]2;x\u{1B}\\[root@hub ~]# \u{1B}(Bab"
    + "[    0.000001][    T1] random: crng init done\r\ncd\u{8}\u{0}\r\n[12] [1.2] [ 3.1234567] [x\t["
  static let expected = "hub:~# ls\n[root@hub ~]# abcd\n[12] [1.2] [ 3.1234567] [x\t"

  @Test func `sequences and kernel lines are taken out wherever the stream is split`() {
    let bytes = Array(Self.sample.utf8)
    #expect(clean([bytes]) == Self.expected)
    #expect(clean(bytes.map { [$0] }) == Self.expected)
    for cut in bytes.indices {
      #expect(clean([Array(bytes[..<cut]), Array(bytes[cut...])]) == Self.expected, "split at \(cut)")
    }
  }

  @Test func `a kernel line may stand before, after and in the middle of any text`() {
    let text = Array("B1234abcd\nQUJD\nEabcd1234 0\n".utf8)
    let kernel = Array("[12345.678901] eth0: link up [full] \u{1B}\r\n".utf8)
    for place in 0...text.count {
      #expect(
        clean([Array(text[..<place]) + kernel + Array(text[place...])])
          == String(decoding: text, as: UTF8.self),
        "kernel line at \(place)")
    }
  }

  @Test func `sequences and kernel lines that never end swallow no more than their bounds`() {
    let endless = [UInt8](repeating: 0x31, count: 10_000)
    for start in ["\u{1B}[", "\u{1B}]", "[   1.000000] ", "\u{1B}P"] {
      let left = clean([Array(start.utf8), endless]).utf8.count
      #expect(left >= endless.count - 2100, "after \(start.debugDescription): \(left)")
    }
    #expect(clean([Array(("[" + String(repeating: " ", count: 40)).utf8)]).utf8.count == 41)
  }
}

@Suite("Console transcript")
struct ConsoleTranscriptTests {
  @Test func `a hub that never ends its lines fills no memory, and a prompt is still found`() {
    var transcript = ConsoleTranscript()
    for _ in 0..<200 { _ = transcript.hear([UInt8](repeating: 0x41, count: 5000)) }
    #expect(transcript.openLine.count <= ConsoleTranscript.longestLine)
    #expect(transcript.heard == 1_000_000)
    #expect(transcript.excerpt.count == 80)
    _ = transcript.hear(Array("hub LOGIN: ".utf8))
    #expect(transcript.openLineEnds(with: "login:"))
    #expect(!transcript.openLineEnds(with: "password:"))
  }

  @Test func `an excerpt is printable and short, whatever was heard`() {
    let all = (0..<4).flatMap { _ in (0...255).map { UInt8($0) } }
    let excerpt = ConsoleTranscript.printable(all)
    #expect(excerpt.count <= 80 && excerpt.utf8.allSatisfy { (0x20...0x7E).contains($0) })
  }
}

@Suite("SHA-256 and base64 of a conversation")
struct ConsoleEncodingTests {
  @Test func `digests agree with the vectors of the standard`() {
    #expect(SHA256Digest.hex(of: []) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(
      SHA256Digest.hex(of: Array("abc".utf8))
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(
      SHA256Digest.hex(of: Array("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq".utf8))
        == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")
    #expect(
      SHA256Digest.hex(of: [UInt8](repeating: 0x61, count: 1_000_000))
        == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  @Test func `lines of base64 are those that others read, for every length`() throws {
    for count in 0...200 {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ count) }
      let length = DataLines.length(for: count)
      var lines = [UInt8](repeating: 0, count: length)
      bytes.withUnsafeBytes { source in lines.withUnsafeMutableBytes { DataLines.encode(source, into: $0) } }
      let text = String(decoding: lines, as: UTF8.self)
      #expect(text.split(separator: "\n").count == DataLines.lines(for: count))
      #expect(text.split(separator: "\n").allSatisfy { $0.utf8.count <= 76 })
      let decoded = try #require(Data(base64Encoded: text.filter { $0 != "\n" }))
      #expect([UInt8](decoded) == bytes)
    }
  }
}
