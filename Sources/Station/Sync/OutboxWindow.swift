/// Which part of the outbox the courier has looked at, so that it reads a page at a time and misses nothing.
///
/// The outbox may hold a hundred thousand entries; the courier keeps a few hundred of each kind. A plain "oldest
/// thousand" would starve: with the vendor's lane stopped, the oldest thousand are all the vendor's, and the units
/// behind them would never be registered at AWS. So every kind has room of its own, and what is passed over for want
/// of room is remembered by the lowest sequence number only.
struct OutboxWindow: Sendable {
  /// Every due entry up to here was taken in or passed over.
  private(set) var frontier: Int64 = 0
  /// Nothing was behind the frontier when it was last looked at.
  private(set) var atEnd = false
  /// No entry of this kind below this number was passed over.
  private(set) var passedOver: [EffectKind: Int64] = [:]
  /// What was said while a page was read: the page may be older than the word.
  private var saidMeanwhile = (moreMayFollow: false, startOver: false)

  /// New entries were owed.
  mutating func moreMayFollow() {
    atEnd = false
    saidMeanwhile.moreMayFollow = true
  }

  /// Entries before the frontier may have become due again.
  mutating func startOver() {
    frontier = 0
    atEnd = false
    passedOver = [:]
    saidMeanwhile.startOver = true
  }

  /// A page is read from now on, for `scanned`.
  mutating func readBegins() { saidMeanwhile = (false, false) }

  /// After which sequence number to read next; nil: nothing to read for the kinds that have room.
  func scanStart(kindsWithRoom: Set<EffectKind>) -> Int64? {
    if let lowest = kindsWithRoom.compactMap({ passedOver[$0] }).min() { return lowest - 1 }
    return !atEnd && !kindsWithRoom.isEmpty ? frontier : nil
  }

  /// - Parameters:
  ///   - page: what the ledger gave for `after` and `limit`.
  ///   - takeIn: takes the entry if it is not known and there is room; false: no room.
  mutating func scanned(
    _ page: [OutboxEntry], after start: Int64, limit: Int, takeIn: (OutboxEntry) -> Bool
  ) {
    guard !saidMeanwhile.startOver else {
      // Everything is read once more, so what finds no room now need not be remembered.
      for entry in page { _ = takeIn(entry) }
      return
    }
    let isLast = page.count < limit
    let end = isLast ? Int64.max : page.last?.sequence ?? start
    for (kind, lowest) in passedOver where lowest > start && lowest <= end {
      // There may be more of the kind behind this page, up to the frontier.
      passedOver[kind] = end < frontier ? end + 1 : nil
    }
    for entry in page where !takeIn(entry) { pass(over: entry.intent.kind, entry.sequence) }
    frontier = max(frontier, page.last?.sequence ?? start)
    if isLast { atEnd = !saidMeanwhile.moreMayFollow }
  }

  mutating func pass(over kind: EffectKind, _ sequence: Int64) {
    passedOver[kind] = min(passedOver[kind] ?? .max, sequence)
  }
}
