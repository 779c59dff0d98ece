/// What goes back to the client.
struct SimulatedAnswer: Hashable, Sendable {
  var status: Int
  var headers: [String: String]
  var body: [UInt8]

  init(status: Int, headers: [String: String] = [:], body: [UInt8]) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  init(_ status: Int, _ json: JSONValue, headers: [String: String] = [:]) {
    self.init(
      status: status, headers: headers.merging(["Content-Type": "application/json"]) { own, _ in own },
      body: json.bytes)
  }
}
