internal import COpenSSL
internal import Foundation

/// Between `Date` and ASN.1 times (RFC 5280 section 4.1.2.5: UTCTime until 2049, GeneralizedTime from 2050, whole seconds).
enum ValidityTime {
  // 9999-12-31T23:59:59Z, the last second that a certificate can name.
  private static let last = 253_402_300_799.0

  /// Whole seconds since 1970, rounded down; nil before 1970 and after 9999.
  static func seconds(_ date: Date) -> Int? {
    let seconds = date.timeIntervalSince1970.rounded(.down)
    return seconds >= 0 && seconds <= last ? Int(seconds) : nil
  }

  /// The moment of an ASN.1 time; nil when it is none.
  static func date(_ time: UnsafePointer<ASN1_TIME>?) -> Date? {
    guard let time, ASN1_TIME_check(time) == 1, let epoch = ASN1_TIME_set(nil, 0) else { return nil }
    defer { ASN1_TIME_free(epoch) }
    var days: Int32 = 0
    var seconds: Int32 = 0
    guard ASN1_TIME_diff(&days, &seconds, epoch, time) == 1 else { return nil }
    return Date(timeIntervalSince1970: Double(days) * 86_400 + Double(seconds))
  }

  /// Writes both ends of a certificate's validity.
  static func set(_ certificate: OpaquePointer, notBefore: Int, notAfter: Int) -> Bool {
    guard let start = ASN1_TIME_set(nil, notBefore) else { return false }
    defer { ASN1_TIME_free(start) }
    guard let end = ASN1_TIME_set(nil, notAfter) else { return false }
    defer { ASN1_TIME_free(end) }
    return X509_set1_notBefore(certificate, start) == 1 && X509_set1_notAfter(certificate, end) == 1
  }
}
