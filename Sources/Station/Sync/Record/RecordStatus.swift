/// How far the second copy of the record is behind, for `station status`.
struct RecordStatus: Sendable, Hashable {
  var place: String
  /// Rows 1 to here are in the second place; nil: not known yet.
  var shipped: Int64?
  /// The newest row of the ledger.
  var last: Int64
  /// When the oldest row that is not there yet was written, and how long ago that is.
  var oldest: Timestamp?
  var age: Duration?
  /// Why it does not go on.
  var fault: Fault?
  var warnings: [String]

  /// Rows that are not there yet.
  var behind: Int64 { max(0, last - (shipped ?? 0)) }
}
