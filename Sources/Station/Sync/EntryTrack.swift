/// What the courier remembers of one due entry, in memory only. The entry itself is read again before each call, so
/// that one which was superseded or parked meanwhile is never sent from memory.
struct EntryTrack: Sendable {
  enum Place: Sendable {
    /// In its kind's queue.
    case ready
    /// Until a point of the station's uptime.
    case asleep(until: Duration)
    /// A call is out.
    case out
    /// The row about the end of the call is being written, or what the entry kept waiting is being looked for.
    case recording
  }

  var place: Place = .ready
  let entry: String
  let sequence: Int64
  let kind: EffectKind
  let hub: HubID?
  /// For lists and faults: the unit's serial, who gets a key.
  let subject: String
  let since: Timestamp

  /// Failed tries since the last success of anything: decides the back-off.
  var attempts = 0
  /// An earlier call may have had its effect: probe before calling.
  var effectPossible: Bool
  /// Why it is not done.
  var fault: Fault?
  /// The classes of faults that the journal already has a row for. A fault that alternates (unreachable, timeout,
  /// unreachable…) belongs to one class, and each class is written once, so the number of rows per entry is bounded by
  /// the number of classes however long the network is away.
  var reported: Set<Disposition>
  /// Since when the cloud waits for the hub.
  var waitingForHubSince: Timestamp?
  /// When it is given up if it still waits for its hub then.
  let givesUpAt: Timestamp?
  /// The uptime at which the try that is out began.
  var started: Duration = .zero
  /// Of an entry that must not be sent twice: the search for a call whose end is unknown.
  var search: LostCallSearch?

  init(_ entry: OutboxEntry) {
    self.entry = entry.intent.entry
    sequence = entry.sequence
    kind = entry.intent.kind
    hub = entry.intent.hub
    subject = entry.intent.subject.shortText
    since = entry.since
    givesUpAt = entry.intent.effect.givesUpAt
    fault = entry.fault
    reported = entry.fault.map { [$0.disposition] } ?? []
    // Begun before this process knew its end.
    effectPossible = entry.state == .sending
    if entry.fault?.disposition == .waitForHub {
      waitingForHubSince = entry.fault?.values[Self.waitingSinceKey].flatMap { Timestamp($0) }
      // Before the restart, at least once: those that were never asked come first.
      attempts = 1
    }
  }

  /// The name of the value in the fault that keeps, over restarts, since when the hub is waited for.
  static let waitingSinceKey = "waitingSince"

  var waitsForHub: Bool { waitingForHubSince != nil }

  /// Its hub was asked, and will not be asked again before a later point of the uptime.
  func sleepsForHub(after now: Duration) -> Bool {
    if waitsForHub, case .asleep(let moment) = place { moment > now } else { false }
  }
}
