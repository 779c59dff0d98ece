/// The addresses that a hub of this account connects to.
struct HubEndpoints: Hashable, Sendable {
  /// `PREFIX-ats.iot.REGION.amazonaws.com`.
  var data: String
  /// `PREFIX.credentials.iot.REGION.amazonaws.com`.
  var credentials: String
}

/// Where answers are kept from one run to the next: the ledger's own table of settings, or memory in a test.
struct EndpointStore: Sendable {
  var get: @Sendable (_ key: String) async throws(Fault) -> String?
  var set: @Sendable (_ key: String, _ value: String) async throws(Fault) -> Void
}

/// Knows the account's endpoints without the network: from the settings, else as DescribeEndpoint once gave them. They
/// never change for an account and region.
struct EndpointDirectory: Sendable {
  var aws: CloudSettings.AWS
  var store: EndpointStore
  var client: AWSIoTClient

  /// - Throws: `endpoint-unknown` with the cause, when it is not known yet and cannot be asked.
  func endpoints() async throws(Fault) -> HubEndpoints {
    HubEndpoints(
      data: try await dataEndpoint(),
      credentials: try await endpoint(
        aws.credentialEndpoint, type: "iot:CredentialProvider", key: "cloud.aws.credential-endpoint"))
  }

  func dataEndpoint() async throws(Fault) -> String {
    try await endpoint(aws.dataEndpoint, type: "iot:Data-ATS", key: "cloud.aws.data-endpoint")
  }

  private func endpoint(_ configured: String?, type: String, key: String) async throws(Fault) -> String {
    if let configured { return configured }
    let stored = "\(key) \(aws.account) \(aws.region)"
    if let known = try await store.get(stored), Self.isHostName(known) { return known }
    let asked: String
    do throws(Fault) {
      asked = try await client.describeEndpoint(type)
    } catch {
      var values = error.values
      values["key"] = key
      values["cause"] = error.code.rawValue + (error.values["cause"].map { ": \($0)" } ?? "")
      throw Fault(.endpointUnknown, values)
    }
    // It is written into files on the hub.
    guard Self.isHostName(asked) else {
      throw Fault(
        .endpointUnknown, ["key": key, "cause": "DescribeEndpoint gave no host name", "value": asked])
    }
    try await store.set(stored, asked)
    return asked
  }

  /// Letters, digits, dots, hyphens, and perhaps a port.
  static func isHostName(_ text: String) -> Bool {
    (1...253).contains(text.utf8.count)
      && text.utf8.allSatisfy {
        (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
          || [0x2E, 0x2D, 0x3A].contains($0)
      }
  }
}
