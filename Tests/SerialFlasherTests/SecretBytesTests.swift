import SerialFlasher
import Testing

@Suite("Secret bytes")
struct SecretBytesTests {
  @Test func `a secret is never printed`() {
    let secret = [UInt8]("very secret".utf8).withUnsafeBytes { SecretBytes(copying: $0) }
    #expect("\(secret)" == "secret of 11 bytes")
    #expect(String(reflecting: secret) == "secret of 11 bytes")
    #expect(secret.withBytes { Array($0) } == Array("very secret".utf8))
  }
}
