/// What the cloud has yet to hear of one hub. What is superseded is owed no longer: the same rules as `OutboxProjection`.
struct WallDebts: Sendable {
  private struct Entry: Sendable {
    var kind: EffectKind
    /// The certificate whose registration it is a part of.
    var certificate: String?
    /// `owed`, `sending` or `parked`.
    var state: OutboxEntry.State
    var begun: Bool
  }

  private var entries: [String: Entry] = [:]
  private var isHeld = false
  /// That of the newest pass; nil: not seen.
  private var certificate: String?
  /// The identity that passed is to work no more.
  private var hasEnded = false

  var isClear: Bool { entries.isEmpty && !isHeld && !hasEnded }

  /// What stands beside PASS; nil: it is not made known any further.
  var registration: WallTile.Registration? {
    if isHeld || entries.values.contains(where: { $0.state == .parked }) { return .needsAttention }
    if hasEnded { return nil }
    return entries.values.contains(where: isOfRegistration) ? .waiting : .registered
  }

  /// The end of an older certificate says nothing of this one.
  private func isOfRegistration(_ entry: Entry) -> Bool {
    guard entry.kind != .removeCertificate, entry.kind != .revokeCertificate else { return false }
    return entry.certificate == nil || certificate == nil || entry.certificate == certificate
  }

  mutating func hold() { isHeld = true }

  /// An entry that is not settled when the wall is built.
  mutating func add(_ entry: OutboxEntry) {
    entries[entry.intent.entry] = Entry(
      kind: entry.intent.kind, certificate: entry.intent.effect.registers, state: entry.state,
      begun: entry.state != .owed)
  }

  /// What the cloud may have heard since is not looked at.
  mutating func identity(_ certificate: String) { self.certificate = certificate }

  mutating func apply(_ entry: JournalEntry) {
    switch entry {
    case .held: isHeld = true
    case .freed: isHeld = false
    case .owed(let intent):
      entries[intent.entry] = Entry(
        kind: intent.kind, certificate: intent.effect.registers, state: .owed, begun: false)
      if case .revokeCertificate(let unit, _) = intent.effect { end(unit.certificate) }
    case .sending(let id):
      change(id, in: [.owed]) {
        $0.state = .sending
        $0.begun = true
      }
    case .settled(let id, _), .givenUp(let id, _): entries[id] = nil
    case .parked(let id, _): change(id, in: [.owed, .sending]) { $0.state = .parked }
    case .released(let id, _): change(id, in: [.parked]) { $0.state = $0.begun ? .sending : .owed }
    case .resent(let id, _):
      change(id, in: [.parked]) {
        $0.state = .owed
        $0.begun = false
      }
    case .done(.passed(let pass)):
      certificate = pass.certificate
      hasEnded = false
      supersede { $0.certificate != nil && $0.certificate != pass.certificate && $0.state != .sending }
    case .restarted(let revoked):
      supersede { $0.state == .owed && $0.certificate.map(revoked.contains) ?? false }
    case .disposed(let disposal) where disposal.to == .scrapped || disposal.to == .recalled:
      hasEnded = true
      let ends: [EffectKind] = [.suspendHub, .revokeCertificate, .removeCertificate]
      supersede { $0.state != .sending && !ends.contains($0.kind) }
    default: break
    }
  }

  private mutating func end(_ revoked: String) {
    if certificate == nil || certificate == revoked { hasEnded = true }
    supersede { $0.certificate == revoked && ($0.state != .sending || $0.kind == .checkHub) }
  }

  private mutating func change(
    _ id: String, in states: [OutboxEntry.State], _ body: (inout Entry) -> Void
  ) {
    guard var entry = entries[id], states.contains(entry.state) else { return }
    body(&entry)
    entries[id] = entry
  }

  private mutating func supersede(_ isVoid: (Entry) -> Bool) {
    entries = entries.filter { !isVoid($0.value) }
  }
}
