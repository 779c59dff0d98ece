/// The rows of one hub, read in order: everything that `Decide` may know of the past.
///
/// A value without I/O. Rows of the outbox matter only for holds; projections are never read here.
struct HubStory: Sendable {
  /// What one generation of the hub's identity has come to: from its forging to its pass. A restart voids it.
  struct Generation: Hashable, Sendable {
    var forged: (attempt: AttemptID, evidence: Evidence.Forged)?
    var certified: (attempt: AttemptID, evidence: Evidence.Certified)?
    /// Steps whose `began` is there, in any attempt.
    var begun: Set<Step> = []

    static func == (left: Generation, right: Generation) -> Bool {
      left.forged?.evidence == right.forged?.evidence && left.certified?.evidence == right.certified?.evidence
        && left.begun == right.begun
    }

    func hash(into hasher: inout Hasher) {
      hasher.combine(certified?.evidence)
      hasher.combine(begun)
    }
  }

  /// What the attempt at hand has done since it was opened or restarted.
  struct Current: Hashable, Sendable {
    var identification: Identification?
    var begun: Set<Step> = []
    var done: Set<Step> = []
    var failed: Fault?
    var closed: Outcome?
    /// Another attempt has begun anew since: what this one did is of an identity that is void.
    var isVoid = false
  }

  let attempt: AttemptID
  private(set) var generation = Generation()
  private(set) var current = Current()
  /// The fingerprint that the newest pass names.
  private(set) var passed: String?
  /// The MAC address that the hub of each other attempt gave; attempts that were refused at identify do not count.
  private(set) var otherMACs: [AttemptID: String] = [:]
  /// Every certificate that this ledger ever had issued for the hub: fingerprint -> the issuer's name.
  private(set) var issued: [String: String] = [:]
  private(set) var hold: Fault?
  /// What persons, and its pass, have made of the unit, below a hold.
  private(set) var disposition = UnitDisposition.making
  /// A new identity of a rework was on its way to the hub: the old one counts as dead from there.
  private(set) var oldIdentityEnds = false
  /// The identity of another station that a person allowed to be taken in.
  private(set) var adoption: UnitAdoption?
  /// The newest row of the hub; 0 when there is none.
  private(set) var head: Int64 = 0

  init(rows: [JournalRow], attempt: AttemptID) throws(Fault) {
    self.attempt = attempt
    try take(rows)
  }

  /// Goes on with rows that follow those it has, in their order.
  mutating func take(_ rows: [JournalRow]) throws(Fault) {
    for row in rows {
      head = max(head, row.sequence)
      take(try row.entry(), of: row.attempt)
    }
  }

  private mutating func take(_ entry: JournalEntry, of author: AttemptID?) {
    switch entry {
    case .began(let step):
      generation.begun.insert(step)
      if step == .deliver, isRework { oldIdentityEnds = true }
      if author == attempt { current.begun.insert(step) }
    case .done(let evidence): take(evidence, of: author)
    case .failed(let step, let fault):
      if author == attempt { current.failed = fault }
      if step == .identify, let author { otherMACs[author] = nil }
    case .restarted:
      generation = Generation()
      if author == attempt {
        current.begun = []
        current.done = current.done.intersection([.identify])
      } else if current.identification != nil {
        current.isVoid = true
      }
    case .closed(let outcome, _): if author == attempt { current.closed = outcome }
    case .held(let fault): hold = fault
    case .recovered(let unit): hold = unit.hold
    case .freed: hold = nil
    case .disposed(let disposal):
      disposition = disposal.to
      // What is made from here on is another identity; the one that passed stays as it is.
      if disposal.to == .rework { (generation, oldIdentityEnds) = (Generation(), false) }
    case .adoption(let allowed): adoption = allowed
    case .corrected(let correction):
      if correction.field == .disposition {
        disposition = UnitDisposition(rawValue: correction.new) ?? disposition
      }
    case .stationStarted, .stationStopped, .ledgerRestored, .sealed, .merged, .opened, .owed, .sending,
      .settled,
      .parked,
      .delayed, .released, .resent, .givenUp,
      .packed, .unpacked, .exported, .batchOpened, .batchListed, .batchChanged, .batchClosed, .badgeScanned,
      .campaignOpened, .campaignListed, .campaignResult, .campaignEnded:
      break
    }
  }

  /// One more pass over the finished hub was ordered.
  var isRework: Bool { disposition == .rework && passed != nil }

  /// Certificates of this hub that another one takes the place of.
  func replaced(by certificate: String) -> [String] { issued.keys.filter { $0 != certificate }.sorted() }

  private mutating func take(_ evidence: Evidence, of author: AttemptID?) {
    if author == attempt { current.done.insert(evidence.step) }
    switch evidence {
    case .identified(let identification):
      if author == attempt {
        current.identification = identification
      } else if let mac = identification.mac, let author {
        otherMACs[author] = mac
      }
    case .forged(let forged): if let author { generation.forged = (author, forged) }
    case .certified(let certified):
      issued[certified.fingerprint] = certified.issuer
      if let author { generation.certified = (author, certified) }
    case .passed(let pass):
      passed = pass.certificate
      oldIdentityEnds = false
      if disposition == .making || disposition == .rework { disposition = .released }
    case .flashed, .delivered, .verified, .networkSet, .checked, .labelled, .finished: break
    }
  }
}
