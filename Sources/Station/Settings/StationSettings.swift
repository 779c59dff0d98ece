import Foundation

/// Everything that a station is told: one value, read once, from one file (see `Settings.load`).
struct StationSettings: Equatable, Sendable {
  /// In every row of the journal: `line-1`.
  var station: String
  /// Path of the ledger's database; its folder also holds the lock, the Door's socket and the segments of the record.
  var ledger: String
  /// The vendor's namespace from which the UUID of a hub is derived (version 5, with model and serial).
  var hubNamespace: UUID
  /// In the order of the bench.
  var slots: [SlotSettings]
  var models: [HubModel]
  /// Console profiles, the shipped one first.
  var profiles: [ProfileSettings]
  var issuer: IssuerSettings
  /// PEM files of other issuing CAs whose certificates on a hub are believed: other stations, earlier CAs.
  var trustedAuthorities: [String]
  var trustRoots: TrustRoots
  var cloud: CloudSettings
  /// The second copy of the record; nil: none, and `station doctor` says so.
  var record: RecordPlace?
  /// Automatic backups of the ledger; nil: none, and `station doctor` says so.
  var backup: BackupSettings?
  /// When shifts end; the record is sealed then.
  var shifts = ShiftPlan()
  var seal = SealSettings()
  /// Profiles of exports beside the shipped ones.
  var exports: [ExportProfile] = []
  var log: LogSettings
  var origin: SettingsOrigin

  func profile(named name: String) -> ProfileSettings? { profiles.first { $0.name == name } }

  func model(reportedAs name: String) -> HubModel? { models.first { $0.isReported(as: name) } }
}

/// Where settings came from: goes into the row that a starting station writes.
struct SettingsOrigin: Hashable, Sendable {
  var file: String
  /// Lower-case hex SHA-256 of the file as it was read.
  var digest: String
}
