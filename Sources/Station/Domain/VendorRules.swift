/// The rules of the vendor's contract, applied before anything is sent: a wrong value is named while whoever typed it
/// still stands there. UUIDs are asked for where the contract demands them and nowhere else.
enum VendorRules {
  /// JSON numbers are exact up to here (2^53 - 1).
  static let largestInteger: Int64 = 9_007_199_254_740_991
  static let longestAttribute = 800

  /// 8-4-4-4-12 hexadecimal digits of either case.
  static func uuid(_ value: String, _ field: String) throws(Fault) {
    let parts = value.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    guard parts.map(\.count) == [8, 4, 4, 4, 12], parts.allSatisfy({ $0.allSatisfy(isHexDigit) }) else {
      throw invalid(field, value, "a UUID: 8-4-4-4-12 hexadecimal digits")
    }
  }

  /// Plain text that is there.
  static func text(_ value: String, _ field: String) throws(Fault) {
    guard !value.isEmpty else { throw invalid(field, value, "at least one character") }
  }

  /// At most 800 of `a-z A-Z 0-9 _ . , @ / : # = [ ] -`: what an attribute of AWS IoT may hold.
  static func attribute(_ value: String, _ field: String) throws(Fault) {
    guard AWSNames.isAttributeValue(value) else {
      throw invalid(field, value, "at most \(longestAttribute) of a-z A-Z 0-9 _ . , @ / : # = [ ] -")
    }
  }

  /// A positive integer.
  static func count(_ value: Int64, _ field: String) throws(Fault) {
    guard (1...largestInteger).contains(value) else {
      throw invalid(field, String(value), "a whole number from 1 to \(largestInteger)")
    }
  }

  static func integer(_ value: Int64, _ field: String) throws(Fault) {
    guard (-largestInteger...largestInteger).contains(value) else {
      throw invalid(field, String(value), "a whole number of at most 53 bits")
    }
  }

  static func invalid(_ field: String, _ value: String, _ rule: String) -> Fault {
    Fault(.valueInvalid, ["field": field, "value": value, "rule": rule])
  }

  private static func isHexDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
      UInt8(ascii: "A")...UInt8(ascii: "F"):
      true
    default: false
    }
  }
}

extension Customer {
  /// - Throws: `value-invalid` naming the field.
  func check() throws(Fault) {
    try VendorRules.text(site, "siteId")
    try VendorRules.text(user, "userId")
    if let organisation { try VendorRules.text(organisation, "orgId") }
  }
}
