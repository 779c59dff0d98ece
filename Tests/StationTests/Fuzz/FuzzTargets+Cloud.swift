import Foundation

@testable import Station

/// What servers, credential files and credential programs say.
extension FuzzTargets {
  /// `STATUS`, header lines, an empty line, the body.
  static func answer(_ input: [UInt8]) -> HTTPAnswer {
    let text = FuzzTarget.text(input)
    let parts = text.split(separator: "\n\n", maxSplits: 1, omittingEmptySubsequences: false)
    let lines = (parts.first ?? "").split(separator: "\n")
    let headers = lines.dropFirst().compactMap { line -> HTTPCall.Pair? in
      let sides = line.split(separator: ":", maxSplits: 1)
      guard sides.count == 2 else { return nil }
      return HTTPCall.Pair(String(sides[0]), String(sides[1]).trimmingCharacters(in: .whitespaces))
    }
    return HTTPAnswer(
      status: lines.first.flatMap { Int($0) } ?? 200, headers: headers,
      body: parts.count > 1 ? Array(parts[1].utf8) : input)
  }

  static let now = Timestamp("2026-11-21T06:45:03.123Z") ?? Timestamp(milliseconds: 0)
  private static let unit = UnitIdentity.sample(ScratchLedger.hub(1))

  static var cloud: [FuzzTarget] {
    let date = "date: Sun, 22 Nov 2026 08:49:37 GMT\nretry-after: 30\ncontent-type: application/json"
    let vendor = [
      "200\n\(date)\n\n{\"hubId\":\"00000000-0000-5000-8000-000000000001\",\"serial\":\"SPK10000001\",\"model\":\"HUB-2\",\"thingName\":\"00000000-0000-5000-8000-000000000001\",\"status\":\"Provisioned\",\"orgId\":null}",
      "400\n\(date)\n\n{\"error\":\"Bad\",\"details\":[{\"field\":\"serial\",\"message\":\"too long\"}]}",
      "502\n\(date)\n\n{\"message\":\"Hub offline\"}", "409\n\n{\"errors\":[{\"message\":\"taken\"}]}",
      "200\n\(date)\n\n<html>Sign in</html>",
    ]
    let aws = [
      "409\n\(date)\nx-amzn-errortype: ResourceAlreadyExistsException:http://x\nx-amzn-requestid: 1\n\n{\"message\":\"exists\",\"resourceId\":\"a\"}",
      "403\n\(date)\n\n{\"__type\":\"com.amazon#AccessDeniedException\",\"Message\":\"not authorized to perform: iot:CreateThing on resource: arn:aws:iot:x\"}",
      "429\nretry-after: Sun, 22 Nov 2026 08:49:37 GMT\n\n{\"__type\":\"ThrottlingException\"}",
      "403\n\(date)\n\n{\"__type\":\"InvalidSignatureException\",\"message\":\"Signature expired: a\"}",
    ]
    return [
      FuzzTarget(
        name: "vendor answers", samples: vendor.map { Array($0.utf8) },
        words: ["retry-after: -1", "Suspended"]
      ) { input in
        let answer = answer(input)
        try headers(answer)
        if let refusal = VendorRefusal(answer) {
          try FuzzTarget.require(
            refusal.fault(
              of: .hub(unit, .provisionHub), host: "h", retryAfter: answer.retryAfter(now: now)))
        }
        if let status = answer.decoded(VendorHubStatus.self) {
          do throws(Fault) { try status.agree(with: unit) } catch { try FuzzTarget.require(error) }
        }
      },
      FuzzTarget(
        name: "AWS answers", samples: aws.map { Array($0.utf8) },
        words: ["x-amzn-errortype: #:", "__type", "on resource: "]
      ) { input in
        let answer = answer(input)
        try headers(answer)
        guard let refusal = AWSRefusal(answer) else { return }
        try FuzzTarget.require(!refusal.type.isEmpty, "a refusal without a name")
        try FuzzTarget.require(refusal.fault(action: "iot:CreateThing", host: "h", retryAfter: nil))
      },
    ]
  }

  private static func headers(_ answer: HTTPAnswer) throws {
    try FuzzTarget.require(answer.notUnderstood(by: "host", operation: "op"))
    if let wait = answer.retryAfter(now: now) {
      try FuzzTarget.require(wait >= .zero && wait <= .seconds(3600), "wait \(wait)")
    }
    _ = answer.date
  }

  static var credentials: [FuzzTarget] {
    let process = [
      #"{"Version":1,"AccessKeyId":"AKIA1","SecretAccessKey":"s3cret-s3cret-s3cret","SessionToken":"t","Expiration":"2027-01-01T00:00:00Z"}"#,
      #"{"Version":1,"AccessKeyId":"AKIA1","SecretAccessKey":"s3cret-s3cret-s3cret","Expiration":"2027-01-01T00:00:00.5+02:00"}"#,
    ]
    let file =
      "[default]\naws_access_key_id = AKIA1 # here\naws_secret_access_key = a#b=c\n\n[profile \"line 3\"]\ncredential_process = /bin/x \"a b\"\ns3 =\n  x = 1\n"
    return [
      FuzzTarget(
        name: "credential_process output", samples: process.map { Array($0.utf8) },
        words: ["999999999999-01-01T00:00:00Z", "-271821-01-01T00:00:00Z", "2027-02-30T25:61:61Z"]
      ) { input in
        let found: AWSCredentials
        do throws(Fault) {
          found = try CredentialProcess.credentials(in: FuzzTarget.text(input), profile: "p", now: now)
        } catch {
          try FuzzTarget.require(error)
          return try FuzzTarget.require(!"\(error)".contains("s3cret"), "the fault tells the secret")
        }
        try FuzzTarget.require(found.expiration.map { $0 > now } ?? true, "already over")
        try FuzzTarget.require(!"\(found)".contains("s3cret"), "a description tells the secret")
      },
      FuzzTarget(
        name: "AWS profile files", samples: [Array(file.utf8)],
        words: ["[profile ", "]", "=", "\r\n", "aws_session_token"]
      ) { input in
        let text = FuzzTarget.text(input)
        for prefixed in [true, false] {
          let size = AWSProfileFile(text, prefixed: prefixed).sections.reduce(0) { sum, section in
            sum + section.key.utf8.count
              + section.value.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count }
          }
          // Lower-casing may make a letter longer.
          try FuzzTarget.require(size <= text.utf8.count * 3, "\(size) bytes from \(text.utf8.count)")
        }
      },
      FuzzTarget(
        name: "command lines", samples: [Array(#"/bin/x "a \"b\"" 'c d' e\ f"#.utf8)],
        words: ["\\", "'", "\""]
      ) { input in
        let text = FuzzTarget.text(input)
        guard let words = CommandLineWords.split(text) else { return }
        try FuzzTarget.require(words.reduce(0) { $0 + $1.utf8.count } <= text.utf8.count, "it grew")
      },
    ]
  }
}
