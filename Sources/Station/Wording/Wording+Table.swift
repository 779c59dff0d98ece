extension Wording {
  /// The one table. Operators read it: short, imperative, plain. The hint must fit the tile that it stands beside: FAIL
  /// says "red bin", STATION FAULT says "keep the hub", UNPLUGGED says "plug in again".
  static func table(_ code: FaultCode, _ value: Values) -> (String, String) {
    switch code {
    // The hub
    case .serialInvalid:
      (
        "Serial \(value("serial", or: "(none)")) breaks the rule of its model.",
        "Red bin. If every hub shows this, call the engineer: the serial rule may be wrong."
      )
    case .modelUnknown:
      (
        "Model \(value("model", or: "(none)")) is not set up on this station.",
        "Red bin, mark: wrong model. If it is the right product, call the engineer."
      )
    case .serialDuplicate:
      (
        "Another hub has the serial \(value("serial", or: "of this hub")).",
        "Red bin, mark: duplicate. Both hubs are on hold until QA has looked."
      )
    case .macInvalid:
      (
        "MAC address \(value("mac", or: "(none)")) is missing or wrong.",
        "Red bin, mark: MAC address."
      )
    case .hubIDInvalid:
      (
        "Hub \(value("serial", or: "on this slot")) does not say its UUID\(value.phrase(": ", "hub")).",
        "Red bin, mark: UUID. If every hub shows this, call the engineer: the profile's hub-id may be wrong."
      )
    case .hubIDUnlisted:
      (
        "Serial \(value("serial", or: "of this hub")) is not in the vendor's list of UUIDs.",
        "Keep the hub. Engineer: get a newer list\(value.phrase(" for ", "file")), start the station again."
      )
    case .hubIDClaimed:
      (
        "Hub \(value("serial", or: "on this slot")) has the UUID of hub \(value("other", or: "another")).",
        "Red bin, mark: UUID. QA must look at both hubs."
      )
    case .impostor:
      (
        "Hub says that it is \(value("serial", or: "a finished hub")) and cannot prove it.",
        "Red bin, mark: QA. Do not put it in again."
      )
    case .identityLost:
      (
        "Hub \(value("serial", or: "on this slot")) was finished before and has lost its identity.",
        "Red bin, mark: rework. QA: `station rework`, then put it in again."
      )
    case .identityForeign:
      (
        "Hub \(value("serial", or: "on this slot")) holds a certificate that nobody here knows.",
        "Red bin, mark: engineer. It is not overwritten without rework."
      )
    case .finishedElsewhere:
      (
        "Hub \(value("serial", or: "on this slot")) was finished on another station.",
        "Red bin, mark: finished elsewhere. QA: `station adopt`, then put it in again."
      )
    case .unitOnHold:
      (
        "Hub \(value("serial", or: "on this slot")) is on hold\(value.phrase(": ", "reason")).",
        "Red bin, mark: hold. Only QA releases it."
      )
    case .unitScrapped:
      (
        "Hub \(value("serial", or: "on this slot")) was scrapped.",
        "Red bin, mark: scrapped. It must not go back to the line."
      )
    case .unitDeparted:
      (
        "Hub \(value("serial", or: "on this slot")) is \(value("state", or: "out of the house")), not in production.",
        "Red bin, mark: QA. They take it back by `station return`."
      )
    case .historyLost:
      (
        "Record of \(value("serial", or: "this hub")) was lost in a restore; it may have an identity already.",
        "Red bin. QA must compare it with the cloud before it goes on."
      )
    case .hubSilent:
      (
        "Hub did not answer on the serial line\(value.phrase(" (", "device", after: ")")).",
        "Take it out, check the cable, put it in again; twice silent: red bin."
      )
    case .hubGarbled:
      (
        "Hub answered what the station does not understand\(value.phrase(": ", "excerpt")).",
        "Take it out, wait ten seconds, put it in again; twice the same: red bin."
      )
    case .hubLoginRefused:
      (
        "Hub refused the login\(value.phrase(" of ", "user")).",
        "Red bin. If every hub shows this, call the engineer: password or firmware changed."
      )
    case .hubCommandFailed:
      (
        "Command \(value("name", "command", or: "of the profile")) failed on the hub\(value.phrase(", status ", "status")).",
        "Red bin. If every hub shows this, call the engineer: profile and firmware differ."
      )
    case .hubStorageFull:
      (
        "Hub has no room\(value.phrase(" for ", "path")).",
        "Red bin, mark: storage full."
      )
    case .hubStorageRefused:
      (
        "Hub cannot write\(value.phrase(" ", "path")).",
        "Red bin, mark: storage."
      )
    case .hubUnsupported:
      (
        "Hub cannot do \(value("what", "feature", "cause", or: "what its model asks for")).",
        "Red bin. If every hub shows this, call the engineer: model and firmware differ."
      )
    case .hubRequestInvalid:
      (
        "Hub's certificate request is wrong\(value.phrase(": ", "cause", "reason")).",
        "Put it in again once; the same again: red bin, mark: request."
      )
    case .digestMismatch:
      (
        "File \(value("path", or: "on the hub")) is not what was sent.",
        "Put it in again once; the same again: red bin, mark: storage."
      )
    case .possessionRefused:
      (
        "Hub could not prove that it holds its key\(value.phrase(": ", "reason")).",
        "Put it in again once; the same again: red bin, mark: identity."
      )
    case .checkOutside:
      (
        "Check \(value("check", "name", or: "of the hub")) gave \(value("value", "actual", "text", or: "a bad value")), not \(limits(value)).",
        "Red bin, mark: \(value("check", "name", or: "check"))."
      )
    case .checkUnanswered:
      (
        "Check \(value("check", "name", or: "of the hub")) got no answer.",
        "Keep the hub. Put it in again once; the same again: call the engineer."
      )
    case .unplugged:
      (
        "Hub went away before it was finished.",
        "Put it in again and leave it until the tile says PASS."
      )
    case .stopped:
      (
        "Station was stopped before this hub was finished.",
        "Put it in again when the station runs."
      )

    // The station
    case .clockWrong:
      (
        "Station clock is wrong: it says \(value("now", "time", or: "a time that cannot be"))\(value.phrase(", ", "because")).",
        "Keep the hub. Engineer: set the clock and turn on time synchronisation."
      )
    case .lineBusy:
      (
        "Another program uses \(value("device", or: "the serial line")).",
        "Keep the hub. Engineer: end that program (often a terminal or ModemManager)."
      )
    case .lineNotPermitted:
      (
        "Station may not open \(value("device", or: "the serial line")).",
        "Keep the hub. Engineer: put the station's user into the group of the device (dialout)."
      )
    case .lineFailed:
      (
        "Serial line \(value("device", or: "of this slot")) failed\(value.phrase(": ", "cause", "errno")).",
        "Put the hub in again. Twice the same: keep the hub, call the engineer."
      )
    case .ledgerFull, .ledgerFailed, .ledgerCorrupt, .ledgerReadOnly, .ledgerNewer, .ledgerForeign,
      .ledgerLocked, .ledgerBusy, .ledgerMerged, .backupFailed, .backupInvalid, .backupForeign:
      ledger(code, value)
    case .headMoved:
      (
        "This hub's record changed meanwhile.",
        "Put the hub in again."
      )
    case .serialClaimed:
      (
        "Serial \(value("serial", or: "of this hub")) was taken by another hub just now.",
        "Red bin, mark: duplicate. QA must look at both hubs."
      )
    case .requestCancelled:
      (
        "Work was given up before it was written.",
        "Put the hub in again when the station runs."
      )
    case .issuerUnavailable:
      (
        "No certificate can be issued now\(value.wholePhrase(": ", "cause")).",
        value("waitsFor", or: "") == "network"
          ? "Keep the hub, put it in again when the network is back. Engineer: run `station doctor`."
          : "Keep the hub. Engineer: check the issuer (`station doctor`)."
      )
    case .issuerRefused:
      (
        "Issuer refused this hub's request\(value.phrase(": ", "cause")).",
        "Keep the hub. Call the engineer."
      )
    case .keyGenerationFailed:
      (
        "Station could not make a key\(value.phrase(": ", "cause")).",
        "Keep the hub. Put it in again; the same again: call the engineer."
      )
    case .endpointUnknown:
      (
        "Address of the cloud (data endpoint) is not known yet.",
        "Keep the hub. Engineer: connect once, or set cloud.aws.data-endpoint."
      )
    case .settingsInvalid:
      (
        "Settings are wrong\(value.phrase(": ", "key"))\(value.phrase(" = ", "value"))\(value.phrase(": ", "cause")).",
        "Keep the hub. Engineer: run `station settings check`."
      )
    case .hubIDListInvalid:
      (
        "List of UUIDs\(value.phrase(" ", "file")) cannot be used\(value.phrase(": ", "problems")).",
        "Keep the hub. Engineer: mend these lines\(value.phrase(", ", "count", after: " in all")), start the station again."
      )
    case .recordUnreachable:
      (
        "Second copy of the record\(value.phrase(" at ", "place")) cannot be written\(value.phrase(": ", "cause")).",
        "Go on. Engineer: check the folder or address under `record`; it catches up by itself."
      )
    case .recordForeign:
      (
        "Second copy\(value.phrase(" at ", "place")) does not go on from this ledger\(value.wholePhrase(": ", "cause")).",
        "Go on. Engineer: name a new place under `record`, or move this station's segments out of the old one."
      )

    // The network and the cloud
    case .networkUnreachable:
      (
        "\(value("host", or: "Cloud")) cannot be reached\(value.phrase(": ", "cause")).",
        "Go on making hubs. What the cloud must hear is sent when the network is back."
      )
    case .networkTimeout:
      (
        "\(value("host", or: "Cloud")) did not answer in time.",
        "Go on making hubs. It is tried again by itself."
      )
    case .tlsRefused:
      (
        "No safe connection to \(value("host", or: "the cloud"))\(value.phrase(": ", "cause")).",
        "Go on making hubs. Engineer: check clock, proxy and cloud.network.ca-bundle."
      )
    case .answerNotUnderstood:
      (
        "\(value("host", or: "Cloud")) gave an answer that is not its own\(value.phrase(" (", "contentType", "cause", after: ")")).",
        "Go on making hubs. Engineer: a proxy or login page may sit in between."
      )
    case .throttled:
      (
        "Cloud asks for fewer calls\(value.phrase(" (", "operation", "kind", after: ")")).",
        "Go on. It is sent more slowly by itself."
      )
    case .serverFailed:
      (
        "\(value("host", or: "Cloud")) failed\(value.phrase(" with status ", "status", "httpStatus")).",
        "Go on making hubs. It is tried again by itself."
      )
    case .credentialsMissing:
      (
        "No credentials for \(value("lane", "host", or: "the cloud"))\(value.wholePhrase(": ", "cause")).",
        "Go on making hubs. Engineer: set them up; sending begins by itself."
      )
    case .credentialsRefused:
      (
        value("cause", or: "").isEmpty
          ? "\(value("host", "lane", or: "Cloud")) refused the station's credentials."
          : "Credentials for \(value("lane", "host", or: "the cloud")) are no good\(value.wholePhrase(": ", "cause")).",
        "Go on making hubs. Engineer: renew them; sending resumes by itself."
      )
    case .privilegeMissing:
      (
        "Station may not \(value("action", "operation", or: "do this")) in the cloud.",
        "Go on making hubs. Engineer: give its user the shipped policy; sending resumes by itself."
      )
    case .clockSkewed:
      (
        "Cloud says that the station's clock is wrong\(value.phrase(" by ", "seconds", "skew")).",
        "Engineer: set the clock and turn on time synchronisation."
      )
    case .requestRefused:
      (
        "Cloud refused the request\(value.phrase(" (", "status", "httpStatus", after: ")"))\(value.phrase(": ", "message", "cause")).",
        "Set the hub aside: on hold. Engineer: see `station unit`, mend, `station outbox retry`."
      )
    case .limitExceeded:
      (
        "A limit of the cloud account is reached\(value.phrase(": ", "message", "cause")).",
        "Set the hub aside: on hold. Engineer: raise the limit, then `station outbox retry`."
      )
    case .certificateRefused:
      (
        "Cloud refused this hub's certificate\(value.phrase(": ", "message", "cause")).",
        "Set the hub aside: on hold. Engineer: check the issuing CA."
      )
    case .certificateInUse:
      (
        "A certificate to be removed is in use\(value.phrase(": ", "message", "cause")).",
        "Set the hub aside: on hold. Engineer: see `station unit`; nothing was removed."
      )
    case .thingConflict:
      (
        "Cloud has another Thing of the name \(value("thing", or: "of this hub")).",
        "Set the hub aside: on hold. Engineer: compare both in `station unit`."
      )
    case .principalConflict:
      (
        "Thing \(value("thing", or: "of this hub")) belongs to another certificate.",
        "Set the hub aside: on hold. Engineer: compare both in `station unit`."
      )
    case .targetMissing:
      (
        "Cloud does not know \(value("target", "name", "policy", or: "the policy, group or type")).",
        "Hubs are on hold. Engineer: create it in the cloud, then `station outbox retry`."
      )
    case .hubConflict:
      (
        "Vendor's cloud has other data for hub \(value("serial", "hub", or: "of this serial")).",
        "Set the hub aside: on hold. The vendor must look."
      )
    case .hubSuspended:
      (
        "Vendor's cloud has suspended hub \(value("serial", "hub", or: "of this serial")).",
        "Set the hub aside: on hold. The vendor must look."
      )
    case .hubUnknown:
      (
        "Vendor's cloud does not know hub \(value("serial", "hub", or: "of this serial")).",
        "Set the hub aside: on hold. The vendor must look; `station outbox retry` then asks them again."
      )
    case .hubOffline:
      (
        "Cloud waits for hub \(value("serial", "hub", or: "of this serial")) to come online.",
        "Nothing to do here. It is asked again by itself; `station outbox give-up` ends it."
      )
    case .valueInvalid, .hubUnanswered, .hubCommandRefused, .cloudCheckOutside, .claimConflict,
      .claimForbidden, .lockConflict, .lockUnknown, .lockPacked, .keyUnknown, .keyConflict:
      vendor(code, value)

    case .batchMismatch, .batchMissing, .batchFull, .batchUnknown, .batchTaken, .batchClosed, .batchAtWork,
      .sealFailed, .mergeFailed, .exportFailed, .exportUnregistered, .batchSlotTaken, .batchOverlap,
      .batchInvalid,
      .serialListInvalid:
      orders(code, value)
    case .qualityHold, .unitUnknown, .unitAmbiguous,
      .dispositionRefused, .unitUnregistered, .unitParked, .identityEnded, .correctionRefused,
      .adoptionRefused,
      .reworkUnfinished, .campaignUnknown,
      .campaignTaken, .campaignInvalid:
      decisions(code, value)
    }
  }

  /// `1.1 to 1.3 V`, or the expected word.
  private static func limits(_ value: Values) -> String {
    let low = value("low", or: "")
    let high = value("high", or: "")
    let measure = value.phrase(" ", "measure", "unit")
    switch (low.isEmpty, high.isEmpty) {
    case (false, false): return "\(low) to \(high)\(measure)"
    case (false, true): return "\(low)\(measure) or more"
    case (true, false): return "\(high)\(measure) or less"
    case (true, true): return value("expected", or: "what it must be")
    }
  }
}
