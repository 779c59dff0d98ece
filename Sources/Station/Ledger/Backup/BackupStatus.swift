/// How the automatic backups are, for `station status`.
struct BackupStatus: Hashable, Sendable {
  var folder: String
  /// The newest one of this very ledger; nil: none is there, or it is not known yet.
  var newest: BackupName?
  /// When the next one is due.
  var due: Timestamp?
  /// Why there is none when there should be.
  var fault: Fault?
  /// Old ones that were left alone, and why.
  var warnings: [String] = []
}
