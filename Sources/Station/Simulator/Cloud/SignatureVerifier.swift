import CertForge
import Foundation

/// Checks AWS Signature Version 4 from the received bytes alone (AWS IAM user guide, "Create a signed AWS API
/// request"). It shares no line with the station's signer: the two can only agree by both being right.
struct SignatureVerifier: Sendable {
  var account: SimulatedAccount
  var service = "iot"

  /// AWS allows five minutes either way.
  static let tolerance: Int64 = 5 * 60 * 1000

  func check(_ request: SimulatedRequest, now: Timestamp) throws(CloudRefusal) {
    guard let authorization = request.header("authorization") else {
      throw .signature(type: "MissingAuthenticationTokenException", message: "Missing Authentication Token")
    }
    let claim = try RequestSignature(parsing: authorization)
    guard let stamp = request.header("x-amz-date") else {
      throw RequestSignature.incomplete("Authorization header requires existence of a 'X-Amz-Date' header.")
    }
    guard claim.accessKeyID == account.accessKeyID,
      request.header("x-amz-security-token") == account.sessionToken
    else {
      throw .signature(
        type: "UnrecognizedClientException", message: "The security token included in the request is invalid."
      )
    }
    if let end = account.sessionEnd, end <= now {
      throw .signature(
        type: "ExpiredTokenException", message: "The security token included in the request is expired")
    }
    try checkScope(claim, stamp: stamp)
    try checkTime(stamp, now: now)
    try checkCoverage(claim, request)
    let text = [
      RequestSignature.algorithm, stamp, claim.scope,
      Digest.sha256Hex(Array(canonical(request, signedHeaders: claim.signedHeaders).utf8)),
    ].joined(separator: "\n")
    var key = Array("AWS4\(account.secretAccessKey)".utf8)
    for part in [claim.day, claim.region, claim.service, "aws4_request", text] {
      key = MessageAuthentication.hmacSHA256(key: key, message: Array(part.utf8))
    }
    guard MessageAuthentication.equal(Array(Hexadecimal.encode(key).utf8), Array(claim.signature.utf8)) else {
      throw refused(
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details."
      )
    }
  }

  private func checkScope(_ claim: RequestSignature, stamp: String) throws(CloudRefusal) {
    guard claim.region == account.region else {
      throw refused("Credential should be scoped to a valid region, not '\(claim.region)'. ")
    }
    guard claim.service == service else {
      throw refused("Credential should be scoped to correct service: '\(service)'. ")
    }
    guard stamp.hasPrefix(claim.day), claim.day.utf8.count == 8 else {
      throw refused(
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '\(claim.day)' != '\(stamp.prefix(8))', from '\(stamp)'."
      )
    }
  }

  private func checkTime(_ stamp: String, now: Timestamp) throws(CloudRefusal) {
    guard let signed = Self.moment(stamp) else {
      throw RequestSignature.incomplete("Date must be in ISO-8601 'basic format'. Got '\(stamp.prefix(40))'.")
    }
    let (earliest, latest) = (now.milliseconds - Self.tolerance, now.milliseconds + Self.tolerance)
    if signed.milliseconds < earliest {
      throw refused(
        "Signature expired: \(stamp) is now earlier than \(Self.stamp(earliest)) (\(Self.stamp(now.milliseconds)) - 5 min.)"
      )
    }
    if signed.milliseconds > latest {
      throw refused(
        "Signature not yet current: \(stamp) is still later than \(Self.stamp(latest)) (\(Self.stamp(now.milliseconds)) + 5 min.)"
      )
    }
  }

  /// A header of AWS's own that is not signed could be altered on the way.
  private func checkCoverage(_ claim: RequestSignature, _ request: SimulatedRequest) throws(CloudRefusal) {
    guard claim.signedHeaders.contains("host") else {
      throw refused("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.")
    }
    for header in request.headers where header.name.hasPrefix("x-amz") {
      guard claim.signedHeaders.contains(header.name) else {
        throw refused("'\(header.name)' must be a 'SignedHeader' in the AWS Authorization.")
      }
    }
    guard claim.signedHeaders == claim.signedHeaders.sorted() else {
      throw refused("Signed headers must be sorted.")
    }
  }

  /// The canonical request. The path is encoded a second time, as every service but S3 wants it.
  func canonical(_ request: SimulatedRequest, signedHeaders: [String]) -> String {
    var pairs: [(name: String, value: String)] = request.queryPairs.map {
      (Self.encoded($0.name), Self.encoded($0.value))
    }
    pairs.sort { $0.name == $1.name ? $0.value < $1.value : $0.name < $1.name }
    let query = pairs.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
    var lines = [request.method, Self.encoded(normalised(request.path), keeping: "/"), query]
    for name in signedHeaders {
      let values = request.headers.filter { $0.name == name }
        .map { $0.value.split(whereSeparator: { $0 == " " || $0 == "\t" }).joined(separator: " ") }
      lines.append("\(name):\(values.joined(separator: ","))")
    }
    lines += ["", signedHeaders.joined(separator: ";"), Digest.sha256Hex(request.body)]
    return lines.joined(separator: "\n")
  }

  /// RFC 3986 section 5.2.4, and no empty parts.
  private func normalised(_ path: String) -> String {
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    let joined = "/" + parts.joined(separator: "/")
    return path.hasSuffix("/") && joined != "/" ? joined + "/" : joined
  }

  private func refused(_ message: String) -> CloudRefusal {
    .signature(type: "InvalidSignatureException", message: message)
  }

  private static let unreserved = Set(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~".utf8)

  static func encoded(_ text: String, keeping kept: String = "") -> String {
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      if unreserved.contains(byte) || kept.utf8.contains(byte) {
        bytes.append(byte)
      } else {
        bytes.append(0x25)
        bytes += Hexadecimal.encode([byte]).uppercased().utf8
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// `20260101T000000Z` as a moment.
  static func moment(_ stamp: String) -> Timestamp? {
    let text = Array(stamp)
    guard text.count == 16 else { return nil }
    func part(_ range: Range<Int>) -> String { String(text[range]) }
    return Timestamp(
      "\(part(0..<4))-\(part(4..<6))-\(part(6..<8))T\(part(9..<11)):\(part(11..<13)):\(part(13..<15)).000Z")
  }

  static func stamp(_ milliseconds: Int64) -> String {
    String(Timestamp(milliseconds: milliseconds).description.filter { $0 != "-" && $0 != ":" }.prefix(15))
      + "Z"
  }
}
