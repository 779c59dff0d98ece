import Foundation
import Testing

@testable import Station

@Suite("What doctor finds out about the clouds")
struct CloudFindingsTests {
  private static let notFound = #"{"success":false,"errors":[{"code":7404,"message":"Hub not found"}]}"#

  private func findings(
    environment: [String: String] = CloudBench.environment, clock: CloudTestClock = CloudTestClock(),
    change: @escaping (inout CloudSettings) -> Void = { _ in },
    answering handler: @escaping @Sendable (LoopbackServer.Request) -> LoopbackServer.Answer
  ) async throws -> [CloudFinding.Subject: CloudFinding] {
    try await CloudBench.serving(clock: clock, environment: environment, change: change, answering: handler)
      .run { (effects, server) async throws in
        let found = await effects.findings(clock: clock)
        #expect(!server.requests.contains { $0.method != "GET" }, "asking must change nothing")
        return Dictionary(uniqueKeysWithValues: found.map { ($0.subject, $0) })
      }
  }

  private static let healthy: @Sendable (LoopbackServer.Request) -> LoopbackServer.Answer = { request in
    let date = ["Date": "Sat, 21 Nov 2026 06:00:00 GMT"]
    if request.path == "/endpoint" { return .json(200, #"{"endpointAddress":"abc-ats.iot.example"}"#, date) }
    if request.path.hasPrefix("/things/") { return .aws(404, "ResourceNotFoundException", "none", date) }
    return .json(404, notFound, date)
  }

  @Test("all is well")
  func well() async throws {
    let clock = CloudTestClock(try #require(Timestamp("2026-11-21T06:00:30.000Z")))
    let found = try await findings(clock: clock, answering: Self.healthy)
    #expect(found.count == 5)
    for finding in found.values { #expect(finding.fault == nil, "\(finding)") }
    #expect(found[.awsCredentials]?.values == ["key": "…MPLE", "source": "environment"])
    #expect(found[.clock]?.values["seconds"] == "-30")
  }

  @Test("a wrong clock, a refused key, a missing privilege and a wrong endpoint are told apart")
  func unwell() async throws {
    let clock = CloudTestClock(try #require(Timestamp("2026-11-21T05:50:00.000Z")))
    let found = try await findings(
      clock: clock, change: { $0.aws.dataEndpoint = "old.example" },
      answering: { request in
        if request.path.hasPrefix("/things/") {
          return .aws(
            403, "AccessDeniedException",
            "User: u is not authorized to perform: iot:DescribeThing on resource: r")
        }
        if request.path.hasPrefix("/hubs/") {
          return .json(401, #"{"success":false,"error":"Unauthorized","message":"Invalid API key"}"#)
        }
        return Self.healthy(request)
      })
    #expect(found[.awsEndpoints]?.fault?.values["key"] == "cloud.aws.data-endpoint")
    #expect(found[.awsPrivileges]?.fault?.code == .privilegeMissing)
    #expect(found[.vendorAccess]?.fault?.code == .credentialsRefused)
    #expect(found[.clock]?.fault?.code == .clockSkewed && found[.clock]?.values["seconds"] == "600")
  }

  @Test("without credentials the vendor is asked all the same")
  func noCredentials() async throws {
    let found = try await findings(environment: ["HOME": "/nonexistent"], answering: Self.healthy)
    #expect(found[.awsCredentials]?.fault?.code == .credentialsMissing)
    #expect(found[.vendorAccess]?.fault == nil && found[.vendorAccess] != nil)
  }
}
