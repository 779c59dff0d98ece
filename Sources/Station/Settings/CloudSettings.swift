/// Where the cloud is and how it is spoken to. Nothing here has a production default.
struct CloudSettings: Hashable, Sendable {
  struct AWS: Hashable, Sendable {
    enum PolicyVia: String, Hashable, Sendable, CaseIterable {
      case certificate
      case thingGroup = "thing-group"
    }

    var region: String
    /// 12 digits; needed to name certificates without asking.
    var account: String
    /// Overrides `https://iot.REGION.amazonaws.com`: tests, VPC endpoints.
    var endpoint: String?
    /// `PREFIX-ats.iot.REGION.amazonaws.com`; asked from DescribeEndpoint and kept when nil.
    var dataEndpoint: String?
    var credentialEndpoint: String?
    var roleAlias: String?
    var thingType: String?
    var policyVia: PolicyVia
    /// The IoT policy (via certificate) or the thing group (via thing-group).
    var policyName: String
    /// A profile of the AWS files; nil: environment first, then `default`.
    var profile: String?
  }

  struct Vendor: Hashable, Sendable {
    enum Authentication: String, Hashable, Sendable, CaseIterable {
      case apiKey = "api-key"
      case bearer
      case both
    }

    /// Scheme and host, no trailing slash.
    var baseURL: String
    var authentication: Authentication
    var apiKey: SecretSource?
    var bearer: SecretSource?
    /// The key's own organisation, for comparing claims: `orgId` is not sent for it.
    var organisation: String?
    /// The vendor's `userId` in whose name hubs are suspended.
    var user: String?
  }

  struct Network: Hashable, Sendable {
    /// `http://host:port`; nil: direct.
    var proxy: String?
    /// Hosts, `.suffixes` and CIDR blocks that are reached directly.
    var noProxy: [String]
    /// PEM file with the CAs to trust instead of the system's.
    var caBundle: String?
    var connectTimeout: Duration
    var requestTimeout: Duration
  }

  /// Where hubs answer what they are asked through the cloud.
  struct Shadow: Hashable, Sendable {
    /// Nil: the classic shadow, which has no name.
    var name: String?
    /// Names with dots between them, below `reported`.
    var path = "response"
  }

  var aws: AWS
  var shadow = Shadow()
  var networks: [WirelessSettings] = []
  /// From the scrapping of a unit to the revocation of its certificate, at most.
  var revokeWithin: Duration = .seconds(3_600)
  var vendor: Vendor
  var network: Network
  /// Calls per second and operation; the default for operations that are not named.
  var callsPerSecond: Double
  var callsPerSecondByKind: [EffectKind: Double]
}

/// Where a secret is read from, each time it may have changed. Never the secret itself.
enum SecretSource: Hashable, Sendable {
  /// A file that only its owner may read.
  case file(String)
  /// Program and arguments; the secret is the first line of its output.
  case command([String])
}
