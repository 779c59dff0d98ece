extension Wording {
  /// The ledger and its backups.
  static func ledger(_ code: FaultCode, _ value: Values) -> (String, String) {
    switch code {
    case .ledgerFull:
      (
        "Disk of the ledger is full.",
        "Keep the hub. Engineer: make room\(value.phrase(" in ", "folder", "path")); nothing is lost."
      )
    case .ledgerFailed:
      (
        "Ledger cannot be written or read\(value.wholePhrase(": ", "cause")).",
        "Keep the hub. Engineer: check the disk of the ledger, then start the station again."
      )
    case .ledgerCorrupt:
      (
        "Ledger is damaged\(value.phrase(" at row ", "row"))\(value.phrase(": ", "cause")).",
        "Keep the hub. Engineer: stop the station, keep the file, `station ledger restore` a backup, start it again."
      )
    case .ledgerReadOnly:
      (
        "Ledger \(value("path", "ledger", or: "file")) cannot be written by this user.",
        "Keep the hub. Engineer: mend the file's permissions or run as its owner, then start the station again."
      )
    case .ledgerNewer:
      (
        "Ledger was written by a newer station\(value.phrase(" (format ", "version", "found", after: ")")).",
        "Keep the hub. Engineer: install the newer version; this one does not touch it."
      )
    case .ledgerForeign:
      (
        "\(value("path", "ledger", or: "File")) is not a ledger of this station.",
        "Keep the hub. Engineer: check `ledger` and `station` in the settings."
      )
    case .ledgerLocked:
      (
        "Another station holds the ledger\(value.phrase(" (process ", "pid", "process", after: ")")).",
        "Keep the hub. Engineer: end the other one first; only one may write."
      )
    case .ledgerBusy:
      (
        "\(value("readers", or: "A program")) reads the ledger for long\(value.phrase(", ", "effect"))\(value.phrase("; log ", "megabytes", after: " MB")).",
        "Go on. Engineer: end that program; copy the ledger with `station ledger backup`."
      )
    case .backupFailed:
      (
        "No backup of the ledger was made\(value.wholePhrase(": ", "cause")).",
        "Go on. Engineer: check the folder under `backup`: mounted, writable, with room."
      )
    case .backupInvalid:
      (
        "\(value("path", or: "The backup")) is no good backup\(value.wholePhrase(": ", "cause")).",
        "Take an older one; check the disk that it lies on, and `station ledger verify`."
      )
    case .backupForeign:
      (
        "\(value("name", or: "The backup")) is of station \(value("found", or: "another")), not of \(value("expected", or: "this one")).",
        "Nothing was done. Take a backup of this station; see `ledger` and `station` in the settings."
      )
    case .ledgerMerged:
      (
        "\(value("name", or: "This ledger")) was merged from several stations and is only for asking.",
        "Nothing was written. Decide on the station itself, or take its own ledger or backup."
      )
    default: ("Ledger: \(code.rawValue).", "Engineer: see the log of the station.")
    }
  }
}
