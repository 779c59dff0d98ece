import Foundation
import Testing

@testable import Station

@Suite("The AWS signer")
struct SigV4SignerTests {
  struct Vector: Sendable, CustomTestStringConvertible {
    var name: String
    var method = "GET"
    var path = "/"
    var query: [HTTPCall.Pair] = []
    var headers: [HTTPCall.Pair] = []
    var body = ""
    var token: String?
    var signedHeaders = "host;x-amz-date"
    var digest: String?
    var signature: String
    var testDescription: String { name }
  }

  private static let vanilla = "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"
  private static let token = "6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267"
  private static func my(_ values: String...) -> [HTTPCall.Pair] {
    values.map { HTTPCall.Pair("My-Header1", $0) }
  }

  /// Facts of the official suite: AKIDEXAMPLE, us-east-1, `service`, 30 August 2015, 12:36:00 UTC.
  static let vectors = [
    Vector(
      name: "get-vanilla", digest: "bb579772317eb040ac9ed261061d46c1f17a8133879d6129b6e1c25292927e63",
      signature: vanilla),
    Vector(
      name: "get-utf8", path: "/ሴ",
      digest: "2a0a97d02205e45ce2e994789806b19270cfbbb0921b278ccf58f5249ac42102",
      signature: "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85"),
    Vector(
      name: "get-space", path: "/example space/",
      digest: "63ee75631ed7234ae61b5f736dfc7754cdccfedbff4b5128a915706ee9390d86",
      signature: "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741"),
    Vector(
      name: "get-unreserved", path: "/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
      signature: "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f"),
    Vector(name: "get-relative", path: "/example/..", signature: vanilla),
    Vector(name: "get-relative-relative", path: "/example1/example2/../..", signature: vanilla),
    Vector(name: "get-slash", path: "//", signature: vanilla),
    Vector(name: "get-slash-dot-slash", path: "/./", signature: vanilla),
    Vector(
      name: "get-slash-pointless-dot", path: "/./example",
      signature: "ef75d96142cf21edca26f06005da7988e4f8dc83a165a80865db7089db637ec5"),
    Vector(
      name: "get-slashes", path: "//example//",
      signature: "9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84"),
    Vector(
      name: "get-vanilla-query-order-key", query: [.init("Param1", "value2"), .init("Param1", "Value1")],
      signature: "eedbc4e291e521cf13422ffca22be7d2eb8146eecf653089df300a15b2382bd1"),
    Vector(
      name: "get-vanilla-query-order-key-case",
      query: [.init("Param2", "value2"), .init("Param1", "value1")],
      signature: "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"),
    Vector(
      name: "get-vanilla-query-order-value", query: [.init("Param1", "value2"), .init("Param1", "value1")],
      signature: "5772eed61e12b33fae39ee5e7012498b51d56abc0abb7c60486157bd471c4694"),
    Vector(
      name: "get-header-key-duplicate", headers: my("value2", "value2", "value1"),
      signedHeaders: "host;my-header1;x-amz-date",
      signature: "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea"),
    Vector(
      name: "get-header-value-order", headers: my("value4", "value1", "value3", "value2"),
      signedHeaders: "host;my-header1;x-amz-date",
      signature: "08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01"),
    Vector(
      name: "get-header-value-trim", headers: my(" value1") + [.init("My-Header2", " \"a   b   c\"")],
      signedHeaders: "host;my-header1;my-header2;x-amz-date",
      signature: "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"),
    Vector(
      name: "post-vanilla-query", method: "POST", query: [.init("Param1", "value1")],
      signature: "28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11"),
    Vector(
      name: "post-x-www-form-urlencoded", method: "POST",
      headers: [.init("Content-Type", "application/x-www-form-urlencoded")], body: "Param1=value1",
      signedHeaders: "content-type;host;x-amz-date",
      signature: "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"),
    Vector(
      name: "post-x-www-form-urlencoded-parameters", method: "POST",
      headers: [.init("Content-Type", "application/x-www-form-urlencoded; charset=utf8")],
      body: "Param1=value1",
      signedHeaders: "content-type;host;x-amz-date",
      signature: "1a72ec8f64bd914b0e42e42607c7fbce7fb2c7465f63e3092b3b0d39fa77a6fe"),
    Vector(
      name: "get-vanilla-with-session-token", token: token,
      signedHeaders: "host;x-amz-date;x-amz-security-token",
      signature: "07ec1639c89043aa0e3e2de82b96708f198cceab042d4a97044c66dd9f74e7f8"),
  ]

