/// A work order came onto the bench.
struct BatchOpening: Hashable, Sendable, Codable {
  var batch: Batch
  var reason: String?
}

/// Serial numbers of a batch whose vendor gave a list; as many rows as it takes, in the transaction of its opening.
struct BatchSerials: Hashable, Sendable, Codable {
  var batch: BatchID
  var model: String
  var serials: [SerialNumber]

  /// Serials in one row: with the longest ones far below the largest body.
  static let mostInRow = 5_000
}

/// Spares were allowed, or the batch moved to other slots.
struct BatchChange: Hashable, Sendable, Codable {
  var batch: BatchID
  var over: Int
  var slots: [SlotName]?
  var reason: String
}

/// Production of a batch ended for ever.
struct BatchClosing: Hashable, Sendable, Codable {
  var batch: BatchID
  var reason: String
  /// As counted in the transaction of this row's author: units that had passed, and of these the scrapped ones.
  var passed: Int
  var scrapped: Int
}
