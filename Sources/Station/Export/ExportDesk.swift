import Foundation

/// Decides what an export is, and writes down that it was made.
struct ExportDesk {
  let reader: LedgerReader

  /// What there is to be made.
  struct Plan {
    var batch: BatchRecord
    var profile: ExportProfile
    var revision: Int
    /// nil: of rows that are still to be sealed.
    var position: Int64?
    var previous: (revision: Int, position: Int64)?
    /// The row that tells of this very export, if it was made before.
    var recorded: ExportEvent?
  }

  /// - Parameter revision: an earlier one; nil: the newest, or the next one when units have newer rows.
  /// - Throws: `batch-unknown`; `export-failed` for an open batch or a revision that was never made.
  func plan(_ id: BatchID, _ profile: ExportProfile, revision: Int?) async throws(Fault) -> Plan {
    try await reader.read { database in
      let batch = try BatchQueries.batch(database, id)
      guard !batch.isOpen else {
        throw Fault(.exportFailed, ["batch": id.text, "cause": "it is open: station batch close \(id)"])
      }
      let made = try ExportQueries.events(database, of: id)
      func plan(_ number: Int, _ position: Int64?) -> Plan {
        let recorded = made.first { $0.revision == number && $0.profile.name == profile.name }
        let previous = made.last { $0.revision < number }
        return Plan(
          batch: batch, profile: recorded?.profile ?? profile, revision: number, position: position,
          previous: previous.map { ($0.revision, $0.position) }, recorded: recorded)
      }
      if let revision {
        guard let found = made.first(where: { $0.revision == revision }) else {
          throw Fault(.exportFailed, ["batch": id.text, "cause": "revision \(revision) was never made"])
        }
        return plan(revision, found.position)
      }
      guard let newest = made.last else { return plan(1, nil) }
      let isStale = try ExportQueries.hasNewerRows(database, of: id, than: newest.position)
      return isStale ? plan(newest.revision + 1, nil) : plan(newest.revision, newest.position)
    }
  }
}
