import CertForge
import Foundation

/// A second place behind HTTPS: `PUT BASE/STATION/SEGMENT` takes one segment, `GET BASE/STATION` answers
/// `{"last": N, "hash": "HEX"}`, the row up to which the place has all and the hash of that row, or 404 when it has none.
/// Without the hash, a restored ledger that has as many rows again cannot be told from the one before: name it.
///
/// A segment goes with an Idempotency-Key (station and rows) and its Content-Digest (RFC 9530). 409 means that other
/// bytes are there under that name.
struct HTTPSSink: RecordSink {
  let origin: HTTPOrigin
  let exchange: any HTTPExchange
  /// Read for each request, so that a rotated secret is taken up: `["authorization": "Bearer …"]`. Never logged.
  let authorization: @Sendable () async throws(Fault) -> [String: String]
  let clock: any StationClock

  /// - Throws: `settings-invalid` for plain HTTP to anything but this machine: the record must not be readable or
  ///   changeable on its way.
  init(
    _ address: String, exchange: any HTTPExchange, clock: any StationClock = SystemClock(),
    authorization: @escaping @Sendable () async throws(Fault) -> [String: String] = { [:] }
  ) throws(Fault) {
    guard let origin = HTTPOrigin(address),
      origin.scheme == "https" || ["127.0.0.1", "::1", "localhost"].contains(origin.host)
    else {
      throw Fault(.settingsInvalid, ["key": "record", "value": address, "cause": "not an https address"])
    }
    self.origin = origin
    self.exchange = exchange
    self.authorization = authorization
    self.clock = clock
  }

  var place: String { "\(origin.scheme)://\(origin.authority)\(origin.prefix)" }

  func open(station: String, known: RecordPosition?) async throws(Fault) -> RecordPosition {
    struct Holding: Decodable {
      var last: Int64
      var hash: String?
    }
    let answer = try await send("GET", path: path(station))
    switch answer.status {
    case 200:
      guard let holding = answer.decoded(Holding.self), holding.last >= 0 else {
        throw unreachable(answer, "its answer is not understood")
      }
      var position = RecordPosition(last: holding.last)
      if let hex = holding.hash, holding.last > 0 {
        guard let hash = try? Hexadecimal.decode(hex), hash.count == JournalHash.start.count else {
          throw unreachable(answer, "its answer is not understood")
        }
        position.head = RecordPosition.Head(row: holding.last, hash: Data(hash))
      }
      return position
    case 404: return RecordPosition(last: 0)
    // It cannot be asked: what is remembered has to do, and segments are idempotent.
    case 405, 501: return RecordPosition(last: known?.last ?? 0)
    default: throw unreachable(answer, "it answered \(answer.status)")
    }
  }

  func put(_ segment: RecordSegment) async throws(Fault) {
    let digest = Data(Digest.sha256(segment.data)).base64EncodedString()
    let answer = try await send(
      "PUT", path: path(segment.name.station, segment.name.description),
      headers: [
        HTTPCall.Pair("content-type", "application/jsonl"),
        HTTPCall.Pair("idempotency-key", segment.name.idempotencyKey),
        HTTPCall.Pair("content-digest", "sha-256=:\(digest):"),
      ], body: Array(segment.data))
    switch answer.status {
    case 200, 201, 204: return
    case 409, 412:
      throw Fault(
        .recordForeign,
        [
          "place": place, "problem": "other-contents", "file": segment.name.description,
          "cause": "\(segment.name) is there with other contents",
        ])
    default: throw unreachable(answer, "it answered \(answer.status)")
    }
  }

  func warnings(ledger path: String?) async -> [String] { [] }

  private func send(_ method: String, path: String, headers: [HTTPCall.Pair] = [], body: [UInt8] = [])
    async throws(Fault) -> HTTPAnswer
  {
    var call = HTTPCall(method: method, origin: origin, path: path, headers: headers, body: body)
    call.headers.append(HTTPCall.Pair("host", origin.authority))
    for (name, value) in try await authorization() { call.headers.append(HTTPCall.Pair(name, value)) }
    return try await exchange.send(call)
  }

  private func path(_ segments: String...) -> String {
    // The names are made of characters that need no encoding, save the percent sign of an escaped one.
    origin.prefix
      + PercentEncoding.path(segments.enumerated().map { $0 == 0 ? RecordSegmentName.escaped($1) : $1 })
  }

  private func unreachable(_ answer: HTTPAnswer, _ cause: String) -> Fault {
    Fault(
      .recordUnreachable, ["place": place, "status": String(answer.status), "cause": cause],
      retryAfter: answer.retryAfter(now: clock.now()))
  }
}
