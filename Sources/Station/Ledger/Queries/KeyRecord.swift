/// One order of a physical key, and the number that it came to. The keys are stable: `key list --json` prints it.
struct KeyRecord: Hashable, Sendable, Codable {
  var token: String
  var user: String
  var organisation: String
  var organisationName: String?
  var note: String?
  var state: OutboxEntry.State
  /// The vendor's number; nil until it is known.
  var number: Int64?
  /// Other numbers of the same order that are still there: one key too many each.
  var duplicates: [Int64]

  /// - Parameter entries: all of the order's, oldest first: the issue, then removals.
  init?(_ entries: [OutboxEntry]) {
    guard let issue = entries.first, case .addPhysicalKey(let order) = issue.intent.effect else { return nil }
    token = order.token
    user = order.user
    organisation = order.organisation
    organisationName = order.organisationName
    note = order.note
    state = issue.state
    number = issue.evidence?.values["number"].flatMap { Int64($0) }
    let told = issue.evidence?.values["duplicates"] ?? ""
    let removed = entries.dropFirst().compactMap { entry -> Int64? in
      guard case .removePhysicalKey(_, let number) = entry.intent.effect, entry.state == .settled else {
        return nil
      }
      return number
    }
    duplicates = told.split(separator: " ").compactMap { Int64($0) }.filter { !removed.contains($0) }
  }
}
