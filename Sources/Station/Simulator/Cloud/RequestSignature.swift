/// The parts of an `Authorization: AWS4-HMAC-SHA256 …` header.
struct RequestSignature: Hashable, Sendable {
  var accessKeyID: String
  /// `YYYYMMDD`.
  var day: String
  var region: String
  var service: String
  /// Lower-case names, in the order of the header.
  var signedHeaders: [String]
  /// 64 lower-case hex digits.
  var signature: String

  static let algorithm = "AWS4-HMAC-SHA256"

  var scope: String { "\(day)/\(region)/\(service)/aws4_request" }

  init(parsing header: String) throws(CloudRefusal) {
    let words = header.split(separator: " ", maxSplits: 1)
    guard words.count == 2, words[0] == Self.algorithm else {
      throw Self.incomplete("Unsupported AWS 'algorithm': '\(words.first ?? "")'.")
    }
    var fields: [String: String] = [:]
    for part in words[1].split(separator: ",") {
      let pair = part.drop { $0 == " " }.split(separator: "=", maxSplits: 1)
      guard pair.count == 2 else { throw Self.incomplete("Authorization header has a part without a value.") }
      fields[String(pair[0])] = String(pair[1])
    }
    guard let credential = fields["Credential"] else {
      throw Self.incomplete("Authorization header requires 'Credential' parameter.")
    }
    guard let signed = fields["SignedHeaders"] else {
      throw Self.incomplete("Authorization header requires 'SignedHeaders' parameter.")
    }
    guard let signature = fields["Signature"] else {
      throw Self.incomplete("Authorization header requires 'Signature' parameter.")
    }
    let scope = credential.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard scope.count == 5, scope[4] == "aws4_request" else {
      throw Self.incomplete("Credential must have exactly 5 slash-delimited elements.")
    }
    accessKeyID = scope[0]
    day = scope[1]
    region = scope[2]
    service = scope[3]
    signedHeaders = signed.split(separator: ";").map(String.init)
    self.signature = signature
  }

  static func incomplete(_ message: String) -> CloudRefusal {
    .signature(type: "IncompleteSignatureException", message: message)
  }
}
