import Foundation

/// The forms that values of the settings file take.
enum SettingsWord {
  /// The whole of `text` matches the pattern, which is one of ours.
  static func matching<Output>(_ text: String, _ pattern: Regex<Output>) -> String? {
    (try? pattern.wholeMatch(in: text)) != nil ? text : nil
  }

  static func absolutePath(_ text: String) -> String? {
    guard text.hasPrefix("/"), text.utf8.count <= 1024, !text.unicodeScalars.contains("\u{0}") else {
      return nil
    }
    return text
  }

  static let absolutePathRemedy = "write a path that begins with /."

  /// `https` anywhere; `http` only to this machine, because credentials travel in it. No user, query or fragment; no
  /// slash at the end.
  static func address(_ text: String) -> String? {
    guard let parts = URLComponents(string: text), let scheme = parts.scheme, let host = parts.host,
      !host.isEmpty,
      parts.user == nil, parts.password == nil, parts.query == nil, parts.fragment == nil,
      !text.hasSuffix("/")
    else { return nil }
    let isLocal = ["localhost", "127.0.0.1", "[::1]", "::1"].contains(host)
    return scheme == "https" || (scheme == "http" && isLocal) ? text : nil
  }

  static let addressRemedy = "write https://host (http only for 127.0.0.1), no slash at the end."

  /// A host name without scheme or port.
  static func host(_ text: String) -> String? {
    matching(text, #/[A-Za-z0-9]([A-Za-z0-9.\-]{0,251}[A-Za-z0-9])?/#)
  }

  static let hostRemedy = "write a host name alone, without https:// and port."

  /// `500ms`, `10s`, `2m`; more than nothing and at most an hour.
  static func duration(_ text: String) -> Duration? {
    let units: [(String, Int64)] = [("ms", 1), ("s", 1000), ("m", 60_000)]
    for (suffix, milliseconds) in units where text.hasSuffix(suffix) {
      guard let count = Int64(text.dropLast(suffix.count)), count > 0, count <= 3_600_000 else { continue }
      let all = count * milliseconds
      return all <= 3_600_000 ? .milliseconds(all) : nil
    }
    return nil
  }

  static let durationRemedy = "write a time such as 500ms, 10s or 2m."

  static func flag(_ text: String) -> Bool? {
    switch text {
    case "true", "yes": true
    case "false", "no": false
    default: nil
    }
  }

  static let flagRemedy = "write true or false."

  static func number(_ text: String) -> Double? {
    guard let value = Double(text), value.isFinite else { return nil }
    return value
  }
}
