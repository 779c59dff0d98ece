/// What one row of the journal says. The kinds and bodies are for ever: rows are never rewritten.
enum JournalEntry: Hashable, Sendable {
  /// A station process took the ledger.
  case stationStarted(StationStart)
  case stationStopped(reason: String)
  /// The ledger was made anew from a backup; what is behind this row was written after that.
  case ledgerRestored(LedgerRestoration)
  /// This ledger was made from several stations' ones.
  case merged(LedgerMerging)
  /// All rows before this one were sealed.
  case sealed(LedgerSeal)
  /// A restore lost rows of this unit; it is on hold.
  case recovered(LostUnit)

  /// A hub was noticed on a slot; who it is is not known yet.
  case opened(device: String)
  /// Durable before an outward effect starts.
  case began(Step)
  case done(Evidence)
  case failed(Step, Fault)
  /// What earlier rows made of this hub is void; the certificates named must not be used by it any more.
  case restarted(revoking: [String])
  case closed(Outcome, Fault?)

  /// The unit may not go on, be labelled, exported or shipped until a person releases it.
  case held(Fault)
  /// A person, or the settling of what was parked, lifted the hold.
  case freed(reason: String)

  case owed(OutboxIntent)
  /// Durable before the first call of an entry.
  case sending(entry: String)
  case settled(entry: String, EffectEvidence)
  /// A person must look; the unit is on hold from the same transaction.
  case parked(entry: String, Fault)
  /// Not done yet, and the reason changed.
  case delayed(entry: String, Fault)
  /// A person sent a parked entry back to work.
  case released(entry: String, reason: String)
  /// A person decided that the call is made once more, though it may have had its effect.
  case resent(entry: String, reason: String)
  /// It will not be done: a person decided so, or its time is over.
  case givenUp(entry: String, reason: String)

  /// The lock was put into the box of the row's hub, or taken out of it.
  case packed(lock: Int64)
  case unpacked(lock: Int64)

  /// A person opened a work order.
  case batchOpened(BatchOpening)
  case batchListed(BatchSerials)
  case batchChanged(BatchChange)
  case batchClosed(BatchClosing)
  /// A batch was handed over.
  case exported(ExportEvent)

  /// Who works at the bench from here on.
  case badgeScanned(BadgeScan)
  /// A person decided about a unit.
  case disposed(UnitDisposal)
  /// A person allowed a hub that was finished elsewhere to be taken in.
  case adoption(UnitAdoption)
  case corrected(UnitCorrection)
  case campaignOpened(Campaign)
  case campaignListed(CampaignUnits)
  case campaignResult(CampaignResult)
  case campaignEnded(CampaignEnd)
}

/// Which program took the ledger, and how it was set up.
struct StationStart: Hashable, Sendable, Codable {
  var version: String
  /// Lower-case hex SHA-256 of the settings file as it was read; `defaults` where there is none.
  var settings: String
}
