/// For whom a hub is claimed, in the vendor's words. Plain text: the contract demands no form of these ids.
struct Customer: Hashable, Sendable, Codable {
  /// Where the hub goes: the vendor's `siteId`.
  var site: String
  /// In whose name it is claimed: the vendor's `userId`.
  var user: String
  /// Only with a key that may claim for other organisations; nil: the key's own, and `orgId` is not sent.
  var organisation: String?

  init(site: String, user: String, organisation: String? = nil) {
    self.site = site
    self.user = user
    self.organisation = organisation
  }
}
