/// The names that AWS IoT takes, checked before any call, and the ARNs that can be told without asking.
struct AWSNames: Sendable {
  var region: String
  var account: String

  /// The ARN's partition: China and GovCloud are worlds of their own.
  var partition: String {
    region.hasPrefix("cn-") ? "aws-cn" : region.hasPrefix("us-gov-") ? "aws-us-gov" : "aws"
  }

  /// - Parameter id: lower-case hex SHA-256 of the certificate's DER.
  func certificate(_ id: String) -> String { "arn:\(partition):iot:\(region):\(account):cert/\(id)" }

  /// `iot.eu-west-1.amazonaws.com`, in China below `amazonaws.com.cn`.
  var controlEndpoint: String {
    "https://iot.\(region).amazonaws.com" + (partition == "aws-cn" ? ".cn" : "")
  }

  /// 1 to 128 of `a-z A-Z 0-9 : _ -`: Things, thing types and thing groups.
  static func isThingName(_ text: String) -> Bool { matches(text, longest: 128, also: ":_-") }

  /// At most 800 of `a-z A-Z 0-9 _ . , @ / : # = [ ] -`: no spaces.
  static func isAttributeValue(_ text: String) -> Bool {
    text.isEmpty || matches(text, longest: 800, also: "_.,@/:#=[]-")
  }

  /// 1 to 128 of `a-z A-Z 0-9 _ + = , . @ -`.
  static func isPolicyName(_ text: String) -> Bool { matches(text, longest: 128, also: "_+=,.@-") }

  /// 64 lower-case hex digits.
  static func isCertificateID(_ text: String) -> Bool {
    text.utf8.count == 64
      && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
  }

  static func require(_ good: Bool, _ field: String, _ value: String) throws(Fault) {
    guard !good else { return }
    throw Fault(
      .requestRefused,
      ["field": field, "value": value, "message": "AWS IoT does not take this \(field); nothing was sent"])
  }

  private static func matches(_ text: String, longest: Int, also: String) -> Bool {
    (1...longest).contains(text.utf8.count)
      && text.utf8.allSatisfy {
        (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
          || also.utf8.contains($0)
      }
  }
}
