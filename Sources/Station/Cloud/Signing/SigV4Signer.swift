import CertForge
import Foundation

/// AWS Signature Version 4, for every service but S3. A pure function of the request, the credentials and the time.
///
/// The canonical path is the trap: the wire path is normalised and encoded once more, so that `%3A` on the wire becomes
/// `%253A` in the canonical request.
struct SigV4Signer: Sendable {
  var region: String
  /// The signing name: `iot`.
  var service: String

  struct Signed: Sendable {
    var canonicalRequest: String
    var stringToSign: String
    var authorization: String
    /// The request's headers with `x-amz-date`, `x-amz-security-token` and `authorization` added.
    var headers: [HTTPCall.Pair]
  }

  func sign(_ request: SignableRequest, with credentials: AWSCredentials, at time: Timestamp) -> Signed {
    let moment = Self.basicForm(time)
    var headers = request.headers
    func add(_ name: String, _ value: String) {
      guard !headers.contains(where: { $0.name.lowercased() == name }) else { return }
      headers.append(HTTPCall.Pair(name, value))
    }
    add("x-amz-date", moment)
    if let token = credentials.sessionToken { add("x-amz-security-token", token) }

    let canonicalHeaders = Self.canonical(headers)
    let names = canonicalHeaders.map(\.name).joined(separator: ";")
    let canonicalRequest = [
      request.method, Self.canonicalPath(request.path), Self.canonicalQuery(request.query),
      canonicalHeaders.map { "\($0.name):\($0.value)\n" }.joined(), names, Digest.sha256Hex(request.body),
    ].joined(separator: "\n")
    let scope = "\(moment.prefix(8))/\(region)/\(service)/aws4_request"
    let stringToSign =
      "AWS4-HMAC-SHA256\n\(moment)\n\(scope)\n\(Digest.sha256Hex(Array(canonicalRequest.utf8)))"
    let signature = Hexadecimal.encode(
      [String(moment.prefix(8)), region, service, "aws4_request", stringToSign]
        .reduce(Array("AWS4\(credentials.secretAccessKey)".utf8)) { key, message in
          MessageAuthentication.hmacSHA256(key: key, message: Array(message.utf8))
        })
    let authorization =
      "AWS4-HMAC-SHA256 Credential=\(credentials.accessKeyID)/\(scope), SignedHeaders=\(names), Signature=\(signature)"
    headers.append(HTTPCall.Pair("authorization", authorization))
    return Signed(
      canonicalRequest: canonicalRequest, stringToSign: stringToSign, authorization: authorization,
      headers: headers)
  }

  /// `20150830T123600Z`.
  static func basicForm(_ time: Timestamp) -> String {
    String(time.description.prefix(19).filter { $0 != "-" && $0 != ":" }) + "Z"
  }

  /// Dot segments and doubled slashes go (RFC 3986 section 5.2.4), then every byte but `/` is encoded again.
  private static func canonicalPath(_ path: String) -> String {
    var kept: [Substring] = []
    for segment in path.split(separator: "/") where segment != "." {
      if segment == ".." { _ = kept.popLast() } else { kept.append(segment) }
    }
    let end = path.hasSuffix("/") && !kept.isEmpty ? "/" : ""
    return PercentEncoding.encode(
      "/" + kept.joined(separator: "/") + end, keeping: [UInt8(ascii: "/")])
  }

  /// Sorted by encoded name, then by encoded value, as bytes.
  private static func canonicalQuery(_ query: [HTTPCall.Pair]) -> String {
    query.map { (PercentEncoding.encode($0.name), PercentEncoding.encode($0.value)) }
      .sorted { $0.0 == $1.0 ? bytesPrecede($0.1, $1.1) : bytesPrecede($0.0, $1.0) }
      .map { "\($0.0)=\($0.1)" }.joined(separator: "&")
  }

  /// Lower-case names in order; values trimmed, runs of white space (also folded lines) made one space; values of equal
  /// names joined with a comma in the order in which they are sent.
  private static func canonical(_ headers: [HTTPCall.Pair]) -> [HTTPCall.Pair] {
    var values: [String: [String]] = [:]
    for header in headers {
      let words = header.value.split(whereSeparator: { $0 == " " || $0 == "\t" || $0.isNewline })
      values[header.name.lowercased(), default: []].append(words.joined(separator: " "))
    }
    return values.map { HTTPCall.Pair($0.key, $0.value.joined(separator: ",")) }
      .sorted { bytesPrecede($0.name, $1.name) }
  }

  private static func bytesPrecede(_ left: String, _ right: String) -> Bool {
    left.utf8.lexicographicallyPrecedes(right.utf8)
  }
}
