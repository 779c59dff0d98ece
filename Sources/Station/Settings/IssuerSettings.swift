/// Who signs the hubs' requests.
enum IssuerSettings: Hashable, Sendable {
  /// The factory's own issuing CA: a unit can be finished with no network.
  case authority(AuthoritySettings)
  /// AWS IoT, with the credentials of `cloud.aws`: a unit needs the network before it can be delivered.
  case aws

  /// Nil where AWS signs.
  var authority: AuthoritySettings? {
    if case .authority(let settings) = self { settings } else { nil }
  }
}
