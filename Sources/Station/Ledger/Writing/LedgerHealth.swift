/// Whether the ledger takes rows.
enum LedgerHealth: Hashable, Sendable {
  case healthy
  /// The disk is full. Nothing was lost; the next append tries again, and heals it when there is room.
  case full(Fault)
  /// The disk or the file failed. Nothing is written until `recover()` or a new start has looked at the file again.
  case stopped(Fault)
  case closed

  /// Why no row can be taken now; nil when one may try.
  var refusal: Fault? {
    switch self {
    case .healthy, .full: nil
    case .stopped(let fault): fault
    case .closed: Fault(.ledgerFailed, ["cause": "the ledger is closed"])
    }
  }

  /// Takes what a commit, or a look at the pages beside it, says. Whoever has stopped the ledger is not overruled by a
  /// commit that was under way, and a closed one stays closed.
  mutating func take(_ said: LedgerHealth) {
    switch (self, said) {
    case (.closed, _), (.stopped, .healthy), (.stopped, .full): break
    default: self = said
    }
  }

  /// What a broken transaction makes of the ledger.
  init(after fault: Fault) {
    switch fault.code {
    case .ledgerFull: self = .full(fault)
    default: self = .stopped(fault)
    }
  }
}
