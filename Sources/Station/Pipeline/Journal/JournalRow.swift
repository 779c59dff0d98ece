import Foundation

/// One durable row of the journal.
struct JournalRow: Hashable, Sendable {
  /// From 1, without a gap.
  var sequence: Int64
  var time: Timestamp
  var clock: ClockState
  /// The name of the station that wrote it.
  var station: String
  var actor: String
  var slot: SlotName?
  var attempt: AttemptID?
  var hub: HubID?
  var kind: String
  /// The exact stored bytes.
  var body: Data
  /// JSON with sorted keys: station, settings, firmware.
  var versions: String
  /// 32 bytes; zeros in row 1.
  var previousHash: Data
  /// 32 bytes: SHA-256 over every field above and `previousHash` (see `JournalHash`).
  var hash: Data

  func entry() throws(Fault) -> JournalEntry {
    do { return try JournalEntry(kind: kind, body: body) } catch {
      throw Fault(.ledgerCorrupt, ["row": String(sequence), "cause": String(describing: error)])
    }
  }
}
