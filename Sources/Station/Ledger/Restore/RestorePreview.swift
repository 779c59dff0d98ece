import CertForge
import Foundation

/// What a restore does, for the person who decides on it. The keys are stable.
struct RestorePreview: Hashable, Sendable, Codable {
  struct HeldUnit: Hashable, Sendable, Codable {
    var hub: HubID
    var serial: SerialNumber
    var passed: Bool
  }

  var backup: String
  var backupRows: Int64
  var backupHead: String
  var backupTime: Timestamp?
  var ledger: String
  /// What the ledger that is there can still say: `none`, `sound`, `damaged` or `unreadable`.
  var present: String
  var presentFault: FaultCode?
  var record: String?
  var fromLedger: Int64
  var fromRecord: Int64
  /// The newest row after the restore, but for the rows that tell of it, and its time.
  var rows: Int64
  var time: Timestamp?
  /// Rows that are lost; absent: nobody can say how many.
  var lost: Int64?
  var newestLost: Timestamp?
  /// Rows of the ledger that is there, where that is another record than the backup's: they stay in the file that is
  /// kept.
  var otherRows: Int64?
  /// Units of lost rows; they will be on hold.
  var held: [HeldUnit]
  /// Units of lost rows that will not, because other hubs have their serials.
  var displaced: [HeldUnit]
  /// Where the ledger that was there is kept.
  var kept: String?
  var done = false

  init(_ findings: RestoreFindings, ledger: String, replaced: ReplacedLedger?, record: String?) {
    backup = findings.backup.path
    backupRows = findings.backup.rows
    backupHead = Hexadecimal.encode(findings.backup.head)
    backupTime = findings.backup.lastTime
    self.ledger = ledger
    present =
      switch replaced {
      case nil: "none"
      case let found? where found.fault != nil: "unreadable"
      case let found?: found.isSound ? "sound" : "damaged"
      }
    presentFault = replaced?.fault?.code
    self.record = record
    fromLedger = findings.fromLedger
    fromRecord = findings.fromRecord
    rows = findings.last
    time = findings.lastTime
    lost = findings.lost
    newestLost = findings.lostRows.newest
    otherRows = findings.otherRows
    let units = findings.lostRows.units.map {
      HeldUnit(hub: $0.key, serial: $0.value.serial, passed: $0.value.passed)
    }
    .sorted { ($0.serial.text, $0.hub.text) < ($1.serial.text, $1.hub.text) }
    held = units.filter { !findings.displaced.contains($0.hub) }
    displaced = units.filter { findings.displaced.contains($0.hub) }
  }
}
