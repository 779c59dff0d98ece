/// Which roots a hub is given to check the cloud with.
enum TrustRoots: Hashable, Sendable {
  /// The shipped choice: Amazon Root CA 1 (RSA) and 3 (P-256) from Debian's ca-certificates, pinned.
  case amazon
  /// PEM files of the engineer's own choice.
  case files([String])

  /// A root certificate on this machine and what it must be.
  struct Pinned: Hashable, Sendable {
    var file: String
    /// Lower-case hex SHA-256 of its DER; nil where the settings name the file and take the responsibility.
    var fingerprint: String?
  }

  var certificates: [Pinned] {
    switch self {
    case .amazon: Self.amazonRoots
    case .files(let paths): paths.map { Pinned(file: $0, fingerprint: nil) }
    }
  }

  static let amazonRoots = [
    Pinned(
      file: "/usr/share/ca-certificates/mozilla/Amazon_Root_CA_1.crt",
      fingerprint: "8ecde6884f3d87b1125ba31ac3fcb13d7016de7f57cc904fe1cb97c6ae98196e"),
    Pinned(
      file: "/usr/share/ca-certificates/mozilla/Amazon_Root_CA_3.crt",
      fingerprint: "18ce6cfe7bf14e60b2e347b8dfe868cb31d02ebb3ada271569f50343b46db3a4"),
  ]

  static func read(_ root: SettingsSection) -> TrustRoots? {
    let remedy = "write `trust-roots: [amazon]`, or list PEM files."
    guard root.has("trust-roots") else {
      root.missing("trust-roots", remedy: remedy)
      return nil
    }
    let items = root.texts("trust-roots", limit: 16)
    if items.map(\.text) == ["amazon"] { return .amazon }
    let paths = items.compactMap { SettingsWord.absolutePath($0.text) }
    guard !items.isEmpty, paths.count == items.count else {
      root.report("trust-roots", value: items.map(\.text).joined(separator: ", "), remedy: remedy)
      return nil
    }
    return .files(paths)
  }
}
