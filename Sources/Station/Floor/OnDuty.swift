import Synchronization

/// Who works at the bench now: signs every row of every slot from the moment on at which a badge is scanned.
final class OnDuty: Sendable, ExpressibleByStringLiteral {
  /// Who started the station, and signs while nobody is logged in.
  let starter: String
  private let badge = Mutex<String?>(nil)

  init(_ starter: String) { self.starter = starter }

  required convenience init(stringLiteral value: String) { self.init(value) }

  var actor: String { badge.withLock { $0 } ?? starter }

  /// Records the change first: from the row on that says so, rows are signed by the new one.
  func change(to badge: String?, in journal: any Journaling) async throws(Fault) {
    let scan = BadgeScan(badge: badge, before: actor)
    try await journal.append(JournalDraft(actor: badge ?? starter, entry: .badgeScanned(scan)))
    self.badge.withLock { $0 = badge }
  }
}
