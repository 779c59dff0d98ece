internal import COpenSSL

/// A P-256 private key as PKCS#8 PEM, in one place on the secure heap.
///
/// Written by hand and not by OpenSSL's encoders: those pass the key through several buffers of ordinary memory, while
/// a P-256 key always has the same 138 bytes around its 32 (RFC 5958 section 2, RFC 5915 section 3).
struct PrivateKeyText: ~Copyable {
  private let memory: SecureMemory
  private let count: Int

  var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: memory.bytes[0..<count]) }

  // PrivateKeyInfo { version 0, id-ecPublicKey prime256v1, OCTET STRING { ECPrivateKey { version 1, OCTET STRING (32)
  private static let head: [UInt8] = [
    0x30, 0x81, 0x87, 0x02, 0x01, 0x00, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01,
    0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x04, 0x6d, 0x30, 0x6b, 0x02, 0x01, 0x01,
    0x04, 0x20,
  ]
  // [1] BIT STRING (66): the public point follows
  private static let middle: [UInt8] = [0xa1, 0x44, 0x03, 0x42, 0x00]
  private static let scalarSize = 32
  private static let begin = Array("-----BEGIN PRIVATE KEY-----\n".utf8)
  private static let end = Array("-----END PRIVATE KEY-----\n".utf8)
  // 48 bytes make one line of 64 characters (RFC 7468 section 2).
  private static let bytesPerLine = 48

  init(_ key: OpaquePointer, _ publicKey: PublicKey) throws(CertForgeError) {
    let der = try Self.encoding(key, point: publicKey.spki.suffix(65))
    // Each line has a terminating zero while it is written, so one byte more than the text.
    memory = try SecureMemory(count: 512)
    var next = 0
    for byte in Self.begin { Self.put(byte, memory.bytes, &next) }
    var from = 0
    while from < der.bytes.count {
      let size = min(Self.bytesPerLine, der.bytes.count - from)
      let line = UnsafeRawBufferPointer(rebasing: der.bytes[from..<from + size])
      let output = UnsafeMutableRawBufferPointer(rebasing: memory.bytes[next...])
      next += Int(
        EVP_EncodeBlock(
          output.baseAddress?.assumingMemoryBound(to: UInt8.self),
          line.baseAddress?.assumingMemoryBound(to: UInt8.self), Int32(size)))
      Self.put(UInt8(ascii: "\n"), memory.bytes, &next)
      from += size
    }
    for byte in Self.end { Self.put(byte, memory.bytes, &next) }
    count = next
  }

  private static func encoding(_ key: OpaquePointer, point: ArraySlice<UInt8>) throws(CertForgeError)
    -> SecureMemory
  {
    let scalar = try scalar(key)
    let der = try SecureMemory(count: head.count + scalarSize + middle.count + point.count)
    var next = 0
    for byte in head { put(byte, der.bytes, &next) }
    // libcrypto gives numbers in the machine's order; DER wants the highest byte first.
    let reversed = UInt16(1).littleEndian == 1
    for index in 0..<scalarSize {
      put(scalar.bytes[reversed ? scalarSize - 1 - index : index], der.bytes, &next)
    }
    for byte in middle { put(byte, der.bytes, &next) }
    for byte in point { put(byte, der.bytes, &next) }
    return der
  }

  private static func scalar(_ key: OpaquePointer) throws(CertForgeError) -> SecureMemory {
    ErrorQueue.clear()
    let scalar = try SecureMemory(count: scalarSize)
    guard forge_private_number(key, scalar.bytes.baseAddress, scalarSize) == 1 else {
      throw CertForgeError(
        .keyMalformed, cause: ErrorQueue.drain(), hint: "the key cannot be taken out of its provider")
    }
    return scalar
  }

  private static func put(_ byte: UInt8, _ memory: UnsafeMutableRawBufferPointer, _ next: inout Int) {
    memory[next] = byte
    next += 1
  }
}
