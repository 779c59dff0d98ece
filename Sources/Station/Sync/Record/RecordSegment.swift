import Foundation

/// A run of journal rows without a gap, as JSON Lines in one file: `STATION-0000000001-0000000500.jsonl`.
struct RecordSegment: Hashable, Sendable {
  let name: RecordSegmentName
  let data: Data

  /// - Throws: `ledger-corrupt` when the rows have a gap or are none.
  init(station: String, rows: [JournalRow]) throws(Fault) {
    guard let first = rows.first?.sequence, let last = rows.last?.sequence,
      zip(rows, rows.dropFirst()).allSatisfy({ $0.sequence + 1 == $1.sequence })
    else { throw Fault(.ledgerCorrupt, ["cause": "rows are missing", "rows": String(rows.count)]) }
    name = RecordSegmentName(station: station, first: first, last: last)
    var data = Data()
    for row in rows { data.append(try RecordLine(row).bytes()) }
    self.data = data
  }
}
