/// The body of a row that seals every row before it.
struct LedgerSeal: Hashable, Sendable, Codable {
  /// Why it was made just then.
  enum Reason: String, Hashable, Sendable, Codable, CaseIterable {
    /// A batch was closed.
    case batch
    /// A shift ended.
    case shift
    /// So many rows had come since the last one.
    case rows
    /// The station was stopped in good order.
    case stop
    /// A batch is handed over.
    case export
    /// Somebody asked for it.
    case hand
  }

  /// A signed note (C2SP signed-note) over a checkpoint (C2SP tlog-checkpoint) of the rows before this one.
  var checkpoint: String
  /// The verifier key of the signature: says who claims to have signed, and is to be compared with one from elsewhere.
  var key: String
  var reason: Reason
  /// The roots of the full subtrees of the tree, the largest first: lower-case hex. What the next seal goes on from.
  var frontier: [String]
}
