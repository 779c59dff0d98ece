import CertForge
import Foundation

/// The hash of one journal row, so that a row that was altered, swapped or taken out is found.
///
/// SHA-256 over these bytes, in this order, and nothing else:
///
/// 1. the ASCII bytes `station-journal-v1`, then one zero byte;
/// 2. `seq` as 8 bytes, big-endian, two's complement;
/// 3. the columns time, clock, station, actor, slot, attempt, hub, kind, body, versions, previous_hash, in this order:
///    for NULL one byte 0x00; otherwise one byte 0x01, the length as 8 bytes big-endian, and the bytes exactly as the
///    file holds them (text as UTF-8).
///
/// `previous_hash` of row 1 is 32 zero bytes, of every other row the `hash` of the row before. Lengths come before
/// contents, so that no two different rows have the same bytes.
///
/// A chain proves order and content up to its newest row; rows cut off at the end show only beside a second copy of
/// the record.
struct JournalHash {
  static let start = Data(count: 32)
  private static let prefix = Array("station-journal-v1".utf8) + [0]

  private var bytes: [UInt8]

  init(sequence: Int64) {
    bytes = Self.prefix
    bytes.reserveCapacity(1024)
    append(UInt64(bitPattern: sequence))
  }

  mutating func add(_ field: (some Collection<UInt8>)?) {
    guard let field else {
      bytes.append(0)
      return
    }
    bytes.append(1)
    append(UInt64(field.count))
    bytes.append(contentsOf: field)
  }

  var value: Data { Data(Digest.sha256(bytes)) }

  private mutating func append(_ number: UInt64) {
    for shift in stride(from: 56, through: 0, by: -8) {
      bytes.append(UInt8(truncatingIfNeeded: number >> UInt64(shift)))
    }
  }

  /// The hash that belongs to a row; the row's own `hash` is not looked at.
  static func of(_ row: JournalRow) -> Data {
    var hash = JournalHash(sequence: row.sequence)
    hash.add(row.time.description.utf8)
    hash.add(row.clock.rawValue.utf8)
    hash.add(row.station.utf8)
    hash.add(row.actor.utf8)
    hash.add(row.slot?.text.utf8)
    hash.add(row.attempt?.text.utf8)
    hash.add(row.hub?.text.utf8)
    hash.add(row.kind.utf8)
    hash.add(row.body)
    hash.add(row.versions.utf8)
    hash.add(row.previousHash)
    return hash.value
  }
}
