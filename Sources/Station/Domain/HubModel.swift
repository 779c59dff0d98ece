/// What the station must know of one kind of hub. Data of the settings; nothing about a hub is fixed in code.
struct HubModel: Hashable, Sendable {
  /// `[A-Za-z0-9._-]+`, part of the name from which the hub's UUID is derived.
  var id: String
  /// The names by which hubs of this model introduce themselves; the id when empty.
  var reportedNames: [String]
  var vendorName: String
  var serialRule: SerialRule
  /// Whether every hub of this model must tell its MAC address.
  var macRequired: Bool
  var hubID: HubIDOrigin = .derived
  var key: KeyOrigin
  /// The name of a console profile.
  var profile: String
  /// 9,600 to 4,000,000 baud.
  var baud: UInt32
  var layout: IdentityLayout
  /// Where the identity lies on the hub, for templates that name it: `/var/lib/hub/identity`.
  var identityFolder: String
  var checks: [CheckDefinition]
  /// The network of the settings that hubs are told over the line; nil: none.
  var network: String?
  /// Its profile has a farewell: the finished hub powers itself off.
  var leavesByItself = false
  /// What the finished hub is asked through the cloud.
  var cloudChecks: [CloudCheck] = []

  func isReported(as name: String) -> Bool {
    reportedNames.isEmpty ? name == id : reportedNames.contains(name)
  }
}
