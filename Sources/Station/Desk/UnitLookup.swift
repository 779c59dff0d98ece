/// Finds the hubs that people name by serial number or UUID.
struct UnitLookup {
  let ledger: any LedgerReading

  init(_ ledger: any LedgerReading) { self.ledger = ledger }

  private static let shown = 5

  /// In the order in which they are named, each once.
  ///
  /// - Throws: `unit-unknown` that names the first unknown ones: then nothing is to be done to the others either.
  func hubs(_ texts: [String]) async throws(Fault) -> [HubID] {
    let found = try await ledger.reader.read { database in
      try texts.map { (text: $0, hubs: try UnitQueries.units(database, matching: $0).map(\.hub)) }
    }
    let unknown = found.filter(\.hubs.isEmpty).map { Printable.text($0.text) }
    guard unknown.isEmpty else {
      let more = unknown.count > Self.shown ? " and \(unknown.count - Self.shown) more" : ""
      throw Fault(.unitUnknown, ["serial": unknown.prefix(Self.shown).joined(separator: ", ") + more])
    }
    if let two = found.first(where: { $0.hubs.count > 1 }) {
      throw Fault(.unitAmbiguous, ["serial": Printable.text(two.text)])
    }
    var seen: Set<HubID> = []
    return found.compactMap(\.hubs.first).filter { seen.insert($0).inserted }
  }
}
