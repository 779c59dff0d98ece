import CertForge
import Foundation
import Synchronization

@testable import Station

/// What the two clouds say when they did what they were asked: the bodies of 200.
extension FuzzTargets {
  /// The first line, and what follows it.
  static func headed(_ input: [UInt8]) -> (word: String, rest: [UInt8]) {
    let end = input.firstIndex(of: 10) ?? input.endIndex
    return (FuzzTarget.text(Array(input[..<end])), Array(input[end...].dropFirst()))
  }

  private static func samples(_ kinds: [String], _ body: String) -> [[UInt8]] {
    kinds.map { Array("\($0)\n200\nx-amzn-requestid: 1\ncf-ray: 2\n\n\(body)".utf8) }
  }

  static func clients(_ material: FuzzMaterial) throws -> [FuzzTarget] {
    let clouds = try FuzzClouds()
    return [aws(clouds, material), sweeps(clouds), vendor(clouds), shadows(clouds), jsonValues]
  }

  /// One body with the members of all answers, so that each client finds its own in it.
  private static func aws(_ clouds: FuzzClouds, _ material: FuzzMaterial) -> FuzzTarget {
    let (id, arn, thing) = (CloudBench.fingerprint, CloudBench.arn, CloudBench.hub.text)
    func body(_ status: String, used: Bool) -> String {
      let attributes =
        used ? "\"serial\":\"SPK00000001\",\"model\":\"HUB-2\",\"certId\":\"\(id)\"" : "\"serial\":\"1\""
      return """
        {"certificateId":"\(id)","certificateArn":"\(arn)","thingName":"\(thing)","thingId":"1","thingArn":"a",
        "certificateDescription":{"certificateId":"\(id)","status":"\(status)","creationDate":1700000000,
        "certificatePem":\(JSONLine.text(material.certificate.pem))},
        "attributes":{\(attributes)},"version":3,"principals":[\(used ? "\"\(arn)\"" : "")],"things":[],
        "policies":[],"endpointAddress":"x-ats.iot.eu-central-1.amazonaws.com"}
        """
    }
    let kinds = EffectKind.allCases.filter { $0.lane == .aws || $0.lane == .awsRework }
    let others = ["describe-endpoint"]
    let used = kinds.filter { $0 != .removeCertificate }.map(\.rawValue)
    let issued =
      "{\"certificateId\":\"\(material.certificate.fingerprint)\",\"certificateArn\":\"a\",\"certificatePem\":\(JSONLine.text(material.certificate.pem))}"
    return FuzzTarget(
      name: "AWS success bodies",
      samples: samples(used + others, body("ACTIVE", used: true))
        + samples(["remove-certificate"], body("INACTIVE", used: false))
        + samples(["issue"], issued),
      words: ["\"creationDate\":null", "REVOKED", String(repeating: "\u{301}", count: 600)],
      inputs: 300
    ) { input in
      let (word, rest) = headed(input)
      let answer = answer(rest)
      try clouds.play({ _ in answer }) { effects in
        switch word {
        case "describe-endpoint":
          let found = try await effects.directory.endpoints()
          for host in [found.data, found.credentials] { try FuzzTarget.requirePrintable(host, limit: 253) }
        case "issue":
          let issuer = AWSIssuer(
            client: effects.registrar.client, clock: clouds.clock, randomness: SystemRandomness())
          let request = material.request
          let made = try await issuer.issue(
            request, thing: request.commonName ?? "",
            serial: SerialNumber(normalised: request.serialNumber ?? ""), now: clouds.clock.now())
          try FuzzTarget.require(made == material.certificate, "a certificate that nobody issued")
        default:
          guard let kind = EffectKind(rawValue: word), kinds.contains(kind) else { return }
          try await FuzzClouds.send(CloudBench.intent(kind), effects)
        }
      }
    }
  }

  private static func sweeps(_ clouds: FuzzClouds) -> FuzzTarget {
    let page = """
      {"certificates":[{"certificateId":"\(CloudBench.fingerprint)","status":"INACTIVE","creationDate":1700000000},
      {"certificateId":"a","status":"ACTIVE","creationDate":1700000000.5}],"nextMarker":"m"}
      """
    return FuzzTarget(
      name: "AWS certificate lists", samples: [Array("200\n\n\(page)".utf8)],
      words: ["\"creationDate\":null", "INACTIVE"], inputs: 120
    ) { input in
      try sweep(clouds, answer(input))
    }
  }

  /// The input is the first page; every other call finds what it asks for missing.
  private static func sweep(_ clouds: FuzzClouds, _ answer: HTTPAnswer) throws {
    let first = Atomic(true)
    let missing = HTTPAnswer(
      status: 404, headers: [],
      body: Array("{\"__type\":\"ResourceNotFoundException\",\"message\":\"no\"}".utf8))
    let end = HTTPAnswer(status: 200, headers: [], body: Array("{\"certificates\":[]}".utf8))
    let rule: @Sendable (HTTPCall) -> HTTPAnswer = { call in
      guard call.method == "GET", call.path.hasSuffix("/certificates") else { return missing }
      return first.exchange(false, ordering: .relaxed) ? answer : end
    }
    try clouds.play(rule) { effects in
      let sweep = OrphanSweep(
        registrar: effects.registrar, register: IssuedRegister(), clock: clouds.clock)
      let report = try await sweep.run(removing: true)
      try FuzzTarget.require(report.findings.isEmpty, "somebody else's certificate is an orphan")
    }
  }

