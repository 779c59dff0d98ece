import CertForge

/// What this ledger knows of certificates: every one that it ever recorded, and every request that it ever made.
///
/// A value that is fed the journal, row by row. With it an orphan can be told from everything else in the account: its
/// public key is that of a request in this journal, and the certificate itself is not in it.
struct IssuedRegister: Sendable {
  struct Request: Hashable, Sendable {
    var hub: HubID
    var key: KeyOrigin
  }

  struct Pass: Hashable, Sendable {
    var certificate: String
    var time: Timestamp
  }

  /// Fingerprints of recorded certificates -> whether a restart made them void.
  private(set) var certificates: [String: Bool] = [:]
  /// By the SHA-256 of the public key.
  private(set) var requests: [String: Request] = [:]
  /// The newest pass of each hub.
  private(set) var passes: [HubID: Pass] = [:]
  private(set) var rows: Int64 = 0

  init() {}

  /// Reads a whole ledger, a page at a time.
  init(_ ledger: some LedgerReading, progress: (Int64) -> Void) async throws(Fault) {
    var position: Int64 = 0
    while true {
      let page = try await ledger.rows(after: position, limit: Self.page)
      for row in page { try take(row) }
      progress(rows)
      guard page.count == Self.page, let last = page.last else { return }
      position = last.sequence
    }
  }

  private static let page = 2_000

  mutating func take(_ row: JournalRow) throws(Fault) {
    rows += 1
    guard row.kind == "step.done" || row.kind == "attempt.restarted" else { return }
    switch try row.entry() {
    case .done(.forged(let forged)):
      // A request that this station read once; one that cannot be read any more claims nothing.
      guard let hub = row.hub, let request = try? SigningRequest(der: [UInt8](forged.request)) else { return }
      requests[request.publicKey.fingerprint] = Request(hub: hub, key: forged.key)
    case .done(.certified(let certified)): certificates[certified.fingerprint] = false
    case .done(.passed(let pass)):
      guard let hub = row.hub else { return }
      passes[hub] = Pass(certificate: pass.certificate, time: row.time)
    case .restarted(let void): for certificate in void { certificates[certificate] = true }
    default: return
    }
  }

  /// What can be said of a certificate from the account's list alone; nil: its key must be looked at.
  func verdict(id: String, status: String, created: Timestamp?, before youngest: Timestamp) -> OrphanVerdict?
  {
    guard status == "INACTIVE" else { return .active }
    if certificates[id] == false { return .known }
    guard let created, created < youngest else { return .young }
    return certificates[id] == true ? .void : nil
  }

  /// What its key says of a certificate that this ledger has no row about.
  ///
  /// A key that the station made was in one process's memory and its request went to AWS alone: nobody else can have had
  /// the certificate made. A key that a hub made is the same at every station the hub stood on, so another station's
  /// certificate for it, perhaps not registered yet, looks alike; only a later pass here proves that the hub holds
  /// another one now.
  func verdict(key: String, created: Timestamp) -> OrphanVerdict {
    guard let request = requests[key] else { return .foreign }
    switch request.key {
    case .station: return .lost
    case .hub: return passes[request.hub].map { $0.time > created } == true ? .lost : .undecided
    }
  }
}
