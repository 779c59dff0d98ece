/// One work order as its rows amount to now.
struct BatchRecord: Hashable, Sendable {
  /// Who did it, when, why, and in which row.
  struct Act: Hashable, Sendable {
    var sequence: Int64
    var time: Timestamp
    var actor: String
    var reason: String?
  }

  var batch: Batch
  var opened: Act
  /// nil while it is open.
  var closed: Act?

  var isOpen: Bool { closed == nil }
}