  private static func vendor(_ clouds: FuzzClouds) -> FuzzTarget {
    let (unit, lock, order) = (FuzzClouds.unit, Lock.sample(), PhysicalKeyOrder.sample())
    let body = """
      {"success":true,"aggregateId":"1","event":{"type":"Done","data":{"hubId":"\(unit.hub)","serial":"\(unit.serial)",
      "model":"HUB-2","thingName":"\(unit.thing)","orgId":"org-1","siteId":"site-7","newOrgId":"org-1",
      "newSiteId":"site-7","uuid":"\(lock.uuid)","serialNumber":"LK-1201"}},"hubId":"\(unit.hub)",
      "serial":"\(unit.serial)","model":"HUB-2","thingName":"\(unit.thing)","status":"Provisioned","orgId":"org-1",
      "siteId":"site-7","number":2,"keys":[{"number":2,"note":"[\(order.token)]"}],"total":1,
      "note":"[\(order.token)]","lockId":1201,"uuid":"\(lock.uuid)","serialNumber":"LK-1201","ownerId":"user-1"}
      """
    let kinds = EffectKind.allCases.filter { $0.lane == .vendor }
    return FuzzTarget(
      name: "vendor success bodies", samples: samples(kinds.map(\.rawValue), body),
      words: ["\"success\":false", "\"event\":null", "\"number\":-9223372036854775808", "\"keys\":[]"],
      inputs: 300
    ) { input in
      let (word, rest) = headed(input)
      guard let kind = EffectKind(rawValue: word), kinds.contains(kind) else { return }
      let answer = answer(rest)
      try clouds.play({ _ in answer }) { effects in
        try await FuzzClouds.send(CloudBench.intent(kind), effects)
      }
    }
  }

  /// The answer to the forwarded question, a line of `--`, and the shadow that the hub then has.
  private static func shadows(_ clouds: FuzzClouds) -> FuzzTarget {
    let report = """
      {"state":{"reported":{"response":{"result":{"version":"1.2","nodes":[1,2.5]},"error_code":0}}},
      "metadata":{"reported":{"response":{"result":{"version":{"timestamp":1796000000}}}}},"timestamp":1796000001}
      """
    let refusal = report.replacing("\"error_code\":0", with: "\"error_code\":7,\"details\":\"no\"")
    let check = CloudCheck(
      command: "server_info", seconds: 3,
      values: [("version", "1.2"), ("nodes.1", nil), ("", nil)].map {
        .init(name: $0.0, path: $0.0, low: nil, high: nil, expected: $0.1)
      })
    let none = HTTPAnswer(status: 200, headers: [], body: Array("{\"state\":{}}".utf8))
    return FuzzTarget(
      name: "hub shadows", samples: ["{\"success\":true}\n--\n\(report)"].map { Array($0.utf8) },
      words: [
        "--\n", "\"timestamp\":-9223372036854775808", "\"timestamp\":1e300", "[[[[[[[[", refusal,
        "\"error_code\"",
      ],
      inputs: 150
    ) { input in
      let parts = FuzzTarget.text(input).split(separator: "\n--\n", maxSplits: 1)
      let pieces = (0..<2).map { part in
        HTTPAnswer(status: 200, headers: [], body: part < parts.count ? Array(parts[part].utf8) : [])
      }
      let isForwarded = Atomic(false)
      let rule: @Sendable (HTTPCall) -> HTTPAnswer = { call in
        if call.method == "POST" {
          isForwarded.store(true, ordering: .relaxed)
          return pieces[0]
        }
        return isForwarded.load(ordering: .relaxed) ? pieces[1] : none
      }
      try clouds.play(rule) { effects in
        let intent = OutboxIntent(entry: "e", effect: .checkHub(FuzzClouds.unit, check))
        let told = try await effects.call(intent)
        try FuzzClouds.require(told)
        for value in told.values.values { try FuzzTarget.requirePrintable(value, limit: 80) }
        let command = HubCommand(command: "server_info", seconds: 3)
        isForwarded.store(false, ordering: .relaxed)
        try FuzzClouds.require(
          try await effects.call(
            OutboxIntent(entry: "e", effect: .sendHubCommand(FuzzClouds.unit, command))))
      }
    }
  }

  private static var jsonValues: FuzzTarget {
    let sample = #"{"a":[1,-2.5,1e20,true,null,"x\u0001\ud83d\ude42"],"b":{"credentials":{"c":[[]]}},"":0}"#
    return FuzzTarget(
      name: "JSON values", samples: [Array(sample.utf8)],
      words: ["[[[[[[[[[[[[[[[[", "{\"a\":{\"a\":{\"a\":", "1e308", "-0", "9007199254740993", "1E-400"],
      inputs: 250
    ) { input in
      guard let value = JSONValue(parsing: input) else { return }
      try FuzzTarget.require(JSONValue(parsing: value.bytes) == value, "another value: \(value.plainText)")
      _ = value.mentions("credentials")
      _ = value.asNumber
      for path in ["a.0", "b.credentials.c.0", "", ".", "a.9223372036854775807", "a.-1"] {
        let check = CloudCheck(
          command: "c", seconds: 1,
          values: [.init(name: path, path: path, low: 0, high: 1e308, expected: nil)])
        for result in check.judge(value) {
          try FuzzTarget.requirePrintable(result.text, limit: 80)
          try FuzzTarget.require(!result.passed || result.value?.isFinite == true, "passed: \(result.text)")
        }
      }
    }
  }
}
