/// What an outbox entry is about. Entries of one subject are sent in order, those of different subjects side by side.
enum OutboxSubject: Hashable, Sendable, CustomStringConvertible {
  case hub(HubID)

  /// The word in the outbox's `subject` column.
  var description: String {
    switch self {
    case .hub(let hub): "hub \(hub.text)"
    }
  }
}
