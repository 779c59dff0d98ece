import Foundation

/// Whose cloud it is: one AWS account in one region and one organisation of the vendor, with their (fake) keys.
///
/// All of it comes from the seed, so that a cloud that was restarted still knows the keys it gave out.
struct SimulatedAccount: Hashable, Sendable, Codable {
  var region: String
  /// 12 digits.
  var number: String
  var accessKeyID: String
  var secretAccessKey: String
  /// With a token the key is a session's, and both must be sent.
  var sessionToken: String?
  /// When the session ends.
  var sessionEnd: Timestamp?
  /// 40 letters and digits, as the vendor gives them out; one is valid at a time.
  var apiKey: String
  var bearer: String
  var organisation: String
  /// The first part of the account's endpoints: the same for ever.
  var endpointPrefix: String

  private static let lettersAndDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

  init(seed: UInt64, region: String = "eu-central-1") {
    var random = SplitMix(seed: seed, name: "account")
    self.region = region
    number = "1" + random.text(11, of: "0123456789")
    accessKeyID = "AKIA" + random.text(16, of: "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
    secretAccessKey = random.text(40, of: Self.lettersAndDigits + "+/")
    apiKey = random.text(40, of: Self.lettersAndDigits)
    bearer = [20, 40, 43].map { random.text($0, of: Self.lettersAndDigits) }.joined(separator: ".")
    organisation = "org-" + random.text(8, of: "0123456789abcdef")
    endpointPrefix = "a" + random.text(13, of: "abcdefghijklmnopqrstuvwxyz0123456789")
  }

  func thing(_ name: String) -> String { "arn:aws:iot:\(region):\(number):thing/\(name)" }
  func certificate(_ id: String) -> String { "arn:aws:iot:\(region):\(number):cert/\(id)" }
  func policy(_ name: String) -> String { "arn:aws:iot:\(region):\(number):policy/\(name)" }
  func group(_ name: String) -> String { "arn:aws:iot:\(region):\(number):thinggroup/\(name)" }
  func type(_ name: String) -> String { "arn:aws:iot:\(region):\(number):thingtype/\(name)" }

  /// The id in an ARN of this account and region; nil for any other text.
  func id(in arn: String, of kind: String) -> String? {
    let prefix = "arn:aws:iot:\(region):\(number):\(kind)/"
    return arn.hasPrefix(prefix) ? String(arn.dropFirst(prefix.count)) : nil
  }

  /// The host of one kind of endpoint; nil for a kind that AWS IoT does not have.
  func endpoint(_ kind: String) -> String? {
    switch kind {
    case "iot:Data-ATS": "\(endpointPrefix)-ats.iot.\(region).amazonaws.com"
    case "iot:Data", "": "\(endpointPrefix).iot.\(region).amazonaws.com"
    case "iot:CredentialProvider": "\(endpointPrefix).credentials.iot.\(region).amazonaws.com"
    case "iot:Jobs": "\(endpointPrefix).jobs.iot.\(region).amazonaws.com"
    default: nil
    }
  }
}
