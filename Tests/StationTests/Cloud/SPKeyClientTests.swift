import Foundation
import Testing

@testable import Station

@Suite("Telling the vendor's cloud")
struct SPKeyClientTests {
  private static let hub = CloudBench.hub.text

  private static func status(
    serial: String = "SPK00000001", model: String = "HUB-2", thing: String = CloudBench.hub.text,
    status: String = "Provisioned",
    more: String = ""
  ) -> String {
    #"{"hubId":"\#(hub)","serial":"\#(serial)","model":"\#(model)","thingName":"\#(thing)","status":"\#(status)"\#(more)}"#
  }

  private func fault(_ kind: EffectKind, _ answer: LoopbackServer.Answer) async throws -> Fault? {
    try await CloudBench.serving(answering: { _ in answer }).run { (effects, _) async throws in
      await CloudBench.fault { try await effects.call(CloudBench.intent(kind)) }
    }
  }

  @Test("ProvisionHub: 201 is done")
  func provision() async throws {
    let body =
      #"{"success":true,"aggregateId":"\#(Self.hub)","version":1,"event":{"type":"HubProvisioned","data":{"hubId":"\#(Self.hub)","serial":"SPK00000001","model":"HUB-2","thingName":"\#(Self.hub)","provisionedAt":1}}}"#
    try await CloudBench.serving(answering: { _ in .json(201, body) }).run { (effects, server) async throws in
      let intent = CloudBench.intent(.provisionHub)
      let answer = try await effects.call(intent)
      #expect(!answer.wasThere && answer.values["event"] == "HubProvisioned")
      #expect(try await effects.compare(intent, answer) == answer)
      let request = try #require(server.requests.first)
      #expect(server.requests.count == 1)
      #expect(request.method == "POST" && request.target == "/hubs/\(Self.hub)/ProvisionHub")
      #expect(
        request.text
          == #"{"hubId":"\#(Self.hub)","model":"HUB-2","serial":"SPK00000001","thingName":"\#(Self.hub)","vendorName":"Acme"}"#
      )
      #expect(request.header("x-api-key") == "key-1" && request.header("authorization") == nil)
      #expect(request.header("x-org-id") == nil && request.header("x-user-id") == nil)
    }
  }

  @Test("ProvisionHub: 200 says only that it was there, so the status is compared")
  func alreadyProvisioned() async throws {
    for (held, code) in [
      (Self.status(), nil), (Self.status(serial: "SPK00000002"), FaultCode.hubConflict),
      (Self.status(model: "HUB-1"), .hubConflict),
      (Self.status(thing: "other"), .hubConflict), (Self.status(status: "Suspended"), .hubSuspended),
    ] as [(String, FaultCode?)] {
      try await CloudBench.serving(answering: { request in
        request.method == "GET"
          ? .json(200, held) : .json(200, #"{"success":true,"aggregateId":"a","version":1,"event":null}"#)
      }).run { (effects, _) async throws in
        let intent = CloudBench.intent(.provisionHub)
        let answer = try await effects.call(intent)
        #expect(answer.wasThere)
        if let code {
          #expect(await CloudBench.fault { try await effects.compare(intent, answer) }?.code == code)
          #expect(await CloudBench.fault { try await effects.probe(intent) }?.code == code)
        } else {
          #expect(try await effects.compare(intent, answer).wasThere)
          #expect(try await effects.probe(intent)?.wasThere == true)
        }
      }
    }
  }

  @Test("an event that names another hub is a conflict")
  func otherEvent() async throws {
    let body =
      #"{"success":true,"event":{"type":"HubProvisioned","data":{"hubId":"\#(Self.hub)","serial":"SPK9","model":"HUB-2"}}}"#
    let fault = try await fault(.provisionHub, .json(201, body))
    #expect(fault?.code == .hubConflict && fault?.values["actual"] == "serial=SPK9")
  }

  @Test(
    "the status of a hub that was never claimed may lack fields, or have them null or empty",
    arguments: [
      "", #","orgId":null,"siteId":"","claimedAt":null,"isPrimary":null"#,
      #","orgId":"o","claimedAt":1790000000000,"online":true,"lastSeen":1,"isPrimary":false,"version":7"#,
    ])
  func unclaimed(_ more: String) async throws {
    for state in ["Provisioned", "Claimed"] {
      try await CloudBench.serving(answering: { _ in .json(200, Self.status(status: state, more: more)) }).run
      { (effects, _) async throws in
        #expect(try await effects.call(CloudBench.intent(.confirmHub)).values == ["status": state])
      }
    }
  }

  @Test("a hub with other data is a conflict that shows both sides")
  func conflict() async throws {
    let fault = try await fault(.confirmHub, .json(200, Self.status(serial: "SPK2", model: "X")))
    #expect(fault?.code == .hubConflict)
    #expect(fault?.values["expected"] == "serial=SPK00000001 model=HUB-2")
    #expect(fault?.values["actual"] == "serial=SPK2 model=X")
    #expect(
      try await self.fault(.confirmHub, .json(200, Self.status(status: "Melted")))?.code == .hubConflict)
    for state in ["Suspended", "Decommissioned"] {
      let fault = try await self.fault(.confirmHub, .json(200, Self.status(status: state)))
      #expect(fault?.code == .hubSuspended && fault?.values["state"] == state)
    }
  }

  @Test("a hub that cannot be read yet is asked for again for ten minutes, then it is unknown")
  func lag() async throws {
    let clock = CloudTestClock()
    let there = Kept(false)
    try await CloudBench.serving(
      clock: clock,
      answering: { _ in
        there.value
          ? .json(200, Self.status())
          : .json(404, #"{"success":false,"errors":[{"code":7404,"message":"Hub not found"}]}"#)
      }
    ).run { (effects, _) async throws in
      let intent = CloudBench.intent(.confirmHub)
      #expect(try await effects.probe(CloudBench.intent(.provisionHub)) == nil)
      for _ in 0..<3 {
        let fault = await CloudBench.fault { try await effects.call(intent) }
        #expect(fault?.code == .serverFailed)
        clock.advance(by: .seconds(190))
      }
      #expect(await CloudBench.fault { try await effects.call(intent) }?.code == .serverFailed)
      clock.advance(by: .seconds(60))
      #expect(await CloudBench.fault { try await effects.call(intent) }?.code == .hubUnknown)
      there.value = true
      #expect(try await effects.call(intent).wasThere)
    }
  }

  struct Class: Sendable, CustomTestStringConvertible {
    var status: Int
    var body: String
    var code: FaultCode
    var message: String?
    var testDescription: String { "\(status) \(body)" }
  }

  static let classes = [
    Class(
      status: 400, body: #"{"success":false,"error":"ValidationError","message":"serial must not be empty"}"#,
      code: .requestRefused, message: "ValidationError; serial must not be empty"),
    Class(
      status: 400,
      body:
        #"{"error":"Bad","message":"Invalid","code":"E1","details":[{"field":"serial","message":"too short"}]}"#,
      code: .requestRefused, message: "Bad; Invalid; serial: too short"),
    Class(
      status: 400, body: #"{"success":false,"errors":[{"code":7001,"message":"Input Validation Error"}]}"#,
      code: .requestRefused, message: "Input Validation Error"),
    Class(
      status: 401, body: #"{"success":false,"error":"Unauthorized","message":"Invalid API key"}"#,
      code: .credentialsRefused, message: "Unauthorized; Invalid API key"),
    Class(
      status: 403, body: #"{"success":false,"error":"Forbidden","message":"not yours"}"#,
      code: .privilegeMissing, message: "Forbidden; not yours"),
    Class(
      status: 404, body: #"{"success":false,"error":"NotFound","message":"no hub"}"#, code: .targetMissing,
      message: "NotFound; no hub"),
    Class(
      status: 409, body: #"{"success":false,"error":"Conflict","message":"other serial"}"#,
      code: .hubConflict, message: "Conflict; other serial"),
    Class(
      status: 429, body: #"{"success":false,"error":"TooMany","message":"slow down"}"#, code: .throttled,
      message: "TooMany; slow down"),
    Class(status: 429, body: "slow down", code: .throttled, message: nil),
    Class(
      status: 500, body: #"{"success":false,"error":"Internal","message":"oops"}"#, code: .serverFailed,
      message: "Internal; oops"),
    Class(
      status: 502, body: #"{"success":false,"error":"HubOffline","message":"Hub offline"}"#,
      code: .hubOffline, message: "HubOffline; Hub offline"),
    Class(
      status: 502, body: #"{"success":false,"error":"BadGateway","message":"Shadow update failed"}"#,
      code: .serverFailed, message: "BadGateway; Shadow update failed"),
    Class(status: 502, body: "<h1>Bad gateway</h1>", code: .serverFailed, message: nil),
    Class(status: 403, body: "<h1>Blocked by the proxy</h1>", code: .answerNotUnderstood, message: nil),
    Class(status: 404, body: "<h1>Not here</h1>", code: .answerNotUnderstood, message: nil),
    Class(status: 302, body: "", code: .answerNotUnderstood, message: nil),
    Class(status: 200, body: "<!doctype html><p>Accept the terms", code: .answerNotUnderstood, message: nil),
    Class(status: 200, body: #"{"success":"#, code: .answerNotUnderstood, message: nil),
    Class(status: 200, body: #"{"success":false}"#, code: .answerNotUnderstood, message: nil),
    Class(status: 204, body: "", code: .answerNotUnderstood, message: nil),
    Class(status: 418, body: #"{"message":"teapot"}"#, code: .requestRefused, message: "teapot"),
  ]

  @Test("every class of answer has its meaning", arguments: classes)
  func answerClass(_ answer: Class) async throws {
    let fault = try await fault(.provisionHub, .json(answer.status, answer.body, ["Retry-After": "12"]))
    #expect(fault?.code == answer.code)
    #expect(fault?.values["message"] == answer.message)
    if answer.body.contains("details") { #expect(fault?.values["fields"] == "serial") }
    let waits = fault?.code == .throttled || fault?.code == .serverFailed
    #expect(fault?.retryAfter == (waits ? .seconds(12) : nil))
  }

  @Test("a status that is a page, a list or empty is not understood")
  func statusPage() async throws {
    for answer in [LoopbackServer.Answer.page, .json(200, "[]"), .json(200, "{}"), .json(200, "null")] {
      #expect(try await fault(.confirmHub, answer)?.code == .answerNotUnderstood, "\(answer)")
    }
  }

  @Test("key, bearer or both are sent as the settings say")
  func authentication() async throws {
    for wanted in CloudSettings.Vendor.Authentication.allCases {
      try await CloudBench.withScratch { folder in
        let bearer = try CloudBench.file("token-1\n", "bearer", in: folder)
        try await CloudBench.serving(
          change: {
            $0.vendor.authentication = wanted
            $0.vendor.bearer = .file(bearer)
          }, answering: { _ in .json(200, Self.status()) }
        ).run { (effects, server) async throws in
          _ = try await effects.call(CloudBench.intent(.confirmHub))
          #expect(server.requests.first?.header("x-api-key") == (wanted == .bearer ? nil : "key-1"))
          #expect(
            server.requests.first?.header("authorization") == (wanted == .apiKey ? nil : "Bearer token-1"))
        }
      }
    }
    let missing = CloudBench.settings("http://x", key: .file("/k"), authentication: .both)
    #expect(
      await CloudBench.fault { try CloudEffects(missing, store: CloudBench.noStore) }?.values["key"]
        == "cloud.vendor.bearer")
  }

  @Test("a key that was rotated meanwhile is read again, and the lane's version tells")
  func rotation() async throws {
    try await CloudBench.withScratch { folder in
      let command = try CloudBench.file("#!/bin/sh\ncat \(folder)/vault\n", "read", in: folder, mode: 0o700)
      try CloudBench.file("old\n", "vault", in: folder)
      let clock = CloudTestClock()
      try await CloudBench.serving(
        clock: clock, change: { $0.vendor.apiKey = .command([command]) },
        answering: {
          $0.header("x-api-key") == "new"
            ? .json(200, Self.status())
            : .json(401, #"{"success":false,"error":"Unauthorized","message":"Invalid API key"}"#)
        }
      ).run { (effects, server) async throws in
        let intent = CloudBench.intent(.confirmHub)
        let fault = await CloudBench.fault { try await effects.call(intent) }
        #expect(fault?.code == .credentialsRefused && fault?.disposition == .stopTheLine)
        #expect(server.requests.count == 1)
        let before = await effects.credentialVersion(.vendor)
        try CloudBench.file("new\n", "vault", in: folder)
        clock.advance(by: .seconds(31))
        #expect(await effects.credentialVersion(.vendor) != before)
        #expect(try await effects.call(intent).wasThere)
      }
    }
  }

  @Test("offline is the network's fault and nothing else's")
  func offline() async throws {
    try await CloudBench.serving(answering: { _ in .cut }).run { (effects, server) async throws in
      server.stop()
      for kind in EffectKind.allCases {
        let fault = await CloudBench.fault { try await effects.call(CloudBench.intent(kind)) }
        #expect(fault?.code == .networkUnreachable && fault?.disposition == .waitForNetwork)
      }
    }
  }
}
