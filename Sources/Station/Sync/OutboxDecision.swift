/// What a person decides about entries that do not go on by themselves.
enum OutboxDecision: String, Hashable, Sendable, Codable, CaseIterable {
  /// Their reason was mended: they go back to work.
  case release
  /// It is not known whether the call had its effect; it is made once more.
  case resend
  /// They are not wanted any more.
  case giveUp = "give-up"

  /// States that it can be taken in.
  var states: [OutboxEntry.State] {
    switch self {
    case .release, .resend: [.parked]
    case .giveUp: [.owed, .sending, .parked]
    }
  }

  func applies(to entry: OutboxEntry) -> Bool {
    switch self {
    case .release: true
    case .resend: entry.fault?.code == .keyUnknown
    // What the station can still do by itself is not given up: it would be unclear what it did.
    case .giveUp:
      entry.intent.kind.mayBeGivenUp
        && (entry.state == .parked || entry.fault?.disposition == .waitForHub)
    }
  }

  func row(of entry: String, reason: String) -> JournalEntry {
    switch self {
    case .release: .released(entry: entry, reason: reason)
    case .resend: .resent(entry: entry, reason: reason)
    case .giveUp: .givenUp(entry: entry, reason: reason)
    }
  }
}
