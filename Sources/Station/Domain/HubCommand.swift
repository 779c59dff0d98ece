/// A command that a hub is asked through the cloud: forwarded verbatim by SendHubCommand.
///
/// Its arguments stay readable in the hub's device shadow, so none of them may be a secret: a network is named, and its
/// passphrase is read from its file when the call is made.
struct HubCommand: Hashable, Sendable, Codable {
  /// For example `server_info`, `get_nodes`.
  var command: String
  /// An object.
  var arguments: JSONValue?
  /// The name of a network of the settings, for `set_wifi_credentials`.
  var network: String?
  /// How long the hub may take to answer, in seconds.
  var seconds: Int64

  static let setNetwork = "set_wifi_credentials"
  static let longest: Int64 = 300

  /// - Throws: `value-invalid` naming the field.
  func check() throws(Fault) {
    try VendorRules.text(command, "command")
    if let arguments {
      guard arguments.asObject != nil else { throw VendorRules.invalid("args", "", "a JSON object") }
      if arguments.mentions("credentials") {
        throw VendorRules.invalid(
          "args", "", "without `credentials`: name a network of the settings (--network)")
      }
    }
    if network != nil, command != Self.setNetwork || arguments != nil {
      throw VendorRules.invalid("network", network ?? "", "with \(Self.setNetwork) and without args")
    }
    if network == nil, command == Self.setNetwork {
      throw VendorRules.invalid("network", "", "given with \(Self.setNetwork)")
    }
    guard (1...Self.longest).contains(seconds) else {
      throw VendorRules.invalid("within", String(seconds), "1 to \(Self.longest) seconds")
    }
  }
}

extension JSONValue {
  /// Whether a member of that name is anywhere in it, whatever its case.
  func mentions(_ name: String) -> Bool {
    switch self {
    case .object(let members):
      members.contains { $0.key.lowercased() == name || $0.value.mentions(name) }
    case .list(let values): values.contains { $0.mentions(name) }
    default: false
    }
  }

  /// The member at a path of names with dots between them; numbers count places of a list. The empty path: all of it.
  func member(at path: String) -> JSONValue? {
    var value = self
    for name in path.split(separator: ".") {
      if case .list(let values) = value, let place = Int(name), values.indices.contains(place) {
        value = values[place]
      } else if let next = value[String(name)] {
        value = next
      } else {
        return nil
      }
    }
    return value
  }

  /// As a check reads it: text as it is, a number without superfluous digits, `true`, `null`; else JSON.
  var plainText: String {
    switch self {
    case .text(let text): text
    case .integer(let number): String(number)
    case .flag(let flag): String(flag)
    case .null: "null"
    default: String(decoding: bytes, as: UTF8.self)
    }
  }
}
