/// One thing that `station doctor` found out about a cloud.
struct CloudFinding: Hashable, Sendable {
  enum Subject: String, Hashable, Sendable, Codable {
    case awsCredentials = "aws-credentials"
    case awsEndpoints = "aws-endpoints"
    case awsPrivileges = "aws-privileges"
    case awsIssuer = "aws-issuer"
    case vendorAccess = "vendor-access"
    case clock
  }

  var subject: Subject
  /// Nil: as it should be.
  var fault: Fault?
  /// What there is to show, no secret: `["key": "…ABCD", "source": "environment"]`.
  var values: [String: String]
}
