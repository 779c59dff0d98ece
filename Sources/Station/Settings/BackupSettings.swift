/// When and where the running station makes a verified backup of its ledger.
struct BackupSettings: Hashable, Sendable {
  var folder: String
  /// From one backup to the next.
  var every: Duration
  /// So many automatic backups are there at most; older ones are deleted.
  var keep: Int
}
