/// What two stations say that cannot both be so. The merged ledger has the rows of both unless it says otherwise.
struct MergeConflict: Hashable, Sendable, Codable {
  enum Kind: String, Hashable, Sendable, Codable {
    /// A hub of one station has the serial of another hub: its rows are left out.
    case serial
    /// One hub was finished on two stations.
    case hub
    /// One hub has certificates of two stations.
    case certificate
    /// One batch number, two orders.
    case batch
    /// Two batches have ranges or lists of serials that overlap.
    case range
    /// A row that cannot stand beside those of the other stations is left out: one lock on two lists, one revision of a
    /// batch handed over twice.
    case row
  }

  var kind: Kind
  /// A serial, a hub or a batch.
  var subject: String
  var stations: [String]
  var detail: String
}
