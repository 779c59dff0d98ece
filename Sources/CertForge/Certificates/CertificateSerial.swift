/// The serial number of a certificate to be issued.
enum CertificateSerial {
  /// 16 random bytes, positive and not zero: at most 17 octets of DER, where RFC 5280 section 4.1.2.2 allows 20.
  static func draw(
    _ random: (Int) throws(CertForgeError) -> [UInt8]
  ) throws(CertForgeError) -> [UInt8] {
    // A generator that gives nothing but zeros is broken, and asking it for ever would hide that.
    for _ in 0..<8 {
      var bytes = try random(16)
      guard bytes.count == 16 else { break }
      bytes[0] &= 0x7f
      if bytes.contains(where: { $0 != 0 }) { return bytes }
    }
    throw CertForgeError(.randomUnavailable, cause: "the random generator gave no usable serial number")
  }
}
