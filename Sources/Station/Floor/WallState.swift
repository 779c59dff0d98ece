/// The wall as the journal has it: tiles, in the order of the bench, and counters. A value without I/O.
///
/// A tile gets its result from committed rows and from nothing else; news from the floor only say how far the step at
/// hand is, that a finished hub was taken out, and that not even a row could be written.
struct WallState: Sendable {
  private(set) var tiles: [WallTile]
  /// Attempts closed since the newest start of a station.
  private(set) var counts: [Outcome: Int] = [:]
  private(set) var startedAt: Timestamp?
  /// The newest row seen.
  private(set) var sequence: Int64 = 0
  /// Serial devices that are there and not ours; the newest last, at most `mostStrangers`.
  private(set) var strangers: [String] = []

  private let plans: [String: [Step]]
  private let longestPlan: [Step]
  /// Models whose hubs power themselves off when they are finished.
  private let leaving: Set<String>

  static let mostStrangers = 4

  /// - Parameter slots: in the order of the bench.
  init(slots: [SlotName], models: [HubModel]) {
    tiles = slots.map { WallTile(slot: $0) }
    plans = Dictionary(
      models.map { ($0.id, UnitPlan($0).steps) },
      uniquingKeysWith: { first, _ in first })
    longestPlan =
      plans.values.max { $0.count < $1.count } ?? UnitPlan(key: .station, hasChecks: true).steps
    leaving = Set(models.filter(\.leavesByItself).map(\.id))
  }

  /// Takes one committed row; a row that it has taken before changes nothing.
  ///
  /// - Parameter registration: what the ledger says of the row's hub, with this row in it.
  /// - Throws: `ledger-corrupt` when the row cannot be read.
  mutating func apply(_ row: JournalRow, registration: WallTile.Registration? = nil) throws(Fault) {
    guard row.sequence > sequence else { return }
    let entry = try row.entry()
    sequence = row.sequence
    if case .stationStarted = entry { (counts, startedAt) = ([:], row.time) }
    if case .closed(let outcome, _) = entry { counts[outcome, default: 0] += 1 }
    show(entry, row, registration)
  }

  /// Empties the green tiles of hubs that were pulled before their rows came here: PASS over an empty slot would be
  /// taken for that of the next hub.
  mutating func clearGone() {
    for tile in tiles where tile.isGone && tile.face == .passed && !tile.leavesByItself {
      change(tile.slot) { $0 = WallTile(slot: tile.slot) }
    }
  }

  /// Gives the tiles the faces that they had, from the rows of each slot's newest attempt. Counters stay as they are.
  ///
  /// - Parameter registrations: what the ledger says of the hubs of these rows.
  mutating func restore(_ rows: [JournalRow], _ registrations: [HubID: WallTile.Registration]) throws(Fault) {
    for row in rows.sorted(by: { $0.sequence < $1.sequence }) {
      show(try row.entry(), row, row.hub.flatMap { registrations[$0] })
      sequence = max(sequence, row.sequence)
    }
  }

  /// Takes what the floor says beside its rows.
  mutating func apply(_ news: FloorNews) {
    switch news {
    case .progress(let slot, let step, let fraction):
      change(slot) { tile in
        guard case .working = tile.face else { return }
        tile.face = .working(step, fraction: fraction)
      }
    case .concluded(let conclusion):
      guard !conclusion.recorded else { return }
      change(conclusion.slot) { $0.face = .stationFault(conclusion.fault ?? Fault(.ledgerFailed)) }
    case .left(let slot):
      change(slot) { tile in
        switch tile.face {
        // It powered itself off: whether it was taken out, and whether anybody saw that it passed, is not known.
        case .passed where tile.leavesByItself: break
        // Taken out as asked. The others stay until the next hub: somebody must read them.
        case .passed, .failed: tile = WallTile(slot: slot)
        // Pulled in the middle, or so quickly that its pass is still on the way here.
        case .working: tile.isGone = true
        case .empty, .stationFault, .unplugged: break
        }
      }
    case .stranger(let device, let path):
      let name = PrintableText.of(path.map { "\(device) (\($0))" } ?? device, limit: 120)
      strangers.removeAll { $0 == name }
      strangers = (strangers + [name]).suffix(Self.mostStrangers)
    case .ready: break
    }
  }

  // MARK: Tiles

  private mutating func show(_ entry: JournalEntry, _ row: JournalRow, _ registration: WallTile.Registration?)
  {
    showAttempt(entry, row)
    guard let hub = row.hub else { return }
    for index in tiles.indices where tiles[index].hub == hub && tiles[index].face == .passed {
      tiles[index].registration = registration
    }
  }

  private mutating func showAttempt(_ entry: JournalEntry, _ row: JournalRow) {
    guard let slot = row.slot else { return }
    if case .opened = entry {
      change(slot) {
        $0 = WallTile(
          slot: slot, face: .working(.identify, fraction: nil), since: row.time, attempt: row.attempt)
      }
      return
    }
    guard let tile = tiles.first(where: { $0.slot == slot }), tile.attempt == row.attempt else {
      // A late row of an attempt that is no longer the slot's own.
      return
    }
    let next = advanced(tile, entry, row)
    change(slot) { $0 = next }
  }

  private func advanced(_ before: WallTile, _ entry: JournalEntry, _ row: JournalRow) -> WallTile {
    var tile = before
    tile.hub = row.hub ?? tile.hub
    switch entry {
    case .began(let step): tile.face = .working(step, fraction: nil)
    case .done(let evidence):
      if case .identified(let identification) = evidence {
        tile.serial = identification.serial
        tile.leavesByItself = leaving.contains(identification.model)
      }
      if let next = steps(of: evidence).drop(while: { $0 != evidence.step }).dropFirst().first {
        tile.face = .working(next, fraction: nil)
      }
    case .failed(_, let fault): tile.face = Self.face(fault.outcome, fault)
    case .restarted: tile.face = .working(.forge, fraction: nil)
    case .closed(let outcome, let fault):
      tile.face = Self.face(outcome, fault ?? tile.fault)
    default: break
    }
    return tile
  }

  private func steps(of evidence: Evidence) -> [Step] {
    if case .identified(let identification) = evidence { return plans[identification.model] ?? longestPlan }
    return longestPlan
  }

  private static func face(_ outcome: Outcome, _ fault: Fault?) -> WallTile.Face {
    switch outcome {
    case .passed: .passed
    case .failed: .failed(fault ?? Fault(.hubUnsupported))
    case .errored: .stationFault(fault ?? Fault(.requestCancelled))
    case .aborted: .unplugged(fault ?? Fault(.unplugged))
    }
  }

  private mutating func change(_ slot: SlotName, _ body: (inout WallTile) -> Void) {
    guard let index = tiles.firstIndex(where: { $0.slot == slot }) else { return }
    var tile = tiles[index]
    body(&tile)
    tile.total = longestPlan.count
    tile.number =
      if case .working(let step, _) = tile.face { (longestPlan.firstIndex(of: step) ?? 0) + 1 } else { 0 }
    tiles[index] = tile
  }
}
