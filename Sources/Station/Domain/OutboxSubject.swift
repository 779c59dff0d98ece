/// What an outbox entry is about. Entries of one subject are sent in order, those of different subjects side by side.
enum OutboxSubject: Hashable, Sendable, CustomStringConvertible {
  case hub(UnitIdentity)
  case lock(Lock)
  case key(PhysicalKeyOrder)

  /// The word in the outbox's `subject` column: the same for all entries of one subject, whatever else they carry.
  var description: String {
    switch self {
    case .hub(let unit): "hub \(unit.hub.text)"
    case .lock(let lock): "lock \(lock.id)"
    case .key(let order): "key \(order.token)"
    }
  }

  var unit: UnitIdentity? { if case .hub(let unit) = self { unit } else { nil } }

  /// For lists: the serial number of a hub, the number of a lock, who gets a key.
  var shortText: String {
    switch self {
    case .hub(let unit): unit.serial.text
    case .lock(let lock): "lock \(lock.id)"
    case .key(let order): "key of \(order.user)"
    }
  }
}
