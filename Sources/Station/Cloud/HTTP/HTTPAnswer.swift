import Foundation

/// One HTTP response as plain values. Its body is at most `HTTPAnswer.longestBody` bytes.
struct HTTPAnswer: Sendable {
  var status: Int
  var headers: [HTTPCall.Pair]
  var body: [UInt8]

  static let longestBody = 1 << 20

  /// The first header of that name, whatever its case.
  func header(_ name: String) -> String? {
    headers.first { $0.name.lowercased() == name.lowercased() }?.value
  }

  /// The body as a value of `Value`; nil when it is not JSON of that shape: a login page, a cut answer.
  func decoded<Value: Decodable>(_ type: Value.Type) -> Value? {
    // The reason adds nothing: what came instead is in the values of `notUnderstood`.
    try? JSONDecoder().decode(type, from: Data(body))
  }

  /// The server's own clock.
  var date: Timestamp? { header("date").flatMap(HTTPDate.parse) }

  /// How long the server wants to be left alone (RFC 9110 section 10.2.3), at most an hour.
  ///
  /// - Parameter now: for the form that names a date, where the answer itself has no Date.
  func retryAfter(now: Timestamp) -> Duration? {
    guard let text = header("retry-after")?.trimmingCharacters(in: .whitespaces) else { return nil }
    let seconds: Int64
    if let number = Int64(text) {
      seconds = number
    } else if let moment = HTTPDate.parse(text) {
      seconds = (moment.milliseconds - (date ?? now).milliseconds) / 1000
    } else {
      return nil
    }
    return .seconds(min(max(seconds, 0), 3600))
  }

  /// The answer is not the server's own: another program sits in between.
  func notUnderstood(by host: String, operation: String) -> Fault {
    Fault(
      .answerNotUnderstood,
      [
        "host": host, "operation": operation, "status": String(status),
        "contentType": header("content-type") ?? "none", "beginning": beginning,
      ])
  }

  /// The first bytes of the body, printable: for a fault's values.
  private var beginning: String {
    String(String(decoding: body.prefix(80), as: UTF8.self).map { $0.isNewline ? " " : $0 })
  }
}
