import Foundation

/// Random requests, the same ones for the same seed: awkward characters, repeated names, empty values.
struct OracleCases {
  struct Case: Codable {
    var method: String
    var path: String
    var query: [[String]]
    var headers: [[String]]
    var body: String
    var key: String
    var secret: String
    var token: String?
    var region: String
    var service: String
    var seconds: Int64
  }

  struct Answer: Codable {
    var canonical: String
    var authorization: String
  }

  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> Case {
    let segments = (0..<number(5)).map { _ in
      oneOf(["", ".", "..", text(8, of: Self.wire), text(12, of: Self.wire), "things", "%3A", "a%20b"])
    }
    var headers = [["host", oneOf(["iot.eu-west-1.amazonaws.com", "127.0.0.1:4566", "[::1]:4566"])]]
    for _ in 0..<number(4) {
      headers.append([
        oneOf(["X-Amzn-Principal", "My-Header", "content-type", "x-amz-meta", "A"]),
        text(20, of: Self.header),
      ])
    }
    let query = (0..<number(5)).map { _ in [text(6, of: Self.any), text(10, of: Self.any)] }
    return Case(
      method: oneOf(["GET", "POST", "PUT", "PATCH", "DELETE"]), path: "/" + segments.joined(separator: "/"),
      query: query, headers: headers, body: number(2) == 0 ? "" : text(60, of: Self.any),
      key: "AKIA" + text(16, of: Self.letters), secret: text(40, of: Self.letters + "+/"),
      token: number(3) == 0 ? "T" + text(80, of: Self.letters + "+/=") : nil,
      region: oneOf(["eu-west-1", "us-east-1", "cn-north-1"]), service: oneOf(["iot", "sts", "execute-api"]),
      seconds: Int64(1_400_000_000 + number(900_000_000)))
  }

  private static let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
  private static let any = letters + "-._~ !\"#$%&'()*+,/:;<=>?@[]^`{|}äß漢🙂"
  private static let wire = letters + "-._~%:@!$&'()*+,;="
  private static let header = letters + "   \t-_:;,=\"/"

  /// SplitMix64.
  private mutating func number(_ limit: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int((mixed ^ (mixed >> 31)) % UInt64(limit))
  }

  private mutating func oneOf(_ choices: [String]) -> String { choices[number(choices.count)] }

  private mutating func text(_ longest: Int, of characters: String) -> String {
    let choices = Array(characters)
    return String((0..<number(longest + 1)).map { _ in choices[number(choices.count)] })
  }
}
