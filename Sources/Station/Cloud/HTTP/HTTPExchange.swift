/// One request, one answer. Every call to a cloud goes through one of these, so that proxy, CA bundle and time limits
/// apply to all of them, and a test can stand in between.
///
/// Redirects are answers like any other: a signed request must not go where its signature was not made for.
protocol HTTPExchange: Sendable {
  /// - Throws: `network-unreachable` (offline, no such name, refused, cut), `network-timeout`, `tls-refused`,
  ///   `answer-not-understood` (no HTTP, or larger than `HTTPAnswer.longestBody`), `request-cancelled`.
  func send(_ call: HTTPCall) async throws(Fault) -> HTTPAnswer
}
