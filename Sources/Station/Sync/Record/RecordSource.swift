/// The journal as the record's shipper sees it.
protocol RecordSource: Sendable {
  /// Rows with a greater sequence number, oldest first, at most `limit`.
  func rows(after sequence: Int64, limit: Int) async throws(Fault) -> [JournalRow]
  func lastRow() async throws(Fault) -> JournalRow?
}

/// Where positions are kept; they may be lost, for the place is asked at every start.
protocol RecordMemory: Sendable {
  func value(for key: String) async throws(Fault) -> String?
  func setValue(_ value: String?, for key: String) async throws(Fault)
}

extension Ledger: RecordSource, RecordMemory {}
