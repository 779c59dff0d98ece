/// How the simulated hubs answer a command that reaches them through their shadow: as their Matter server would.
///
/// - Returns: the whole answer; nil: the hub says nothing.
typealias HubAnswers = @Sendable (_ command: String, _ arguments: JSONValue?) async -> JSONValue?

enum SimulatedMatterServer {
  /// The answers of a server without devices, as python-matter-server 7 gives them.
  static let answers: HubAnswers = { command, _ in
    switch command {
    case "server_info":
      return [
        "result": [
          "fabric_id": 1, "compressed_fabric_id": 1, "schema_version": 11, "min_supported_schema_version": 9,
          "sdk_version": "2024.11.4", "wifi_credentials_set": false, "thread_credentials_set": false,
          "bluetooth_enabled": false,
        ]
      ]
    case "get_nodes": return ["result": []]
    case "set_wifi_credentials": return ["result": nil]
    default: return ["error_code": 9, "details": .text("Invalid command: \(command)")]
    }
  }
}
