import CertForge
import Foundation

/// One journal row as one line of JSON: complete, so that the chain can be checked from the lines alone.
///
/// Keys are sorted and absent values left out, so that equal rows give equal bytes. `body` and `versions` are the exact
/// stored text as JSON strings; a body that is not UTF-8 stands in `bodyBase64` instead. Hashes are lower-case hex.
struct RecordLine: Hashable, Sendable, Codable {
  var seq: Int64
  var time: Timestamp
  var clock: ClockState
  var station: String
  var actor: String
  var slot: SlotName?
  var attempt: AttemptID?
  var hub: HubID?
  var kind: String
  var body: String?
  var bodyBase64: Data?
  var versions: String
  var previousHash: String
  var hash: String

  /// Longer lines are not read: a row is a few kilobytes.
  static let longest = 1 << 20

  init(_ row: JournalRow) {
    seq = row.sequence
    time = row.time
    clock = row.clock
    station = row.station
    actor = row.actor
    slot = row.slot
    attempt = row.attempt
    hub = row.hub
    kind = row.kind
    body = String(validating: row.body, as: UTF8.self)
    bodyBase64 = body == nil ? row.body : nil
    versions = row.versions
    previousHash = Hexadecimal.encode(row.previousHash)
    hash = Hexadecimal.encode(row.hash)
  }

  /// With the newline.
  func bytes() throws(Fault) -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do { return try encoder.encode(self) + Data([0x0A]) } catch {
      throw Fault(.ledgerCorrupt, ["row": String(seq), "cause": String(describing: error)])
    }
  }

  /// - Returns: nil when the line is not one of these.
  init?(line: Data) {
    guard line.count <= Self.longest, let value = try? JSONDecoder().decode(Self.self, from: line),
      (value.body == nil) != (value.bodyBase64 == nil)
    else { return nil }
    self = value
  }

  /// - Returns: nil when a hash is not hex.
  var row: JournalRow? {
    guard let previous = try? Hexadecimal.decode(previousHash), let own = try? Hexadecimal.decode(hash) else {
      return nil
    }
    return JournalRow(
      sequence: seq, time: time, clock: clock, station: station, actor: actor, slot: slot, attempt: attempt,
      hub: hub, kind: kind, body: bodyBase64 ?? Data((body ?? "").utf8), versions: versions,
      previousHash: Data(previous), hash: Data(own))
  }
}
