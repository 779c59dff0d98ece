extension FaultCode {
  /// What to do with the work that met this fault.
  var disposition: Disposition {
    switch self {
    case .serialInvalid, .modelUnknown, .serialDuplicate, .macInvalid, .hubIDInvalid, .hubIDUnlisted,
      .hubIDClaimed,
      .impostor, .identityLost,
      .identityForeign,
      .finishedElsewhere, .unitOnHold, .unitScrapped, .unitDeparted, .historyLost, .backupFailed,
      .backupInvalid, .backupForeign, .recordForeign, .sealFailed, .mergeFailed,
      .exportFailed, .exportUnregistered, .hubSilent,
      .hubGarbled,
      .hubLoginRefused, .hubCommandFailed,
      .hubStorageFull, .hubStorageRefused, .hubUnsupported, .hubRequestInvalid, .digestMismatch,
      .possessionRefused, .checkOutside, .checkUnanswered, .issuerRefused, .serialClaimed, .requestRefused,
      .limitExceeded, .certificateRefused, .certificateInUse, .thingConflict, .principalConflict,
      .targetMissing, .hubConflict,
      .hubSuspended, .hubUnknown, .valueInvalid, .hubCommandRefused, .cloudCheckOutside,
      .claimConflict, .claimForbidden, .lockConflict, .lockUnknown,
      .lockPacked, .keyUnknown,
      .keyConflict, .batchMismatch, .batchMissing, .batchFull, .batchUnknown, .batchTaken,
      .batchClosed, .batchAtWork, .batchSlotTaken, .batchOverlap, .batchInvalid, .serialListInvalid,
      .qualityHold, .unitUnknown, .unitAmbiguous,
      .dispositionRefused, .unitUnregistered, .unitParked, .identityEnded, .correctionRefused,
      .adoptionRefused,
      .reworkUnfinished, .campaignUnknown,
      .campaignTaken, .campaignInvalid:
      .setAside
    case .unplugged, .stopped, .headMoved, .requestCancelled, .lineBusy, .lineFailed, .ledgerBusy,
      .throttled, .keyGenerationFailed:
      .retryNow
    case .networkUnreachable, .networkTimeout, .tlsRefused, .answerNotUnderstood, .serverFailed,
      .issuerUnavailable, .recordUnreachable:
      .waitForNetwork
    case .hubOffline, .hubUnanswered: .waitForHub
    case .clockWrong, .lineNotPermitted, .ledgerFull, .ledgerFailed, .ledgerCorrupt, .ledgerReadOnly,
      .ledgerNewer, .ledgerForeign, .ledgerMerged, .ledgerLocked, .endpointUnknown, .settingsInvalid,
      .hubIDListInvalid,
      .credentialsMissing,
      .credentialsRefused, .privilegeMissing, .clockSkewed:
      .stopTheLine
    }
  }

  /// How an attempt ends that this fault ends: is the hub bad, is the station bad, or was it only unplugged?
  var outcome: Outcome {
    switch self {
    case .unplugged, .stopped: .aborted
    case .serialInvalid, .modelUnknown, .serialDuplicate, .macInvalid, .hubIDInvalid, .hubIDClaimed,
      .impostor, .identityLost,
      .identityForeign, .finishedElsewhere, .unitOnHold, .unitScrapped, .unitDeparted, .historyLost,
      .hubSilent, .hubGarbled,
      .hubLoginRefused,
      .hubCommandFailed, .hubStorageFull, .hubStorageRefused, .hubUnsupported, .hubRequestInvalid,
      .digestMismatch, .possessionRefused, .checkOutside, .serialClaimed, .batchMismatch,
      .qualityHold:
      .failed
    default: .errored
    }
  }
}
