/// What a signature covers.
struct SignableRequest: Sendable {
  var method: String
  /// As it goes over the wire.
  var path: String
  /// Decoded.
  var query: [HTTPCall.Pair]
  /// All of these are signed; `host` must be among them.
  var headers: [HTTPCall.Pair]
  var body: [UInt8]
}
