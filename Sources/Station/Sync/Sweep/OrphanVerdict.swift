/// What `station aws sweep` thinks of one certificate of the account. The words are stable.
enum OrphanVerdict: String, Hashable, Sendable, Codable, CaseIterable {
  /// Its hub began anew: this ledger calls it void.
  case void
  /// Made at this station's request, and the answer never came: this ledger has no row about it.
  case lost
  /// Would be one of the above, and something uses it.
  case inUse = "in-use"
  /// The hub made its key, and has not been finished here since: another station may need it.
  case undecided
  /// In this ledger, and not void: a hub has it, or will.
  case known
  /// Younger than the limit: its answer may still be on the way.
  case young
  /// ACTIVE, revoked, or in any other state than INACTIVE.
  case active
  /// Not made at a request of this ledger.
  case foreign

  var isOrphan: Bool { self == .void || self == .lost }

  /// Why, for a person.
  var words: String {
    switch self {
    case .void: "its hub began anew"
    case .lost: "the answer to its request was lost"
    case .inUse: "it is in use"
    case .undecided: "the hub made its key; another station may use it"
    case .known: "a hub of this ledger has it, or will"
    case .young: "too young"
    case .active: "not INACTIVE"
    case .foreign: "not requested by this station"
    }
  }
}
