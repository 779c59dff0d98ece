import Foundation

/// A second place for the record.
protocol RecordSink: Sendable {
  /// For the status: a folder or an address, without secrets.
  var place: String { get }

  /// What the place holds of a station's rows.
  ///
  /// - Parameter known: what was remembered of an earlier visit.
  /// - Throws: `record-unreachable`; also when the place is not the one visited before (an empty mount point).
  ///   `record-foreign` when its newest segment is damaged.
  func open(station: String, known: RecordPosition?) async throws(Fault) -> RecordPosition

  /// Puts one segment there, durably. Repeating it is harmless.
  ///
  /// - Throws: `record-unreachable`; `record-foreign` with `problem` = `other-contents` when a segment of that name is
  ///   there with other bytes, which is never overwritten.
  func put(_ segment: RecordSegment) async throws(Fault)

  /// What is not as it should be, though it works.
  func warnings(ledger path: String?) async -> [String]
}

/// How far a second place is.
struct RecordPosition: Hashable, Sendable, Codable {
  /// A row as the place has it.
  struct Head: Hashable, Sendable {
    var row: Int64
    var hash: Data
  }

  /// Names the place itself, so that another one under the same path is noticed; nil where it has no name.
  var identity: String?
  /// Rows 1 to here are there.
  var last: Int64
  /// The end of a segment that was on its way when this was written: it is sent again with the same bounds.
  var pending: Int64?

  /// Rows after this one are there too, behind a gap: a disk that lost a segment. What fills the gap ends here, so that
  /// no row is there twice.
  var gapEnd: Int64?

  /// The newest row that is there, behind a gap too; nil: there is none, or the place does not say its hash. Asked at
  /// each visit and never remembered.
  var head: Head?

  private enum CodingKeys: String, CodingKey {
    case identity, last, pending, gapEnd
  }

  init(identity: String? = nil, last: Int64, pending: Int64? = nil, gapEnd: Int64? = nil) {
    self.identity = identity
    self.last = last
    self.pending = pending
    self.gapEnd = gapEnd
  }

  /// What segments of one station come to, by their names alone.
  init(identity: String?, holding names: [RecordSegmentName]) {
    self.init(identity: identity, last: 0)
    for name in names.sorted(by: { $0.first < $1.first }) {
      // Not `last + 1`: a name may claim the largest number that there is.
      guard name.first - 1 <= last else {
        gapEnd = name.first - 1
        break
      }
      last = max(last, name.last)
    }
  }

  /// - Returns: nil for what cannot be read or is no position: it is as good as lost, and lost is allowed.
  init?(remembered text: String) {
    guard let value = try? JSONDecoder().decode(Self.self, from: Data(text.utf8)), value.last >= 0,
      value.pending.map({ $0 > value.last }) ?? true, value.gapEnd.map({ $0 > value.last }) ?? true
    else { return nil }
    self = value
  }
}