  @Test("agrees with the official vectors", arguments: vectors)
  func officialVector(_ vector: Vector) throws {
    let time = try #require(Timestamp("2015-08-30T12:36:00.000Z"))
    let signed = SigV4Signer(region: "us-east-1", service: "service").sign(
      SignableRequest(
        method: vector.method, path: vector.path, query: vector.query,
        headers: [.init("Host", "example.amazonaws.com")] + vector.headers, body: Array(vector.body.utf8)),
      with: AWSCredentials(
        accessKeyID: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
        sessionToken: vector.token, source: "test"), at: time)
    #expect(
      signed.authorization
        == "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=\(vector.signedHeaders), Signature=\(vector.signature)",
      "\(signed.canonicalRequest)")
    if let digest = vector.digest { #expect(signed.stringToSign.hasSuffix("\n\(digest)")) }
    #expect(signed.headers.contains(.init("x-amz-date", "20150830T123600Z")))
  }

  @Test("a folded header joins its lines with one space")
  func foldedHeader() throws {
    let signed = SigV4Signer(region: "us-east-1", service: "service").sign(
      SignableRequest(
        method: "GET", path: "/", query: [],
        headers: [.init("Host", "h"), .init("My-Header1", "value1\n  value2\n     value3")],
        body: []),
      with: AWSCredentials(accessKeyID: "A", secretAccessKey: "B", source: "test"),
      at: Timestamp(milliseconds: 0))
    #expect(signed.canonicalRequest.contains("\nmy-header1:value1 value2 value3\n"))
  }

  @Test("a percent sign on the wire is encoded once more")
  func encodesTheWirePathAgain() {
    let signed = SigV4Signer(region: "us-east-1", service: "iot").sign(
      SignableRequest(
        method: "GET", path: "/things/ABC%3A123", query: [], headers: [.init("host", "h")], body: []),
      with: AWSCredentials(accessKeyID: "A", secretAccessKey: "B", source: "test"),
      at: Timestamp(milliseconds: 0))
    #expect(signed.canonicalRequest.hasPrefix("GET\n/things/ABC%253A123\n\n"))
  }

  /// botocore computes all thousand in one process; its own words, not ours, are the judge.
  @Test("agrees with botocore on a thousand random requests")
  func agreesWithBotocore() async throws {
    var random = OracleCases(seed: 20_150_830)
    let cases = (0..<1000).map { _ in random.next() }
    try await CloudBench.withScratch { folder in
      let input = "\(folder)/cases.json"
      let output = "\(folder)/answers.json"
      try JSONEncoder().encode(cases).write(to: URL(filePath: input))
      let python = ProcessInfo.processInfo.environment["STATION_TEST_PYTHON"] ?? "python3"
      let script = URL(filePath: #filePath).deletingLastPathComponent().appending(
        path: "../../Oracles/sigv4_oracle.py"
      ).standardized.path
      let ran = try await CloudBench.program(python, [script, input, output])
      try #require(
        ran.status == 0,
        "botocore must judge the signer: `\(python)` cannot run it. Install it (pip install botocore) or name another python in STATION_TEST_PYTHON. \(ran.output)"
      )
      let answers = try JSONDecoder().decode(
        [OracleCases.Answer].self, from: Data(contentsOf: URL(filePath: output)))
      try #require(answers.count == cases.count)
      var different = 0
      for (request, answer) in zip(cases, answers) {
        let signed = SigV4Signer(region: request.region, service: request.service).sign(
          SignableRequest(
            method: request.method, path: request.path, query: request.query.map { .init($0[0], $0[1]) },
            headers: request.headers.map { .init($0[0], $0[1]) }, body: Array(request.body.utf8)),
          with: AWSCredentials(
            accessKeyID: request.key, secretAccessKey: request.secret, sessionToken: request.token,
            source: "test"),
          at: Timestamp(milliseconds: request.seconds * 1000))
        if signed.canonicalRequest != answer.canonical || signed.authorization != answer.authorization {
          different += 1
          if different < 4 {
            Issue.record("ours:\n\(signed.canonicalRequest)\nbotocore's:\n\(answer.canonical)")
          }
        }
      }
      #expect(different == 0)
    }
  }
}
