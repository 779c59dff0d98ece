import Foundation

/// Whether shipped segments are the journal that was written: every row there, every row tied to the one before.
struct RecordVerification: Hashable, Sendable {
  struct Break: Hashable, Sendable {
    enum Reason: String, Sendable {
      /// A line that is not a row.
      case unreadable
      case gap
      case previousHash = "previous-hash"
      case hash
    }
    /// The first row that is not what it was, or is missing.
    var sequence: Int64
    var reason: Reason
  }

  /// The last good row; 0: none.
  private(set) var rows: Int64 = 0
  /// Its hash: compare it with the ledger's, for rows cut off at the end do not show in a chain.
  private(set) var head = JournalHash.start
  private(set) var firstBreak: Break?
  /// What the seals among the rows say.
  private(set) var seals: SealVerification

  init(seals: SealVerification = SealVerification()) { self.seals = seals }

  /// After the last segment.
  mutating func finish() {
    if firstBreak == nil { seals.finish() }
  }

  /// Takes up the next segment, in the order of their numbers.
  mutating func add(_ segment: Data) {
    var rest = segment[...]
    while firstBreak == nil, !rest.isEmpty {
      guard let end = rest.firstIndex(of: 0x0A), let row = RecordLine(line: Data(rest[..<end]))?.row else {
        firstBreak = Break(sequence: rows + 1, reason: .unreadable)
        return
      }
      rest = rest[(end + 1)...]
      take(row)
    }
  }

  private mutating func take(_ row: JournalRow) {
    if row.sequence != rows + 1 {
      firstBreak = Break(sequence: rows + 1, reason: .gap)
    } else if row.previousHash != head {
      firstBreak = Break(sequence: row.sequence, reason: .previousHash)
    } else if JournalHash.of(row) != row.hash {
      firstBreak = Break(sequence: row.sequence, reason: .hash)
    } else {
      rows = row.sequence
      head = row.hash
      seals.take(row.sequence, hash: row.hash, kind: Data(row.kind.utf8), body: { row.body })
    }
  }
}

extension RecordSegment {
  /// Checks the chain over segments in the order of their numbers.
  static func verify(_ segments: some Sequence<Data>) -> RecordVerification {
    var verification = RecordVerification()
    for segment in segments { verification.add(segment) }
    return verification
  }
}
