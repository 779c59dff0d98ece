/// One way to the cloud: does it take calls, and if not, when is the next single probe due? A value without I/O.
struct LaneState: Sendable {
  enum Mode: Hashable, Sendable {
    case open
    /// Credentials or rights were refused: nothing is sent but a rare probe until they change.
    case stopped(Fault)
    /// Nothing answers: one entry at a time goes out as a probe.
    case offline(Fault)
  }

  private(set) var mode: Mode = .open
  private(set) var since: Timestamp?
  /// The entry whose refusal stopped the lane: the best probe, for a right may be missing for one kind of call only.
  private(set) var witness: (entry: String, kind: EffectKind)?
  /// When the next probe may go out, while the lane is not open.
  private(set) var nextProbe: Duration = .zero
  /// The entry that is out as a probe.
  private(set) var probing: String?
  /// When to ask for the version of the credentials, while the lane is stopped.
  private(set) var nextVersionCheck: Duration = .zero

  /// As it was when the lane last opened; nil until it was asked for the first time.
  private var knownVersion: String??
  private var unreachableInARow = 0
  private var failedInARow = 0
  private var probesFailed = 0
  private let settings: CourierSettings

  init(settings: CourierSettings) { self.settings = settings }

  var isOpen: Bool { mode == .open }
  var isStopped: Bool { if case .stopped = mode { true } else { false } }
  var isOffline: Bool { if case .offline = mode { true } else { false } }

  var fault: Fault? {
    switch mode {
    case .open: nil
    case .stopped(let fault), .offline(let fault): fault
    }
  }

  /// Whether a probe should go to entries that were tried least (the cloud answers, but badly: the one entry may be
  /// what it chokes on) or simply to the oldest (nothing answers: fewer entries are begun).
  var prefersFreshProbe: Bool {
    if case .offline(let fault) = mode { return !Self.isUnreachable(fault) }
    return false
  }

  mutating func probeStarted(_ entry: String) { probing = entry }

  /// The cloud answered this entry and took its credentials.
  ///
  /// - Returns: whether the lane opened by it.
  mutating func answered(_ entry: String) -> Bool {
    unreachableInARow = 0
    failedInARow = 0
    let wasProbe = endProbe(entry)
    switch mode {
    case .open: return false
    // Calls that were out when the lane stopped may still come back well: they prove nothing about the new state.
    case .stopped where !wasProbe: return false
    case .stopped, .offline:
      open()
      return true
    }
  }

  /// The cloud was reached but said nothing about the credentials (throttled).
  mutating func reached(_ entry: String, now: Duration) -> Bool {
    guard isStopped else { return answered(entry) }
    if endProbe(entry) { nextProbe = now + settings.stoppedProbe }
    return false
  }

  /// Credentials or rights were refused.
  ///
  /// - Returns: whether the lane stopped by it (once, however many calls come back refused).
  mutating func refused(_ fault: Fault, entry: String, kind: EffectKind, now: Duration, wall: Timestamp)
    -> Bool
  {
    _ = endProbe(entry)
    unreachableInARow = 0
    failedInARow = 0
    if isStopped {
      nextProbe = max(nextProbe, now + settings.stoppedProbe)
      return false
    }
    mode = .stopped(fault)
    since = wall
    witness = (entry, kind)
    nextProbe = now + settings.stoppedProbe
    // At once: the key may have been replaced after the refused call was made, and that must not go unnoticed.
    nextVersionCheck = now
    return true
  }

  /// No answer, or one that only a broken network or server gives.
  ///
  /// - Returns: whether the lane went offline by it.
  mutating func failed(
    _ fault: Fault, entry: String, now: Duration, wall: Timestamp, randomness: any Randomness
  ) -> Bool {
    let wasProbe = endProbe(entry)
    failedInARow += 1
    unreachableInARow = Self.isUnreachable(fault) ? unreachableInARow + 1 : 0
    switch mode {
    case .stopped:
      if wasProbe { nextProbe = now + settings.stoppedProbe }
      return false
    case .offline:
      mode = .offline(fault)
      guard wasProbe else { return false }
      probesFailed += 1
      scheduleProbe(now: now, fault: fault, randomness: randomness)
      return false
    case .open:
      guard
        unreachableInARow >= settings.unreachableBeforeOffline || failedInARow >= settings.failedBeforeOffline
      else { return false }
      mode = .offline(fault)
      since = wall
      probesFailed = 1
      scheduleProbe(now: now, fault: fault, randomness: randomness)
      return true
    }
  }

  /// Something outside says that the network is back: the next probe goes out at once.
  mutating func networkBack(now: Duration) {
    if isOffline { nextProbe = min(nextProbe, now) }
  }

  /// The probe came back without an end (cancelled, or its entry was no longer due).
  mutating func probeLost(_ entry: String) { _ = endProbe(entry) }

  /// The lane's credentials have this version now; nil: there are none.
  ///
  /// - Returns: whether the lane opened by it.
  mutating func credentials(version: String?, now: Duration) -> Bool {
    nextVersionCheck = now + settings.versionCheck
    guard let known = knownVersion else {
      knownVersion = .some(version)
      return false
    }
    guard known != version else { return false }
    // While the lane is open the old version stays: a refusal that comes later may belong to it, and then one more
    // try is right.
    guard isStopped else { return false }
    knownVersion = .some(version)
    open()
    return true
  }

  private mutating func open() {
    mode = .open
    since = nil
    witness = nil
    probing = nil
    probesFailed = 0
    unreachableInARow = 0
    failedInARow = 0
  }

  private mutating func endProbe(_ entry: String) -> Bool {
    guard probing == entry else { return false }
    probing = nil
    return true
  }

  private mutating func scheduleProbe(now: Duration, fault: Fault, randomness: any Randomness) {
    let schedule = probesFailed <= settings.eagerProbes ? settings.eagerProbe : settings.patientProbe
    nextProbe =
      now
      + schedule.delay(attempt: probesFailed, retryAfter: fault.retryAfter, randomness: randomness)
  }

  private static func isUnreachable(_ fault: Fault) -> Bool {
    switch fault.code {
    case .networkUnreachable, .networkTimeout, .tlsRefused: true
    default: false
    }
  }
}
