/// A row as its author knows it; the writer adds number, time, station, versions and hashes.
struct JournalDraft: Hashable, Sendable {
  /// Who did it: a person's badge, or `station`.
  var actor: String
  var slot: SlotName?
  var attempt: AttemptID?
  /// Known once the hub is identified.
  var hub: HubID?
  /// The hub's firmware version where it is known.
  var firmware: String?
  var entry: JournalEntry

  init(
    actor: String = "station", slot: SlotName? = nil, attempt: AttemptID? = nil, hub: HubID? = nil,
    firmware: String? = nil, entry: JournalEntry
  ) {
    self.actor = actor
    self.slot = slot
    self.attempt = attempt
    self.hub = hub
    self.firmware = firmware
    self.entry = entry
  }
}
