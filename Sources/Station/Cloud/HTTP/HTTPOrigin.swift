import Foundation

/// Scheme, host and port of a server, and the path under which its calls live.
struct HTTPOrigin: Hashable, Sendable {
  var scheme: String
  /// A name, an IPv4 address, or an IPv6 address without brackets.
  var host: String
  /// Nil: the scheme's own.
  var port: Int?
  /// Empty, or `/something` without a slash at its end.
  var prefix: String

  /// - Parameter text: `https://host`, `http://host:port/prefix`; without user, query and fragment.
  init?(_ text: String) {
    guard let components = URLComponents(string: text), let scheme = components.scheme?.lowercased(),
      scheme == "http" || scheme == "https", let host = components.host, !host.isEmpty,
      components.user == nil, components.password == nil, components.query == nil, components.fragment == nil
    else { return nil }
    self.scheme = scheme
    self.host = host.trimmingCharacters(in: CharacterSet(charactersIn: "[]")).lowercased()
    port = components.port
    var path = components.percentEncodedPath
    while path.hasSuffix("/") { path.removeLast() }
    prefix = path
  }

  /// The Host header (RFC 9110 section 7.2): the port only where it is not the scheme's own.
  var authority: String {
    let name = host.contains(":") ? "[\(host)]" : host
    guard let port, port != (scheme == "https" ? 443 : 80) else { return name }
    return "\(name):\(port)"
  }
}
