/// How a verb ends, for scripts. 64 to 78 are those of sysexits.h.
enum ExitStatus: Int32, Hashable, Sendable, CaseIterable {
  /// The work was done; what the cloud must hear may still be queued.
  case done = 0
  /// A hub failed, or what was to be verified is not what it should be.
  case hubFailed = 1
  /// The station failed; trying again may help.
  case stationFailed = 2
  /// EX_USAGE: wrong arguments.
  case usage = 64
  /// EX_DATAERR: what was read is not what it should be.
  case badData = 65
  /// EX_UNAVAILABLE: the cloud, the issuer or the running station cannot be reached.
  case unavailable = 69
  /// EX_CANTCREAT: a file could not be made.
  case cannotCreate = 73
  /// EX_TEMPFAIL: `demo` or `sync` left entries.
  case entriesLeft = 75
  /// EX_NOPERM
  case notPermitted = 77
  /// EX_CONFIG: the settings are wrong.
  case settings = 78

  /// `ledger verify`, a proof or an export did not verify.
  static let notVerified = ExitStatus.hubFailed

  init(_ fault: Fault) {
    switch fault.code {
    case .settingsInvalid, .endpointUnknown, .credentialsMissing, .hubIDUnlisted, .hubIDListInvalid:
      self = .settings
    case .ledgerFull, .backupFailed: self = .cannotCreate
    case .mergeFailed, .exportFailed, .exportUnregistered: self = .badData
    case .ledgerReadOnly, .lineNotPermitted, .credentialsRefused, .privilegeMissing: self = .notPermitted
    case .valueInvalid, .lockConflict, .lockUnknown, .lockPacked, .keyConflict: self = .badData
    case .ledgerCorrupt, .ledgerForeign, .ledgerMerged, .ledgerNewer, .backupInvalid, .backupForeign,
      .recordForeign,
      .batchUnknown, .batchTaken,
      .batchClosed, .batchAtWork, .batchSlotTaken, .batchOverlap, .batchInvalid, .serialListInvalid,
      .unitUnknown, .unitAmbiguous,
      .dispositionRefused, .unitUnregistered, .unitParked, .identityEnded, .correctionRefused,
      .adoptionRefused,
      .reworkUnfinished,
      .campaignUnknown,
      .campaignTaken, .campaignInvalid:
      self = .badData
    case .ledgerLocked, .ledgerBusy, .issuerUnavailable, .recordUnreachable, .networkUnreachable,
      .networkTimeout,
      .tlsRefused,
      .answerNotUnderstood, .throttled, .serverFailed:
      self = .unavailable
    case .serialInvalid, .modelUnknown, .serialDuplicate, .macInvalid, .hubIDInvalid, .hubIDClaimed,
      .impostor, .identityLost,
      .identityForeign,
      .finishedElsewhere, .unitOnHold, .unitScrapped, .unitDeparted, .historyLost,
      .hubSilent, .hubGarbled, .hubLoginRefused,
      .hubCommandFailed,
      .hubStorageFull,
      .hubStorageRefused, .hubUnsupported, .hubRequestInvalid, .digestMismatch, .possessionRefused,
      .checkOutside,
      .serialClaimed, .batchMismatch, .qualityHold:
      self = .hubFailed
    case .checkUnanswered, .unplugged, .stopped, .clockWrong, .lineBusy, .lineFailed, .ledgerFailed,
      .headMoved, .sealFailed,
      .requestCancelled, .issuerRefused, .keyGenerationFailed, .clockSkewed, .requestRefused, .limitExceeded,
      .certificateRefused, .certificateInUse, .thingConflict, .principalConflict, .targetMissing,
      .hubConflict, .hubSuspended, .batchMissing, .batchFull,
      .hubUnknown,
      .hubOffline, .hubUnanswered, .hubCommandRefused, .cloudCheckOutside, .claimConflict, .claimForbidden,
      .keyUnknown:
      self = .stationFailed
    }
  }

  /// What a run as a whole comes to: the station's trouble outweighs a hub's.
  init(outcomes: [Outcome: Int]) {
    if outcomes[.errored, default: 0] > 0 {
      self = .stationFailed
    } else if outcomes[.failed, default: 0] > 0 || outcomes[.aborted, default: 0] > 0 {
      self = .hubFailed
    } else {
      self = .done
    }
  }
}
