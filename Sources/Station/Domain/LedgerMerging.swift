/// The body of the first row of a merged ledger: what it was made from.
struct LedgerMerging: Hashable, Sendable, Codable {
  struct Source: Hashable, Sendable, Codable {
    /// The file or folder, without its path.
    var name: String
    var station: String
    var rows: Int64
    /// Hash of its newest row: lower-case hex.
    var head: String
    /// Its newest seal, and the key of that; absent where it has none.
    var checkpoint: String?
    var key: String?
    /// Rows 1 to here are under that seal; 0: none.
    var sealed: Int64?
    /// Rows behind them that were left out, because no trusted key had sealed them.
    var leftOut: Int64?
    /// Whether its rows are those of a longer source, and came from there.
    var isCopy: Bool
  }

  var sources: [Source]
}
